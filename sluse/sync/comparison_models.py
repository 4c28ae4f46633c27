"""What a person asked to be compared, until a worker has done it."""

from django.db import models

from sluse.organizations.models import Organization


class ComparisonRequest(models.Model):
    """One at a time for each organization. It goes with the comparison it asked for."""

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, related_name="comparison_request"
    )
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
