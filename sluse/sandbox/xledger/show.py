"""The vouchers of an entity as its rows make them up: staged, refused by the job, or in the ledger."""

from decimal import Decimal
from typing import Any

from sluse.sandbox.xledger.seed import Row
from sluse.sandbox.xledger.world import FAILED, World


def vouchers(world: World) -> list[dict[str, Any]]:
    """One for each group of staged rows that is not in the ledger, and one for each voucher there."""
    posted: dict[str, list[Row]] = {}
    for entry in world.entries:
        posted.setdefault(entry["transactionNumber"], []).append(entry)
    staged: dict[tuple[object, object], list[Row]] = {}
    for row in world.staged:
        if row["jobLevelDbId"] in {1, None, FAILED}:
            staged.setdefault((row.get("trRegNumber"), row["mutation"]), []).append(row)
    return [
        *(_shown(world, rows, "posted", number) for number, rows in posted.items()),
        *(_shown(world, rows, _state(rows), "") for rows in staged.values()),
    ]


def _state(rows: list[Row]) -> str:
    return "failed" if rows[0]["jobLevelDbId"] == FAILED else "staged"


def _shown(world: World, rows: list[Row], state: str, number: str) -> dict[str, Any]:
    amounts = [Decimal(row.get("amount") or "0") for row in rows]
    return {
        "tenant": world.entity,
        "invoiceNumber": rows[0].get("invoiceNumber"),
        "state": state,
        "transactionNumber": number,
        "postedDate": rows[0].get("postedDate"),
        "total": f"{sum(amount for amount in amounts if amount > 0):.2f}",
        "files": [world.files[row["invoiceFile"]["dbId"]] for row in rows if row.get("invoiceFile")],
        "rows": [
            {
                "account": (row.get("account") or {}).get("code"),
                "amount": row.get("amount"),
                "text": row.get("text"),
                "extIdentifier": row.get("extIdentifier"),
            }
            for row in rows
        ],
    }
