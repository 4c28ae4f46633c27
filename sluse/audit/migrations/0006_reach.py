"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('audit', '0005_reconciliation')]

    operations = [
        policies.by_organization("audit_entry"),
        policies.by_organization("audit_chain"),
    ]
