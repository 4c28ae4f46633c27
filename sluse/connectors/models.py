"""An organization's configured tie to one accounting system."""

from django.db import models

from sluse.organizations.models import Organization


class Connector(models.Model):
    """`credentials` holds ciphertexts by field name, sealed with `data_key`, which is sealed itself (`secrets`).
    Beside them lie the `next_` ones, until they have passed their test and are taken into use, and then the `previous_`
    ones, until the new have had their first success.

    `identity_version` counts the changes of kind, company and
    credentials: a test is good only for the one it was made with."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="connector")
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    credentials = models.JSONField(default=dict)
    data_key = models.TextField(blank=True)
    credentials_hint = models.CharField(max_length=20, blank=True)
    credentials_set_at = models.DateTimeField(null=True)
    credentials_set_by = models.CharField(max_length=254, blank=True)
    identity_version = models.PositiveIntegerField(default=1)
    tested_identity_version = models.PositiveIntegerField(null=True)
    tested_at = models.DateTimeField(null=True)
    tested_by = models.CharField(max_length=254, blank=True)
    tested_ok = models.BooleanField(default=False)
    tested_company_id = models.CharField(max_length=100, blank=True)
    tested_company = models.CharField(max_length=250, blank=True)
    tested_accounts = models.PositiveIntegerField(default=0)
    tested_problems = models.JSONField(default=list)
    chart = models.JSONField(default=dict)
    chart_read_at = models.DateTimeField(null=True)
    credentials_expire_on = models.DateField(null=True)
    next_credentials = models.JSONField(default=dict)
    next_hint = models.CharField(max_length=20, blank=True)
    next_expire_on = models.DateField(null=True)
    next_set_at = models.DateTimeField(null=True)
    next_set_by = models.CharField(max_length=254, blank=True)
    next_tested_at = models.DateTimeField(null=True)
    next_tested_ok = models.BooleanField(default=False)
    next_problems = models.JSONField(default=list)
    previous_credentials = models.JSONField(default=dict)
    previous_hint = models.CharField(max_length=20, blank=True)
    previous_expire_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tested_ok=False) | models.Q(tested_at__isnull=False),
                name="connector_test_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(chart={}) | models.Q(chart_read_at__isnull=False),
                name="connector_chart_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(next_tested_ok=False)
                | models.Q(next_tested_at__isnull=False) & ~models.Q(next_credentials={}),
                name="connector_next_test_has_credentials",
            ),
        ]

    @property
    def is_test_current(self) -> bool:
        return self.tested_identity_version == self.identity_version


class RequestMonth(models.Model):
    """How many requests an organization's connector made in one month of its own time zone; `month` is its first day."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="request_months")
    kind = models.CharField(max_length=40)
    month = models.DateField()
    requests = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "month"], name="request_month_once"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="request_month_begins_on_its_first"
            ),
        ]


class Pace(models.Model):
    """What was asked with one token or by one application a moment ago, by whichever process. `key` tells nothing of the
    secret, and no organization: two that share an application share its limit."""

    key = models.CharField(max_length=64, primary_key=True)
    places = models.JSONField(default=list)
