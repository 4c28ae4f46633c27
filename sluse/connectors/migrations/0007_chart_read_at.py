from django.db import migrations, models

TAKE_THE_TESTS_TIME = """
SET LOCAL sluse.platform = 'on';
UPDATE connectors_connector SET chart_read_at = tested_at WHERE chart != '{}';
UPDATE connectors_connector SET chart = '{}' WHERE chart_read_at IS NULL;
SET LOCAL sluse.platform = '';
"""


class Migration(migrations.Migration):

    dependencies = [('connectors', '0006_reach')]

    operations = [
        migrations.AddField(
            model_name='connector',
            name='chart_read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(TAKE_THE_TESTS_TIME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='connector',
            constraint=models.CheckConstraint(condition=models.Q(('chart', {}), ('chart_read_at__isnull', False), _connector='OR'), name='connector_chart_has_a_time'),
        ),
    ]
