"""The posting job: what is staged becomes vouchers in the ledger, or gets an error and stays."""

import time
from collections.abc import Iterator
from decimal import Decimal

from sluse.sandbox.xledger import seed
from sluse.sandbox.xledger.seed import Row
from sluse.sandbox.xledger.world import DONE, FAILED, READY, World

HAS_SUBLEDGER = {account.code for account in seed.ACCOUNTS if account.has_subledger}


def run_if_due(world: World) -> None:
    seconds = world.switches.job_seconds
    if seconds and time.monotonic() - world.job_ran_at >= seconds:
        run(world)


def run(world: World, *, again: bool = False) -> None:
    """`again`: also what it has refused before, as a bookkeeper may ask for."""
    world.job_ran_at = time.monotonic()
    if again:
        world.errors.clear()
        for row in world.staged:
            _set_level(row, READY if row["jobLevelDbId"] == FAILED else row["jobLevelDbId"])
    for rows in _vouchers(world):
        problem = _problem(world, rows)
        if problem:
            _refuse(world, rows, problem)
        else:
            _post(world, rows)


def _vouchers(world: World) -> list[list[Row]]:
    found: dict[tuple[object, object], list[Row]] = {}
    for row in world.staged:
        if row["jobLevelDbId"] == READY:
            key = row.get("transactionSource", {}).get("code"), row.get("trRegNumber")
            found.setdefault(key, []).append(row)
    return list(found.values())


def _problem(world: World, rows: list[Row]) -> str:
    return next(_problems(world, rows), "")


def _problems(world: World, rows: list[Row]) -> Iterator[str]:
    balance = sum(Decimal(row.get("amount") or "0") for row in rows)
    if balance:
        yield f"The voucher is out of balance by {balance:.2f}."
    for row in rows:
        code = row.get("account", {}).get("code", "")
        account = world.find("accounts", code)
        if account is None or not account["posting"] or code in world.blocked_accounts:
            yield f"Account {code} is not open for posting."
        if (row.get("postedDate") or "") < world.open_from:
            yield f"The period of {row.get('postedDate')} is closed."
        wanted = world.mandatory_objects.get(code)
        if wanted and not row.get(wanted):
            yield f"Account {code} requires {wanted}."
        if code in HAS_SUBLEDGER and not row.get("subledger"):
            yield f"Account {code} requires a subledger."
    if world.switches.repeated_invoice_refused:
        known = {entry["invoiceNumber"] for entry in world.entries}
        if known & {row.get("invoiceNumber") for row in rows}:
            yield "The invoice number is already registered."


def _refuse(world: World, rows: list[Row], problem: str) -> None:
    for row in rows:
        _set_level(row, FAILED)
    points_by = world.switches.late_errors_point_by
    world.errors.append(
        {
            "dbId": rows[0]["dbId"] if points_by == "id" else world.new_id(),
            "transactionDbId": rows[0]["dbId"] if points_by == "transaction" else None,
            "message": problem,
            "createdAt": seed.now(),
            "ownerDbId": world.entity,
        }
    )


def _post(world: World, rows: list[Row]) -> None:
    world.vouchers_made += 1
    number = str(100_000 + world.vouchers_made)
    copied = ("invoiceNumber", "text", "amount", "invoiceAmount", "postedDate", "invoiceDate", "account")
    for row in rows:
        _set_level(row, DONE)
        entry = {name: row.get(name) for name in copied}
        kept = row.get("extIdentifier") if world.switches.ledger_keeps_ext_identifier else None
        world.entries.append(
            {
                **entry,
                "dbId": world.new_id(),
                "transactionNumber": number,
                "extIdentifier": kept,
                "modifiedAt": seed.now(),
                "ownerDbId": world.entity,
                "invoiceFile": row.get("invoiceFile"),
            }
        )
    if not world.switches.posted_rows_stay:
        world.staged = [row for row in world.staged if row["jobLevelDbId"] != DONE]


def _set_level(row: Row, level: int | None) -> None:
    row["jobLevelDbId"], row["jobLevel"] = level, {"dbSubId": level}
