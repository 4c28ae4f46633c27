"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('organizations', '0003_comparison_notice')]

    operations = [
        policies.by_organization("organizations_membership"),
        policies.by_organization("organizations_notice"),
        policies.by_organization("organizations_token"),
    ]
