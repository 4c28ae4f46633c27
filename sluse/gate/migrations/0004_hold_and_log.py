"""A hold and its log row, both ways, at COMMIT; what has ended stays ended, and no hold is removed."""

from django.db import migrations

APPLY = """
CREATE FUNCTION gate_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'A hold that has ended is not changed.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind <> OLD.kind OR NEW.organization_id IS DISTINCT FROM OLD.organization_id THEN
        RAISE EXCEPTION 'A hold keeps its kind and its organization.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_hold_is_kept BEFORE UPDATE ON gate_hold FOR EACH ROW EXECUTE FUNCTION gate_keep_hold();

CREATE FUNCTION gate_hold_has_log_row(hold gate_hold, states text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM audit_entry
        WHERE type = 'hold' AND details ->> 'hold' = hold.id::text AND new_state ~ states
          AND (hold.organization_id IS NULL OR organization_id = hold.organization_id)
          AND (states <> 'changed$'
               OR details ->> 'starts' = hold.starts_local AND details ->> 'ends' = hold.ends_local)
    ) OR hold.organization_id IS NULL AND NOT EXISTS (SELECT 1 FROM organizations_organization);
$$;

CREATE FUNCTION gate_hold_needs_log_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    states text := '(opened|planned|stopped)$';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        states := CASE
            WHEN NEW.ended_at IS NOT NULL THEN '(ended|cancelled|resumed|released)$'
            WHEN NEW.begun_at IS DISTINCT FROM OLD.begun_at THEN 'began$'
            ELSE 'changed$'
        END;
    END IF;
    IF NOT gate_hold_has_log_row(NEW, states) THEN
        RAISE EXCEPTION 'A change of a hold without its log row.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_hold_needs_log_row AFTER INSERT OR UPDATE ON gate_hold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_hold_needs_log_row();

CREATE FUNCTION gate_log_row_needs_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM gate_hold
        WHERE id::text = NEW.details ->> 'hold'
          AND (organization_id = NEW.organization_id OR organization_id IS NULL)
    ) THEN
        RAISE EXCEPTION 'A log row of a hold that is not there.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_log_row_needs_hold AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.type = 'hold')
    EXECUTE FUNCTION gate_log_row_needs_hold();

CREATE FUNCTION gate_refuse_removal_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A hold is ended, never removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER gate_hold_no_delete BEFORE DELETE ON gate_hold
    FOR EACH ROW EXECUTE FUNCTION gate_refuse_removal_of_hold();
"""

UNDO = """
DROP TRIGGER gate_hold_no_delete ON gate_hold;
DROP FUNCTION gate_refuse_removal_of_hold();
DROP TRIGGER gate_log_row_needs_hold ON audit_entry;
DROP FUNCTION gate_log_row_needs_hold();
DROP TRIGGER gate_hold_needs_log_row ON gate_hold;
DROP FUNCTION gate_hold_needs_log_row();
DROP FUNCTION gate_hold_has_log_row(gate_hold, text);
DROP TRIGGER gate_hold_is_kept ON gate_hold;
DROP FUNCTION gate_keep_hold();
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0003_holds"), ("organizations", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
