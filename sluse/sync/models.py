"""The queue, what was tried, and the passes over it. The posting rows are the truth; the engine only wakes us."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Organization
from sluse.sync.attachment_models import Attachment as Attachment
from sluse.sync.attachment_models import AttachmentState as AttachmentState
from sluse.sync.comparison_models import ComparisonRequest as ComparisonRequest
from sluse.sync.incarnation_models import Incarnation as Incarnation
from sluse.sync.timing_models import Outage as Outage
from sluse.sync.timing_models import Schedule as Schedule
from sluse.vouchers.reference import NUMBER_FIRST, NUMBER_LAST


class Trigger(models.TextChoices):
    MANUAL = "manual", _("Manual")
    SCHEDULED = "scheduled", _("Scheduled")
    AUTOMATIC = "automatic", _("Automatic")


class Run(models.Model):
    """One pass over an organization's queue. Unfinished while `finished_at` is empty; there is at most one such.

    A run belongs to one time of being on: `switch_version` is the switch's when it began.
    """

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("Succeeded")
        PARTIAL = "partial", _("Partly done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="runs")
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)
    switch_version = models.BigIntegerField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    posted = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    posted_ore = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(finished_at__isnull=True),
                name="run_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, outcome="")
                | (models.Q(finished_at__isnull=False) & ~models.Q(outcome="")),
                name="run_finished_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at"], name="run_newest")]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class State(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    UNKNOWN = "unknown", _("Unknown outcome")
    DELIVERED = "delivered", _("Delivered, not yet posted")
    POSTED = "posted", _("Posted")
    FAILED = "failed", _("Failed")
    CONFLICT = "conflict", _("Conflict")
    WITHDRAWN = "withdrawn", _("Withdrawn")


BY_HAND = "booked_by_hand"
"""The reason of a posting that a person has booked in the accounting system, and which was never sent there."""
REMOVED_THERE = "removed_there"
"""The reason of one that was delivered, and is not in the accounting system any more."""
UNRESOLVED = (State.SENDING, State.UNKNOWN)
"""What may be in the accounting system although nobody can say so yet."""


class Posting(models.Model):
    """The life of one reimbursement version on its way into the accounting system.

    `voucher` is frozen with the intent to send, and every later attempt after an unknown outcome uses exactly it.
    `number` is given with the first intent and kept.
    `next_try_at` is the end of the back-off for a pending posting, of the quarantine for an unknown one.
    `follows` is the posting that must be posted before this one may be sent. A reversal takes back the one that it follows:
    its total is negative, so that every sum over postings is what the ledger holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="postings")
    external_id = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    reference = models.CharField(max_length=20)
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    held = models.BooleanField(default=False)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    is_reversal = models.BooleanField(default=False)
    document = models.JSONField()
    total_ore = models.BigIntegerField()
    voucher = models.JSONField(null=True)
    voucher_hash = models.CharField(max_length=64, blank=True)
    mapping_version = models.PositiveIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="postings")
    erp_id = models.CharField(max_length=100, blank=True)
    voucher_number = models.CharField(max_length=50, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    reason_detail = models.TextField(blank=True)
    reason_link = models.URLField(max_length=500, blank=True)
    erp_message = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id", "version"],
                condition=models.Q(is_reversal=False),
                name="posting_once_per_version",
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=models.Q(is_reversal=True) & ~models.Q(state="withdrawn"),
                name="posting_reversed_once",
            ),
            models.UniqueConstraint(fields=["organization", "reference"], name="posting_reference_once"),
            models.UniqueConstraint(fields=["organization", "number"], name="posting_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True)
                | models.Q(number__gte=NUMBER_FIRST, number__lte=NUMBER_LAST),
                name="posting_number_has_eight_digits",
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="posting_state_known"),
            models.CheckConstraint(
                condition=models.Q(is_reversal=False, total_ore__gt=0)
                | models.Q(is_reversal=True, total_ore__lt=0, follows__isnull=False),
                name="posting_total_has_its_sign",
            ),
            models.CheckConstraint(
                condition=models.Q(reason_link="") | models.Q(reason_link__regex=r"^https?://[^\s]+$"),
                name="posting_reason_link_is_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(held=False) | models.Q(state__in=["pending", "unknown"]),
                name="posting_held_only_while_open",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "unknown", "delivered", "posted", "conflict"])
                | models.Q(voucher__isnull=False)
                | models.Q(state="posted", reason_code="booked_by_hand"),
                name="posting_sent_has_frozen_voucher",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="posted")
                | (models.Q(posted_at__isnull=False) & ~models.Q(erp_id="")),
                name="posting_posted_has_receipt",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="unknown") | models.Q(next_try_at__isnull=False),
                name="posting_unknown_has_quarantine",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "created_at", "id"],
                condition=models.Q(state__in=["pending", "sending", "unknown"]),
                name="posting_queue",
            ),
            models.Index(
                fields=["organization", "state"],
                condition=~models.Q(state__in=["posted", "withdrawn"]),
                include=["total_ore", "created_at", "held"],
                name="posting_open",
            ),
            models.Index(fields=["organization", "-created_at", "-id"], name="posting_newest"),
            models.Index(
                fields=["organization", "state", "-created_at", "-id"], name="posting_newest_in_state"
            ),
            models.Index(
                fields=["organization", "posted_at"],
                include=["total_ore"],
                condition=models.Q(posted_at__isnull=False),
                name="posting_posted",
            ),
            models.Index(
                fields=["organization", "voucher_number"],
                condition=~models.Q(voucher_number=""),
                name="posting_voucher_number",
            ),
        ]


class Conversation(models.Model):
    """What was said to the accounting system while a batch was sent, and answered: once for all attempts of the batch.

    Its id is the correlation id that every request carried. `exchanges` were redacted before they came here.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="conversations")
    at = models.DateTimeField()
    exchanges = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)


class Attempt(models.Model):
    """One try to send a posting: written before the first byte leaves, closed when its outcome is known."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="attempt_rows")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    request_hash = models.CharField(max_length=64)
    response_code = models.IntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, null=True, related_name="attempts"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["posting", "number"], name="attempt_numbered_once")]


class Reconciliation(models.Model):
    """Our postings held against what the accounting system has, both ways. Written when it is done, as it was found."""

    class Trigger(models.TextChoices):
        MANUAL = "manual", _("Manual")
        NIGHTLY = "nightly", _("Nightly")
        RESTORE = "restore", _("After a restore")

    class Outcome(models.TextChoices):
        EQUAL = "equal", _("Nothing differs")
        DIFFERENT = "different", _("Something differs")
        FAILED = "failed", _("Could not be compared")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reconciliations")
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)
    since = models.DateField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    ours = models.PositiveIntegerField(default=0)
    ours_ore = models.BigIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    theirs_ore = models.BigIntegerField(default=0)
    rebuilt = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="reconciliation_newest")]


class Difference(models.Model):
    """One voucher that the two sides do not tell alike. An amount is empty where the voucher is not."""

    class Kind(models.TextChoices):
        MISSING_THERE = "missing_there", _("Missing in the accounting system")
        UNKNOWN_HERE = "unknown_here", _("Unknown to Sluse")
        AMOUNT_DIFFERS = "amount_differs", _("Other amount")
        STATE_DIFFERS = "state_differs", _("Other state")
        TWICE = "twice", _("More than once in the accounting system")

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reference = models.CharField(max_length=20)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="differences")
    our_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    our_ore = models.BigIntegerField(null=True)
    their_stage = models.CharField(max_length=20, blank=True)
    their_ore = models.BigIntegerField(null=True)
    voucher_number = models.CharField(max_length=50, blank=True)
