import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('connectors', '0002_data_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('month', models.DateField()),
                ('requests', models.PositiveIntegerField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_months', to='organizations.organization')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('organization', 'kind', 'month'), name='request_month_once'),
                    models.CheckConstraint(condition=models.Q(('month__day', 1)), name='request_month_begins_on_its_first'),
                ],
            },
        ),
    ]
