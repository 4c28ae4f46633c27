"""Where two must agree, the database refuses at COMMIT to turn on, or to let one be enough, without the other's approval."""

from django.db import migrations

APPLY = """
CREATE FUNCTION gate_keep_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'An approval that was decided is not changed.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_approval_is_kept BEFORE UPDATE OR DELETE ON gate_approval
    FOR EACH ROW EXECUTE FUNCTION gate_keep_approval();

CREATE FUNCTION gate_enabling_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gate_foureyes WHERE organization_id = NEW.organization_id AND required)
       AND NOT EXISTS (
        SELECT 1 FROM gate_approval
        WHERE organization_id = NEW.organization_id AND wanted = 'enable' AND state = 'approved'
          AND switch_version = NEW.version - 1 AND decided_by_id = NEW.by_id AND decided_by_id <> requested_by_id
    ) THEN
        RAISE EXCEPTION 'Turning on needs the approval of a second administrator.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_enabling_needs_approval AFTER UPDATE ON gate_switch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.enabled AND NOT OLD.enabled)
    EXECUTE FUNCTION gate_enabling_needs_approval();

CREATE FUNCTION gate_weakening_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM gate_approval
        WHERE organization_id = OLD.organization_id AND wanted = 'one_is_enough' AND state = 'approved'
          AND decided_at = NEW.since AND decided_by_id = NEW.by_id AND decided_by_id <> requested_by_id
    ) THEN
        RAISE EXCEPTION 'To let one administrator be enough needs a second one.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_weakening_needs_approval AFTER UPDATE ON gate_foureyes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.required AND NOT NEW.required)
    EXECUTE FUNCTION gate_weakening_needs_approval();
"""

UNDO = """
DROP TRIGGER gate_weakening_needs_approval ON gate_foureyes;
DROP FUNCTION gate_weakening_needs_approval();
DROP TRIGGER gate_enabling_needs_approval ON gate_switch;
DROP FUNCTION gate_enabling_needs_approval();
DROP TRIGGER gate_approval_is_kept ON gate_approval;
DROP FUNCTION gate_keep_approval();
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0005_four_eyes")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
