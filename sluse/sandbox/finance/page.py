"""What the sandbox's page shows of Finance."""

from starlette.responses import HTMLResponse

from sluse.sandbox import page, tokens
from sluse.sandbox.finance import seed
from sluse.sandbox.finance.front import Front
from sluse.sandbox.finance.world import shown

SHOWN = ("journal", "state", "reference", "voucher", "total", "tenant")


def render(front: Front) -> HTMLResponse:
    worlds = list(front.service.worlds.all())
    for world in worlds:
        world.run_job_if_due()
    seconds = front.service.switches.job_seconds
    when = f"every {seconds} seconds" if seconds else "when told to"
    held = [one for world in worlds for one in shown(world)]
    return page.render(
        system="Finance",
        about=f"A stand-in for Microsoft Dynamics 365 Finance. Its batch job posts journals {when}.",
        facts=(
            ("Tenant and client", "Any GUID"),
            ("Client secret", tokens.CLIENT_SECRET),
            ("Environment", "Any name. Each is a world of its own."),
            ("Legal entity", seed.LEGAL_ENTITY),
            ("Journal name", seed.JOURNAL_NAME),
            ("Dimension format", "MainAccount-" + "-".join(seed.FORMAT)),
        ),
        held="Journals",
        heads=("Journal", "State", "Document", "Voucher", "Total", "Environment"),
        rows=[tuple(one[name] or "–" for name in SHOWN) for one in page.newest(held)],
        record=front.record,
    )
