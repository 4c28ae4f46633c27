"""What a source system told is never rewritten; only status, approval and the claimant's name (for erasure) may change."""

from django.db import migrations

APPLY = """
CREATE FUNCTION reimbursements_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.organization_id, NEW.external_id, NEW.version, NEW.claimant_number, NEW.currency, NEW.total_ore,
        NEW.cost_centre, NEW.project, NEW.content_hash, NEW.created_at)
       IS DISTINCT FROM
       (OLD.organization_id, OLD.external_id, OLD.version, OLD.claimant_number, OLD.currency, OLD.total_ore,
        OLD.cost_centre, OLD.project, OLD.content_hash, OLD.created_at) THEN
        RAISE EXCEPTION 'A reimbursement is not rewritten; a correction is a new version.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'approved' AND (NEW.approved_by, NEW.approved_at, NEW.posting_id)
       IS DISTINCT FROM (OLD.approved_by, OLD.approved_at, OLD.posting_id) THEN
        RAISE EXCEPTION 'An approval is not rewritten.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn' THEN
        RAISE EXCEPTION 'What was withdrawn stays withdrawn.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reimbursements_frozen BEFORE UPDATE ON reimbursements_reimbursement
    FOR EACH ROW EXECUTE FUNCTION reimbursements_refuse_rewriting();

CREATE FUNCTION reimbursements_refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The lines of a reimbursement are not rewritten.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER reimbursements_line_frozen BEFORE UPDATE ON reimbursements_line
    FOR EACH ROW EXECUTE FUNCTION reimbursements_refuse_line_change();
"""

UNDO = """
DROP TRIGGER reimbursements_line_frozen ON reimbursements_line;
DROP FUNCTION reimbursements_refuse_line_change();
DROP TRIGGER reimbursements_frozen ON reimbursements_reimbursement;
DROP FUNCTION reimbursements_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("reimbursements", "0001_initial")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
