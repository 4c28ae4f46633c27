"""What the sandbox's page shows of Xledger."""

from starlette.responses import HTMLResponse

from sluse.sandbox import page
from sluse.sandbox.xledger import job, seed, show
from sluse.sandbox.xledger.front import Front

SHOWN = ("transactionNumber", "state", "invoiceNumber", "postedDate", "total", "tenant")


def render(front: Front) -> HTMLResponse:
    worlds = list(front.service.worlds.all())
    for world in worlds:
        job.run_if_due(world)
    seconds = front.service.switches.job_seconds
    when = f"every {seconds} seconds" if seconds else "when told to"
    held = [one for world in worlds for one in show.vouchers(world)]
    return page.render(
        system="Xledger",
        about=f"A stand-in for Xledger's GraphQL. Its posting job runs {when}.",
        facts=(
            (
                "Entity",
                f"Any number of five to ten digits, such as {seed.ENTITY}. Each is a world of its own.",
            ),
            ("Token", f"{seed.token_of(entity=seed.ENTITY)}, and likewise for any other entity"),
        ),
        held="Vouchers",
        heads=("Number", "State", "Invoice number", "Posted date", "Total", "Entity"),
        rows=[tuple(one[name] or "–" for name in SHOWN) for one in page.newest(held)],
        record=front.record,
    )
