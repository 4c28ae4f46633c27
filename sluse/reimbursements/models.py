"""The fact we are told. What was told never changes: the database refuses it (see the second migration)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Organization


class Status(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Reimbursement(models.Model):
    """What a person is owed. `claimant_name` never leaves for an accounting system."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reimbursements")
    external_id = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    claimant_number = models.CharField(max_length=20)
    claimant_name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    total_ore = models.BigIntegerField()
    cost_centre = models.CharField(max_length=20, blank=True)
    project = models.CharField(max_length=20, blank=True)
    content_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.SUBMITTED)
    approved_by = models.CharField(max_length=254, blank=True)
    approved_at = models.DateTimeField(null=True)
    posting_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id", "version"], name="reimbursement_once_per_version"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="reimbursement_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(total_ore__gt=0), name="reimbursement_total_is_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="approved")
                | (models.Q(approved_at__isnull=False, posting_id__isnull=False) & ~models.Q(approved_by="")),
                name="reimbursement_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("claimant_number")),
                name="reimbursement_no_self_approval",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="reimbursement_newest")]


class Line(models.Model):
    reimbursement = models.ForeignKey(Reimbursement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    expense_type = models.CharField(max_length=40)
    date = models.DateField()
    amount_ore = models.BigIntegerField()
    text = models.CharField(max_length=250, blank=True)
    cost_centre = models.CharField(max_length=20, blank=True)
    project = models.CharField(max_length=20, blank=True)
    quantity = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["reimbursement", "position"], name="line_position_once"),
            models.CheckConstraint(condition=models.Q(amount_ore__gt=0), name="line_amount_is_positive"),
        ]
