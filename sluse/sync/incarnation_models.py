"""The lives of this database."""

import uuid

from django.db import models


class Incarnation(models.Model):
    """One life of this database; the newest counts. A restore begins another (see `incarnation`)."""

    name = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    declared = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)
    doubtful_until = models.DateTimeField(null=True)
