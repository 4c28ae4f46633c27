"""A receipt is evidence: what was told of it is never rewritten, and it stays with the posting it was tied to."""

from django.db import migrations

APPLY = """
CREATE FUNCTION sync_refuse_attachment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A receipt is not rewritten.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER sync_attachment_frozen
    BEFORE UPDATE OF id, organization_id, external_id, version, number, name, original_name, media_type, size_bytes, sha256,
        content, created_at
    ON sync_attachment FOR EACH ROW EXECUTE FUNCTION sync_refuse_attachment_change();
CREATE TRIGGER sync_attachment_stays
    BEFORE UPDATE OF posting_id ON sync_attachment FOR EACH ROW
    WHEN (OLD.posting_id IS NOT NULL AND NEW.posting_id IS DISTINCT FROM OLD.posting_id)
    EXECUTE FUNCTION sync_refuse_attachment_change();
"""

UNDO = """
DROP TRIGGER sync_attachment_stays ON sync_attachment;
DROP TRIGGER sync_attachment_frozen ON sync_attachment;
DROP FUNCTION sync_refuse_attachment_change();
"""


class Migration(migrations.Migration):
    dependencies = [("sync", "0006_attachment")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
