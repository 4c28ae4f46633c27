"""One process that asks Xledger's sandbox as fast as it may: `python -m sluse.connectors.tests.asking ENTITY COUNT WAY`.

`alone` is how it was before processes shared their limits.
"""

import asyncio
import sys

import django


def main() -> None:
    entity, count, way = sys.argv[1:]
    django.setup()
    from sluse.connectors import pace  # noqa: PLC0415 — models can be imported once Django is set up

    if way == "alone":
        pace.shared_seconds = pace.alone_seconds
    asyncio.run(_ask(entity, int(count)))


async def _ask(entity: str, count: int) -> None:
    from sluse.connectors import xledger  # noqa: PLC0415 — as above
    from sluse.sandbox.xledger import token_of  # noqa: PLC0415 — as above

    connector = xledger.connect(
        settings={"owner": entity}, credentials={"token": token_of(entity=entity)}, permit=_refuse
    )
    for _time in range(count):
        await connector.check()
    await connector.close()


async def _refuse() -> None:
    raise AssertionError("A check changes nothing.")


if __name__ == "__main__":
    main()
