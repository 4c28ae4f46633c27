"""Auditors got no mail and could not choose. Now they can, and get none until they do."""

from django.db import migrations

NONE_YET = """
SELECT set_config('sluse.platform', 'on', true);
UPDATE organizations_membership SET mails = 'none', weekly_digest = false WHERE role = 'auditor';
"""


class Migration(migrations.Migration):

    dependencies = [('organizations', '0006_chain_notice')]

    operations = [migrations.RunSQL(NONE_YET, migrations.RunSQL.noop)]
