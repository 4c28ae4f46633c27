"""The database counts the changes of the switch and ties each to its log row, both ways, at COMMIT."""

from django.db import migrations

APPLY = """
CREATE FUNCTION gate_count_toggle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.enabled OR NEW.version <> 0 THEN
            RAISE EXCEPTION 'A switch begins disabled, at version 0.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version THEN
        RAISE EXCEPTION 'The version of a switch is counted by the database.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.enabled <> OLD.enabled THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_switch_count_toggle BEFORE INSERT OR UPDATE ON gate_switch
    FOR EACH ROW EXECUTE FUNCTION gate_count_toggle();

CREATE FUNCTION gate_toggle_needs_log_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit_entry
        WHERE organization_id = NEW.organization_id AND type = 'switch' AND switch_version = NEW.version
          AND new_state = CASE WHEN NEW.enabled THEN 'enabled' ELSE 'disabled' END
    ) THEN
        RAISE EXCEPTION 'A change of the switch without its log row.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_switch_needs_log_row AFTER UPDATE ON gate_switch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.enabled IS DISTINCT FROM NEW.enabled)
    EXECUTE FUNCTION gate_toggle_needs_log_row();

CREATE FUNCTION gate_log_row_needs_toggle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM gate_switch
        WHERE organization_id = NEW.organization_id AND version >= NEW.switch_version AND NEW.switch_version >= 1
    ) THEN
        RAISE EXCEPTION 'A log row of a switch that was not changed.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_log_row_needs_toggle AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.type = 'switch')
    EXECUTE FUNCTION gate_log_row_needs_toggle();

CREATE FUNCTION gate_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A switch is never removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER gate_switch_no_delete BEFORE DELETE ON gate_switch
    FOR EACH ROW EXECUTE FUNCTION gate_refuse_removal();
"""

UNDO = """
DROP TRIGGER gate_switch_no_delete ON gate_switch;
DROP FUNCTION gate_refuse_removal();
DROP TRIGGER gate_log_row_needs_toggle ON audit_entry;
DROP FUNCTION gate_log_row_needs_toggle();
DROP TRIGGER gate_switch_needs_log_row ON gate_switch;
DROP FUNCTION gate_toggle_needs_log_row();
DROP TRIGGER gate_switch_count_toggle ON gate_switch;
DROP FUNCTION gate_count_toggle();
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(APPLY, UNDO)]
