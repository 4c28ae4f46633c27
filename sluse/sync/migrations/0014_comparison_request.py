import django.db.models.deletion
from django.db import migrations, models

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0005_difference_notice'),
        ('sync', '0013_found_by_voucher_number'),
    ]

    operations = [
        migrations.CreateModel(
            name='ComparisonRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_id', models.CharField(max_length=64)),
                ('by_name', models.CharField(max_length=254)),
                ('asked_at', models.DateTimeField()),
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='comparison_request', to='organizations.organization')),
            ],
        ),
        policies.by_organization("sync_comparisonrequest"),
    ]
