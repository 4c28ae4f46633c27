"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('gate', '0007_restore_hold')]

    operations = [
        policies.by_organization("gate_switch"),
        policies.by_organization("gate_hold"),
        policies.shown_to_all("gate_hold"),
        policies.by_organization("gate_foureyes"),
        policies.by_organization("gate_approval"),
    ]
