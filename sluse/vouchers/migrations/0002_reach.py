"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('vouchers', '0001_initial')]

    operations = [
        policies.by_organization("vouchers_mappingversion"),
        policies.by_organization("vouchers_expensetypeinuse"),
    ]
