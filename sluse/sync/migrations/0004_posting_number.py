from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('sync', '0003_outage_began'),
    ]

    operations = [
        migrations.AddField(
            model_name='posting',
            name='number',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('organization', 'number'), name='posting_number_once'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('number__isnull', True), models.Q(('number__gte', 30000000), ('number__lte', 99999999)), _connector='OR'), name='posting_number_has_eight_digits'),
        ),
    ]
