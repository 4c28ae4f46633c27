"""The secret that an organization shares with its source system, and when that was last heard of."""

from django.db import models

from sluse.organizations.models import Organization


class Webhook(models.Model):
    """Sealed as a connector's credentials are. `previous` still opens until `previous_until`: a sender is given a new secret
    without a stop."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="webhook")
    data_key = models.TextField()
    secret = models.JSONField()
    previous = models.JSONField(default=dict)
    previous_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=254)
    heard_at = models.DateTimeField(null=True)
    heard = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(set_by=""), name="webhook_set_by_somebody"),
            models.CheckConstraint(condition=~models.Q(data_key=""), name="webhook_has_a_key"),
            models.CheckConstraint(
                condition=models.Q(previous={}, previous_until__isnull=True)
                | ~models.Q(previous={}) & models.Q(previous_until__isnull=False),
                name="webhook_previous_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(heard="", heard_at__isnull=True)
                | ~models.Q(heard="") & models.Q(heard_at__isnull=False),
                name="webhook_heard_has_a_time",
            ),
        ]
