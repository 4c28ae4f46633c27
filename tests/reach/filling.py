"""A row of one organization in every table that has a wall: made from the models themselves, so that a new table is filled
without anybody remembering, or says why it cannot be."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from sluse.organizations.models import Organization

OVERRIDES: dict[str, dict[str, Any]] = {
    "connectors_requestmonth": {"month": date(2026, 11, 1)},
    "sync_outage": {"not_before": timezone.now()},
}
"""What a constraint of the table wants and the field's own type does not tell."""


def fill(*, organization: Organization, tables: Sequence[type[models.Model]]) -> None:
    """Those that others point to come first."""
    left = [model for model in tables if not _own(model, organization)]
    while left:
        ready = [model for model in left if not _parents(model) & set(left)]
        assert ready, f"These point to each other: {left}"
        for model in ready:
            _make(model, organization)
        left = [model for model in left if model not in ready]


def keys(*, model: type[models.Model], organization: Organization) -> list[Any]:
    """The primary keys of its rows."""
    return [row.pk for row in _own(model, organization)]


def path_to(model: type[models.Model]) -> str:
    """How a query finds the organization of a row: by itself, or over the row it belongs to."""
    names = {field.name: field for field in model._meta.concrete_fields}
    for name in ("organization", "organization_id"):
        if name in names:
            return name
    parent = parent_of(model)
    return f"{parent.name}__{path_to(parent.related_model)}"


def parent_of(model: type[models.Model]) -> Any:
    """The first row it belongs to."""
    return next(field for field in model._meta.concrete_fields if field.is_relation and not field.null)


def _own(model: type[models.Model], organization: Organization) -> Any:
    return model._default_manager.filter(**{path_to(model): organization.pk})


def _parents(model: type[models.Model]) -> set[Any]:
    return {
        field.related_model for field in model._meta.concrete_fields if field.is_relation and not field.null
    } - {model}


def _make(model: type[models.Model], organization: Organization) -> None:
    wanted = OVERRIDES.get(model._meta.db_table, {})
    values = {
        field.attname: wanted.get(field.name, _value(field, organization))
        for field in model._meta.concrete_fields
        if not _is_left_out(field) or field.name in wanted
    }
    model(**values).save(force_insert=True)


def _is_left_out(field: Any) -> bool:
    """What is filled by itself, or may stay empty; whose a row is may not, also where the platform has rows of its own."""
    if field.attname == "organization_id":
        return False
    is_optional = field.null or field.has_default() or (field.blank and not field.is_relation)
    return is_optional or isinstance(field, models.AutoField)


def _value(field: Any, organization: Organization) -> Any:
    if field.is_relation:
        return _related(field, organization)
    if field.attname == "organization_id":
        return organization.pk
    if field.choices:
        return field.choices[0][0]
    samples = {
        models.DateTimeField: timezone.now(),
        models.DateField: timezone.localdate(),
        models.IntegerField: 1,
        models.JSONField: {},
        models.UUIDField: uuid.uuid4(),
        models.BinaryField: b"%PDF",
    }
    return next((value for kind, value in samples.items() if isinstance(field, kind)), organization.slug)


def _related(field: Any, organization: Organization) -> Any:
    if field.related_model is Organization:
        return organization.pk
    if any(one.name == "organization" for one in field.related_model._meta.concrete_fields):
        return _own(field.related_model, organization)[0].pk
    return field.related_model._default_manager.values_list("pk", flat=True)[0]
