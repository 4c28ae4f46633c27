"""The switch of each organization, and the holds beside it.

The schema repeats the rules (see the second migration): the version counts the changes of `enabled` and cannot be
written by hand, and a change without its log row, or a log row without its change, is refused at COMMIT.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Organization


class Switch(models.Model):
    """Who, when and why, not only whether. `stop_requested_*` tells that it is being switched off right now."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="switch")
    enabled = models.BooleanField(default=False)
    version = models.BigIntegerField(default=0)
    since = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64, blank=True)
    by_name = models.CharField(max_length=254, blank=True)
    reason = models.TextField(blank=True)
    connector_kind = models.CharField(max_length=40, blank=True)
    stop_requested_at = models.DateTimeField(null=True)
    stop_requested_by_id = models.CharField(max_length=64, blank=True)
    stop_requested_by_name = models.CharField(max_length=254, blank=True)
    stop_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version=0, enabled=False)
                | (
                    models.Q(version__gte=1, since__isnull=False) & ~models.Q(by_id="") & ~models.Q(reason="")
                ),
                name="switch_says_who_when_why",
            ),
            models.CheckConstraint(
                condition=models.Q(enabled=True) | models.Q(stop_requested_at__isnull=True),
                name="switch_stops_only_when_on",
            ),
        ]


class Hold(models.Model):
    """An independent reason not to send. Ending one never ends another. Without an organization it holds the platform."""

    class Kind(models.TextChoices):
        WINDOW = "window", _("Maintenance window")
        BREAKER = "breaker", _("Stopped automatically")
        PLATFORM = "platform", _("Platform stop")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="holds")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.TextField()
    since = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("since")),
                name="hold_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="platform") ^ models.Q(organization__isnull=False),
                name="hold_of_platform_or_organization",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(kind="breaker", ended_at__isnull=True),
                name="hold_one_open_breaker",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization"], condition=models.Q(ended_at__isnull=True), name="hold_open"
            ),
        ]
