"""Is this deployment sound? Each finding says what was looked at, and how to mend what is not as it should be."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.connectors import vault
from sluse.connectors.models import Connector
from sluse.sync import wake
from sluse.webhooks import secret
from sluse.webhooks.models import Webhook

POSTGRESQL_VERSION_MIN = 150_000
CLOCK_SKEW_SECONDS_MAX = 5.0
SLUGS_SHOWN = 5


class Verdict(StrEnum):
    GOOD = "good"
    WORTH_A_LOOK = "worth_a_look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    what: str
    verdict: Verdict = Verdict.GOOD
    mend: str = ""


def examine(*, now: datetime) -> list[Finding]:
    """Without the database nothing that needs it can be said."""
    findings = [_address(), _hosts(), _debug(), _mail(), *_data_folder()]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        reason = str(error).strip().splitlines()
        what = _("The database cannot be reached: %(reason)s") % {"reason": reason[-1] if reason else error}
        return [*findings, _wrong(what, _("Is it running, and is SLUSE_DATABASE_URL right?"))]
    findings += [_version(), _clock()]
    migrations = _migrations()
    if migrations.verdict is not Verdict.GOOD:
        return [*findings, migrations]
    return [*findings, migrations, _owner(), _walls(), _readable(), _newest_key(), _worker(now)]


def _version() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, name = cursor.fetchone()
    what = _("PostgreSQL %(version)s") % {"version": name}
    return _judged(what, number >= POSTGRESQL_VERSION_MIN, _("Sluse needs PostgreSQL 15 or newer."))


def _clock() -> Finding:
    """Leases, windows and schedules go by the clocks of all machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    seconds = abs((there - timezone.now()).total_seconds())
    what = _("The clocks of this machine and of the database differ by %(seconds)s seconds") % {
        "seconds": f"{seconds:.1f}"
    }
    return _judged(what, seconds <= CLOCK_SKEW_SECONDS_MAX, _("Let both follow the same time server (NTP)."))


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _judged(
        _("The database has the schema of this version"), not missing, _("Run `sluse migrate` as the owner.")
    )


def _owner() -> Finding:
    """Only what this process knows: another may have the owner's address."""
    what = _("The application does not own its tables")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'audit_entry'")
        owns = bool(cursor.fetchone()[0])
    return _advised(
        what, not owns, _("Only triggers protect the sync log. Give the owner a role of its own.")
    )


def _walls() -> Finding:
    """PostgreSQL lets a superuser, and a role with BYPASSRLS, through every wall without a word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (goes_through,) = cursor.fetchone()
    what = _("The database keeps the organizations apart from each other")
    mend = _(
        "The application's role is superuser or has BYPASSRLS, which row-level security does not bind. "
        "As a superuser: ALTER ROLE … NOSUPERUSER NOBYPASSRLS."
    )
    return _judged(what, not goes_through, mend)


def _readable() -> Finding:
    rows = Connector.objects.select_related("organization").order_by("pk")
    broken = [row.organization.slug for row in rows.iterator() if not vault.is_readable(row=row)]
    what = _("The stored credentials of every organization can be read")
    names = ", ".join(broken[:SLUGS_SHOWN]) + (" …" if len(broken) > SLUGS_SHOWN else "")
    mend = _(
        "Not readable: %(slugs)s. Put the key that sealed them back into SLUSE_ENCRYPTION_KEYS, or enter them anew."
    )
    return _judged(what, not broken, mend % {"slugs": names})


def _newest_key() -> Finding:
    waiting = (
        Connector.objects.filter(vault.not_under_newest_key()).exists()
        or Webhook.objects.filter(secret.not_under_newest_key()).exists()
    )
    what = _("The stored credentials are under the newest key")
    return _advised(what, not waiting, _("Run `sluse keys rotate`."))


def _worker(now: datetime) -> Finding:
    what = _("A worker has been seen lately")
    return _judged(
        what, wake.worker_seen(now=now), _("Start one: `sluse worker`. Nothing is sent without it.")
    )


def _address() -> Finding:
    what = _("People use Sluse at %(address)s") % {"address": settings.BASE_URL or "–"}
    mend = _("Set SLUSE_BASE_URL to https://…, or cookies and links are not protected.")
    return _advised(what, settings.BASE_URL.startswith("https://"), mend)


def _hosts() -> Finding:
    what = _("The web server answers to %(hosts)s") % {"hosts": ", ".join(settings.ALLOWED_HOSTS) or "–"}
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        return _wrong(what, _("Name the hosts in SLUSE_ALLOWED_HOSTS, none of them *."))
    host = settings.BASE_URL.partition("://")[2].split("/")[0].rsplit(":", 1)[0]
    mend = _("SLUSE_ALLOWED_HOSTS lacks the host of SLUSE_BASE_URL: %(host)s.") % {"host": host}
    return _judged(what, not host or host in settings.ALLOWED_HOSTS, mend)


def _debug() -> Finding:
    return _judged(_("Error details are kept from visitors"), not settings.DEBUG, _("Unset SLUSE_DEBUG."))


def _mail() -> Finding:
    what = _("Mail is sent by %(host)s") % {"host": settings.EMAIL_HOST or "–"}
    return _advised(
        what, bool(settings.EMAIL_HOST), _("Set SLUSE_EMAIL_URL, or nobody is told when Sluse stops.")
    )


def _data_folder() -> Iterator[Finding]:
    """Only where there is one: a deployment on many machines has its keys in the environment."""
    secret = settings.DATA_DIR / "secrets.json"
    if not secret.exists():
        return
    is_ours_alone = not stat.S_IMODE(secret.stat().st_mode) & 0o077
    what = _("Nobody else can read the keys in %(path)s") % {"path": secret}
    yield _judged(what, is_ours_alone, _("chmod 600 it."))


def _judged(what: str, is_good: object, mend: str) -> Finding:
    return Finding(what=what) if is_good else _wrong(what, mend)


def _advised(what: str, is_good: object, mend: str) -> Finding:
    return Finding(what=what) if is_good else Finding(what=what, verdict=Verdict.WORTH_A_LOOK, mend=mend)


def _wrong(what: str, mend: str) -> Finding:
    return Finding(what=what, verdict=Verdict.WRONG, mend=mend)
