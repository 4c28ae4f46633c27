import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0002_conversation")]

    operations = [
        migrations.AddField(
            model_name="outage",
            name="began_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outage",
            name="warned_at",
            field=models.DateTimeField(null=True),
        ),
    ]
