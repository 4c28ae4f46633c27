import django.db.models.deletion
from django.db import migrations, models

from sluse.reach import policies


class Migration(migrations.Migration):

    initial = True

    dependencies = [('organizations', '0005_difference_notice')]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_key', models.TextField()),
                ('secret', models.JSONField()),
                ('previous', models.JSONField(default=dict)),
                ('previous_until', models.DateTimeField(null=True)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.CharField(max_length=254)),
                ('heard_at', models.DateTimeField(null=True)),
                ('heard', models.CharField(blank=True, max_length=60)),
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='webhook', to='organizations.organization')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('previous', {}), ('previous_until__isnull', True)), models.Q(models.Q(('previous', {}), _negated=True), ('previous_until__isnull', False)), _connector='OR'), name='webhook_previous_has_an_end'),
                    models.CheckConstraint(condition=models.Q(models.Q(('heard', ''), ('heard_at__isnull', True)), models.Q(models.Q(('heard', ''), _negated=True), ('heard_at__isnull', False)), _connector='OR'), name='webhook_heard_has_a_time'),
                ],
            },
        ),
        policies.by_organization("webhooks_webhook"),
    ]
