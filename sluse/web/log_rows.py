"""The rows of the sync log as the screen shows them: in words, and with what each is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from sluse.audit.models import Entry, Type
from sluse.connectors import registry
from sluse.organizations.models import Organization
from sluse.sync import postings
from sluse.web import log_filters

OF_THE_SETTINGS = frozenset({Type.MAPPING, Type.SCHEDULE, Type.APPROVAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`about` is empty where nothing but the organization itself is meant."""

    entry: Entry
    words: str | Promise
    about: str | Promise
    address: str


def of(*, organization: Organization, entries: Sequence[Entry]) -> list[Row]:
    numbers = {entry.posting_id for entry in entries if entry.posting_id}
    names = postings.external_ids(organization=organization, posting_ids=numbers)
    return [_row(organization.slug, entry, names) for entry in entries]


def connector(kind: str) -> str | Promise:
    return registry.KINDS[kind].label if kind in registry.KINDS else kind


def _row(slug: str, entry: Entry, names: dict[UUID | None, str]) -> Row:
    about, address = _about(slug, entry, names)
    words = log_filters.TYPES.get(entry.type, entry.type)
    return Row(entry=entry, words=words, about=about, address=address)


def _about(slug: str, entry: Entry, names: dict[UUID | None, str]) -> tuple[str | Promise, str]:
    external_id = names.get(entry.posting_id) or entry.details.get("external_id", "")
    if external_id:
        return external_id, reverse("web:reimbursement", args=[slug, external_id])
    if "reconciliation" in entry.details:
        address = reverse("web:reconciliation-of", args=[slug, entry.details["reconciliation"]])
        return log_filters.TYPES[Type.RECONCILIATION], address
    if entry.connector_kind:
        return connector(entry.connector_kind), reverse("web:connector", args=[slug])
    if entry.type in OF_THE_SETTINGS:
        return log_filters.TYPES[entry.type], reverse("web:connector", args=[slug])
    return "", ""
