"""Receipts: what was told never changes (the database refuses it), and how far each has come on its way to its voucher."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Organization


class AttachmentState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    UNKNOWN = "unknown", _("Unknown outcome")
    ATTACHED = "attached", _("Attached")
    REFUSED = "refused", _("Refused")


class Attachment(models.Model):
    """A receipt's file. It belongs to one version of a reimbursement, and follows that version's voucher once it is there.

    `name` is what the accounting system sees, and the same for every try; `original_name` never leaves.
    `next_try_at` is the end of the back-off for a waiting one, of the quarantine for an unknown one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="attachments")
    external_id = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    posting = models.ForeignKey(
        "sync.Posting", on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    name = models.CharField(max_length=120)
    original_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=AttachmentState.choices, default=AttachmentState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    erp_id = models.CharField(max_length=100, blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    reason_detail = models.TextField(blank=True)
    erp_message = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    attached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id", "version", "number"], name="attachment_number_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id", "version", "sha256"], name="attachment_content_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AttachmentState.values), name="attachment_state_known"
            ),
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="attachment_has_content"),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(posting__isnull=False),
                name="attachment_sent_has_posting",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="unknown") | models.Q(next_try_at__isnull=False),
                name="attachment_unknown_has_quarantine",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason_code=""),
                name="attachment_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="attached") | models.Q(attached_at__isnull=False),
                name="attachment_attached_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_try_at"],
                condition=models.Q(state__in=["waiting", "sending", "unknown"], posting__isnull=False),
                name="attachment_due",
            ),
        ]
