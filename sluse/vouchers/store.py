"""Reading and saving an organization's mapping."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.organizations.errors import InvalidError
from sluse.organizations.models import Organization
from sluse.vouchers import mapping as mappings
from sluse.vouchers.mapping import Mapping
from sluse.vouchers.models import ExpenseTypeInUse, MappingVersion


def current(*, organization: Organization) -> Mapping:
    """Version 0 and empty where nothing was saved yet."""
    row = MappingVersion.objects.filter(organization=organization).order_by("-version").first()
    return mappings.from_json(row.content, version=row.version)[0] if row else Mapping()


def save(*, organization: Organization, content: Any, actor: Actor, now: datetime) -> Mapping:
    """A new version, or the current one when nothing differs."""
    wanted, errors = mappings.from_json(content)
    if errors:
        raise InvalidError(_("The mapping was not saved. Correct the fields named."), errors=errors)
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        before = current(organization=organization)
        if before.version and before.as_json() == wanted.as_json():
            return before
        row = MappingVersion.objects.create(
            organization=organization,
            version=before.version + 1,
            content=wanted.as_json(),
            created_at=now,
            created_by_id=actor.id,
            created_by_name=actor.name,
        )
        _log(organization, before, wanted, row, actor)
    return current(organization=organization)


def expense_types_in_use(*, organization: Organization) -> list[str]:
    names = ExpenseTypeInUse.objects.filter(organization=organization).order_by("name")
    return list(names.values_list("name", flat=True))


def note_expense_types(*, organization: Organization, names: Collection[str]) -> None:
    known = ExpenseTypeInUse.objects.filter(organization=organization, name__in=names)
    new = set(names) - set(known.values_list("name", flat=True))
    rows = [ExpenseTypeInUse(organization=organization, name=name) for name in sorted(new)]
    ExpenseTypeInUse.objects.bulk_create(rows, ignore_conflicts=True)


def _log(
    organization: Organization, before: Mapping, wanted: Mapping, row: MappingVersion, actor: Actor
) -> None:
    names = set(before.expense_types) | set(wanted.expense_types)
    changed = [name for name in names if before.expense_types.get(name) != wanted.expense_types.get(name)]
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=Type.MAPPING,
            actor=actor,
            at=row.created_at,
            new_state=f"version {row.version}",
            details={"version": row.version, "changed": sorted(changed)},
        )
    )
