"""When an organization's runs are due, and how long its accounting system is left in peace."""

from django.db import models

from sluse.organizations.models import Organization


class Schedule(models.Model):
    """When the scheduled runs of an organization are due: cron text in the organization's own time zone."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="schedule")
    cron = models.CharField(max_length=100, default="0 2 * * *")
    is_active = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_run_at"], condition=models.Q(is_active=True), name="schedule_due"),
        ]


class Outage(models.Model):
    """An accounting system that does not answer rests until `not_before`, so that it costs nobody else anything."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="outage")
    count = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    reason = models.TextField(blank=True)
