"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('sync', '0011_counted_from_the_index')]

    operations = [
        policies.by_organization("sync_run"),
        policies.by_organization("sync_posting"),
        policies.by_organization("sync_conversation"),
        policies.by_parent("sync_attempt", "sync_posting", "posting_id"),
        policies.by_organization("sync_reconciliation"),
        policies.by_parent("sync_difference", "sync_reconciliation", "reconciliation_id"),
        policies.by_organization("sync_schedule"),
        policies.by_organization("sync_outage"),
        policies.by_organization("sync_attachment"),
    ]
