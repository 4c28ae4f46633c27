"""The sync log: append-only, chained per organization.

The database itself refuses UPDATE, DELETE and TRUNCATE (see the second migration); rows are written only by `audit.record`,
in the transaction of what they tell.
"""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models


class Type(models.TextChoices):
    SWITCH = "switch"
    RUN = "run"
    ATTEMPT = "attempt"
    SETTINGS = "settings"
    CREDENTIALS = "credentials"
    MAPPING = "mapping"
    TEST = "test"
    REFUSED = "refused"
    HOLD = "hold"
    ORGANIZATION = "organization"
    MEMBER = "member"
    TOKEN = "token"  # noqa: S105 - the name of a kind of entry
    WITHDRAWAL = "withdrawal"
    SCHEDULE = "schedule"
    RETRY = "retry"
    APPROVAL = "approval"
    RECONCILIATION = "reconciliation"


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, *, organization_id: int) -> Self:
        return self.filter(organization_id=organization_id).order_by("-sequence")

    def filtered(
        self,
        *,
        type: str = "",  # noqa: A002 - the contract's name for it
        status: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        actor_id: str = "",
        run_id: UUID | None = None,
        posting_id: UUID | None = None,
    ) -> Self:
        """`status` is `ok` or `error`; `since` is included, `until` is not."""
        exact = {"actor_id": actor_id, "run_id": run_id, "posting_id": posting_id}
        entries = self.filter(**{name: value for name, value in exact.items() if value})
        failed = ~models.Q(error="") | models.Q(type=Type.REFUSED)
        if type:
            entries = entries.filter(type=type)
        if status:
            entries = entries.filter(failed if status == "error" else ~failed)
        if since:
            entries = entries.filter(at__gte=since)
        if until:
            entries = entries.filter(at__lt=until)
        return entries

    def before(self, *, sequence: int) -> Self:
        return self.filter(sequence__lt=sequence)


class Entry(models.Model):
    """One thing that happened. The organization is kept by number and name, so that the log needs nothing above it."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.BigIntegerField()
    organization_slug = models.CharField(max_length=50)
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    type = models.CharField(max_length=20, choices=Type.choices)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=254)
    connector_kind = models.CharField(max_length=40, blank=True)
    new_state = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    run_id = models.UUIDField(null=True)
    posting_id = models.UUIDField(null=True)
    request_hash = models.CharField(max_length=64, blank=True)
    response_code = models.IntegerField(null=True)
    error = models.TextField(blank=True)
    retry_count = models.IntegerField(null=True)
    trigger = models.CharField(max_length=20, blank=True)
    switch_version = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "sequence"], name="audit_entry_gapless"),
            models.UniqueConstraint(
                fields=["organization_id", "switch_version"],
                condition=models.Q(type="switch"),
                name="audit_entry_one_per_toggle",
            ),
            models.CheckConstraint(
                condition=models.Q(type="switch", switch_version__isnull=False) | ~models.Q(type="switch"),
                name="audit_entry_toggle_has_version",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "type", "-sequence"], name="audit_entry_type"),
            models.Index(fields=["organization_id", "at"], name="audit_entry_at"),
            models.Index(fields=["organization_id", "actor_id", "-sequence"], name="audit_entry_actor"),
            models.Index(
                fields=["organization_id", "-sequence"],
                condition=~models.Q(error="") | models.Q(type="refused"),
                include=["type", "at"],  # counted with both, without reading the rows
                name="audit_entry_failed",
            ),
            models.Index(
                fields=["organization_id", "run_id", "sequence"],
                condition=models.Q(run_id__isnull=False),
                name="audit_entry_run",
            ),
            models.Index(
                fields=["organization_id", "posting_id", "sequence"],
                condition=models.Q(posting_id__isnull=False),
                name="audit_entry_posting",
            ),
        ]

    def told(self) -> dict[str, Any]:
        """What the hash covers: every field but the row number and the hash itself."""
        names = [field.attname for field in self._meta.concrete_fields if field.attname not in {"id", "hash"}]
        return {name: getattr(self, name) for name in names}


class Chain(models.Model):
    """The end of one organization's chain. Locking this row is what keeps the chain from forking."""

    organization_id = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class Broken(models.TextChoices):
    """In what way the first broken row of a chain is broken."""

    MISSING = "missing"
    UNLINKED = "unlinked"
    CHANGED = "changed"
    OTHER_END = "other_end"
    SLIPPED_IN = "slipped_in"


class Verified(models.Model):
    """What the newest verification of a chain found, and how far the one under way has come.

    A walk is under way while `began_at` is set; it `is_whole` when it began at the first row. `through` and `hash` are the
    last row found whole, where the next walk goes on.
    """

    organization_id = models.BigIntegerField(primary_key=True)
    began_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=False)
    through = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    whole_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_through = models.BigIntegerField(default=0)
    broken_row = models.BigIntegerField(null=True)
    broken_because = models.CharField(max_length=20, choices=Broken.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(broken_row=None, broken_because="")
                | models.Q(broken_row__gte=1, ended_at__isnull=False) & ~models.Q(broken_because=""),
                name="audit_verified_broken_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(through=0, hash="") | models.Q(through__gte=1) & ~models.Q(hash=""),
                name="audit_verified_place_has_hash",
            ),
        ]

    def begin(self, *, is_whole: bool, now: datetime) -> None:
        self.began_at, self.is_whole = now, is_whole or not self.through
        if self.is_whole:
            self.through, self.hash = 0, ""

    def reach(self, *, through: int, hash: str) -> None:  # noqa: A002 - the chain's word for it
        self.through, self.hash = through, hash

    def end_whole(self, *, now: datetime) -> None:
        self.whole_at = now if self.is_whole else self.whole_at
        self.began_at, self.ended_at, self.ended_through = None, now, self.through
        self.broken_row, self.broken_because = None, ""

    def end_broken(self, *, row: int, because: str, now: datetime) -> None:
        """What comes after is worth nothing, so that the next walk begins at the first row."""
        self.began_at, self.ended_at, self.ended_through = None, now, row - 1
        self.broken_row, self.broken_because = row, because
        self.through, self.hash = 0, ""
