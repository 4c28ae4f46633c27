"""The second wall behind the queries: see `sluse.reach`."""

from django.db import migrations

from sluse.reach import policies


class Migration(migrations.Migration):

    dependencies = [('connectors', '0005_pace')]

    operations = [
        policies.by_organization("connectors_connector"),
        policies.by_organization("connectors_requestmonth"),
    ]
