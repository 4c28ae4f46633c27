"""The switch of each organization, and the holds beside it.

The schema repeats the rules (see the migrations): the version counts the changes of `enabled` and cannot be written by
hand, and a change of switch or hold without its log row, or a log row without its change, is refused at COMMIT.
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
    """An independent reason not to send. Ending one never ends another. Without an organization it holds the platform.

    A window keeps the wall clock and the zone it was planned in beside the instants they mean. That it has begun is told
    by its times alone; `begun_at` only remembers that the log tells of it.
    """

    class Kind(models.TextChoices):
        WINDOW = "window", _("Maintenance window")
        BREAKER = "breaker", _("Stopped automatically")
        PLATFORM = "platform", _("Platform stop")
        RESTORE = "restore", _("Restored from a backup")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="holds")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.TextField()
    since = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)
    time_zone = models.CharField(max_length=50, blank=True)
    starts_local = models.CharField(max_length=16, blank=True)
    ends_local = models.CharField(max_length=16, blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.CharField(max_length=64, blank=True)
    ended_by_name = models.CharField(max_length=254, blank=True)
    ended_reason = models.TextField(blank=True)

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
            models.CheckConstraint(
                condition=~models.Q(kind="window")
                | models.Q(ends_at__isnull=False)
                & ~models.Q(time_zone="")
                & ~models.Q(starts_local="")
                & ~models.Q(ends_local=""),
                name="hold_window_has_times_and_zone",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="")
                & ~models.Q(by_id="")
                & (models.Q(ended_at__isnull=True) | ~models.Q(ended_by_id="") & ~models.Q(ended_reason="")),
                name="hold_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(kind="breaker", ended_at__isnull=True),
                name="hold_one_open_breaker",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(kind="restore", ended_at__isnull=True),
                name="hold_one_open_restore",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind="platform", ended_at__isnull=True),
                name="hold_one_platform_stop",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization"], condition=models.Q(ended_at__isnull=True), name="hold_open"
            ),
        ]


class FourEyes(models.Model):
    """Whether two administrators must agree before an organization's switch is turned on. No row: one is enough."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="four_eyes")
    required = models.BooleanField(default=False)
    since = models.DateTimeField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)


class Approval(models.Model):
    """What one administrator asks for and another one decides: bound to the version of the switch and to the settings that
    were looked at. `void`: it ended undecided, by time or because something it was bound to has changed."""

    class Wanted(models.TextChoices):
        ENABLE = "enable", _("Turn the switch on")
        ONE_IS_ENOUGH = "one_is_enough", _("Let one administrator be enough")

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a second administrator")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        VOID = "void", _("Ended undecided")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="approvals")
    wanted = models.CharField(max_length=20, choices=Wanted.choices)
    switch_version = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    reason = models.TextField()
    requested_by_id = models.CharField(max_length=64)
    requested_by_name = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    decided_by_id = models.CharField(max_length=64, blank=True)
    decided_by_name = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decided_by_id=models.F("requested_by_id")),
                name="approval_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True, decided_by_id="")
                | models.Q(decided_at__isnull=False) & ~models.Q(decided_by_id="") & ~models.Q(state="open"),
                name="approval_decided_by_whom_and_when",
            ),
            models.UniqueConstraint(
                fields=["organization", "wanted"],
                condition=models.Q(state="open"),
                name="approval_one_open_of_each",
            ),
        ]
