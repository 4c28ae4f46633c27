"""Every version of every mapping, and the expense types each organization uses."""

from django.db import models

from sluse.organizations.models import Organization


class MappingVersion(models.Model):
    """Never changed: a new mapping is a new version, so that a voucher can always be explained."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="mapping_versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField()
    created_by_id = models.CharField(max_length=64)
    created_by_name = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "version"], name="mapping_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="mapping_version_from_one"),
        ]


class ExpenseTypeInUse(models.Model):
    """Noted when a reimbursement with the type arrives; the switch asks that every one of them is mapped."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="expense_types_in_use"
    )
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="expense_type_in_use_once")
        ]
