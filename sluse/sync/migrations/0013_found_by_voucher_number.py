from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('sync', '0012_reach')]

    operations = [
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('voucher_number', ''), _negated=True), fields=['organization', 'voucher_number'], name='posting_voucher_number'),
        ),
    ]
