"""Who: organizations, the people in them, and the tokens that act as those people."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    BOKMAL = "nb", _("Norwegian Bokmål")
    NYNORSK = "nn", _("Norwegian Nynorsk")
    ENGLISH = "en", _("English")


class Organization(models.Model):
    """A tenant."""

    slug = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    organization_number = models.CharField(max_length=9, blank=True)
    time_zone = models.CharField(max_length=50, default="Europe/Oslo")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.BOKMAL)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
                name="organization_slug_form",
            ),
            models.CheckConstraint(
                condition=models.Q(organization_number="")
                | models.Q(organization_number__regex=r"^[0-9]{9}$"),
                name="organization_number_form",
            ),
        ]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in by e-mail address. The id is what the log keeps."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    is_global_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    @property
    def display_name(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Mails(models.TextChoices):
    """Which mails a member gets about an organization."""

    ALL = "all", _("Everything that begins or ends")
    URGENT = "urgent", _("Only what needs somebody")
    NONE = "none", _("None")


MAILS_AT_FIRST = {Role.ADMINISTRATOR: Mails.ALL, Role.AUDITOR: Mails.NONE}
"""Until somebody chooses: who can do something about it hears of it, and who looks on does not."""


class Membership(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    mails = models.CharField(max_length=20, choices=Mails.choices, default=Mails.ALL)
    weekly_digest = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_each"),
            models.CheckConstraint(condition=models.Q(mails__in=Mails.values), name="membership_mails_known"),
        ]


class Notice(models.Model):
    """That an organization's people were told of something, so that they are told once. Open as long as it lasts."""

    class Kind(models.TextChoices):
        FAILURE = "failure"
        CONFLICT = "conflict"
        UNKNOWN = "unknown"
        RUN_MISSING = "run_missing"
        QUEUE = "queue"
        CREDENTIALS = "credentials"
        COMPARISON = "comparison"
        DIFFERENCE = "difference"
        CHAIN = "chain"
        DIGEST = "digest"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=64, blank=True)
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "key"],
                condition=models.Q(ended_at__isnull=True) | models.Q(kind="digest"),
                name="notice_once",
            ),
        ]


class Token(models.Model):
    """Acts as its user at the REST API. Only a digest is kept; the text is shown once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def is_valid(self, *, now: datetime) -> bool:
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired and self.user.is_active

    def allows(self, scope: str) -> bool:
        scopes: list[Any] = self.scopes
        return scope in scopes
