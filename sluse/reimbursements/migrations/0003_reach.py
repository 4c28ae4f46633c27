"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('reimbursements', '0002_frozen')]

    operations = [
        policies.by_organization("reimbursements_reimbursement"),
        policies.by_parent("reimbursements_line", "reimbursements_reimbursement", "reimbursement_id"),
    ]
