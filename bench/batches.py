"""One organization, one manual run, one size of batch."""

import time
from itertools import count

from django.conf import settings

from sluse.connectors.business_central.connector import BusinessCentral
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.up import schema
from tests import scene

_numbers = count()


def measure(*, batch_size: int, reimbursements: int) -> tuple[float, int]:
    """Seconds of the run, and requests that reached the sandbox for it, the token's included."""
    schema.migrate()
    BusinessCentral.batch_size = batch_size
    with running(sandbox.create()) as base:
        settings.BUSINESS_CENTRAL_API_URL = settings.BUSINESS_CENTRAL_LOGIN_URL = base
        number, remote = next(_numbers), Remote(base=base)
        of = scene.organization(f"bench-{number}", f"Bench {number}")
        person = scene.administrator(of, f"admin-{number}@bench.example", "Admin")
        tenant = scene.make_ready(of, person)
        scene.approve_many(of, [f"R-{each}" for each in range(reimbursements)])
        scene.enable(of, person)
        before, began = remote.counts(tenant=tenant)["requests"], time.monotonic()
        scene.start_manual(of, person)
        scene.work(of)
        seconds = time.monotonic() - began
        if scene.states(of) != {"posted": reimbursements}:
            raise SystemExit(f"Not everything was posted: {scene.states(of)}")
        return seconds, remote.counts(tenant=tenant)["requests"] - before
