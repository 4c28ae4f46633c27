"""`addGLImportItems`: rows into the staging table. What they refer to must exist; the rest is the job's business."""

from typing import Any

from graphql import GraphQLError

from sluse.sandbox.xledger import refusal, seed
from sluse.sandbox.xledger.limits import Limits
from sluse.sandbox.xledger.seed import Row
from sluse.sandbox.xledger.world import READY, World

NODES_MAX = 500
TABLES = {"account": "accounts", "subledger": "subledgers", "project": "projects"}
OBJECTS = ("glObject1",)
KNOWN = {"transactionSource": seed.SOURCES, "currency": seed.CURRENCIES, "taxRule": tuple(seed.TAX_RULES)}
UNUSED = ("glObject2", "glObject3", "glObject4", "glObject5", "xgl")
"""Dimensions that this entity has not set up."""

LENGTHS = {"text": 255, "invoiceNumber": 20, "extIdentifier": 25, "yourReference": 20}
"""What a field holds at most, as far as the file formats beside the GraphQL say; the rest errs on the narrow side."""
NUMBER_MAX = 999_999_999


def add(*, world: World, limits: Limits, inputs: list[dict[str, Any]]) -> list[Row]:
    """The edges of the answer. Raises in Xledger's words for the first row that cannot be taken in."""
    if len(inputs) > NODES_MAX:
        raise refusal.invalid(f"addGLImportItems takes at most {NODES_MAX} nodes.")
    world.mutations_made += 1
    _note_split_vouchers(world, limits, inputs)
    stored: list[Row] = []
    refused: Exception | None = None
    for one in inputs:
        try:
            row = _row(world, one["node"])
        except GraphQLError as error:
            refused = refused or error
            if world.switches.failing_batch_stores == "prefix":
                break
            continue
        stored.append({"clientId": one.get("clientId"), "node": row})
    if refused is None or world.switches.failing_batch_stores != "nothing":
        for edge in stored:
            edge["node"]["dbId"] = edge["cursor"] = world.new_id()
            world.staged.append(edge["node"])
    if refused is not None:
        raise refused
    return stored


def _row(world: World, node: dict[str, Any]) -> Row:
    check_lengths(node)
    owner = node.get("owner")
    if owner and str(owner.get("dbId")) != world.entity:
        raise refusal.not_found(field="owner", entity=world.entity, key="dbId", value=owner.get("dbId"))
    found: Row = {
        name: _resolved(world, name, value) for name, value in node.items() if isinstance(value, dict)
    }
    plain = {name: value for name, value in node.items() if not isinstance(value, dict)}
    level = (node.get("jobLevel") or {}).get("dbSubId")
    if level is None and world.switches.rows_without_job_level_run:
        level = READY
    return {
        **plain,
        **found,
        "ownerDbId": world.entity,
        "jobLevelDbId": level,
        "jobLevel": {"dbSubId": level},
        "createdAt": seed.now(),
        "modifiedAt": seed.now(),
        "mutation": world.mutations_made,
    }


def check_lengths(node: dict[str, Any]) -> None:
    for name, characters in LENGTHS.items():
        if len(node.get(name) or "") > characters:
            raise refusal.invalid(f"{name}: At most {characters} characters.")
    if not 0 < node.get("trRegNumber", 1) <= NUMBER_MAX:
        raise refusal.invalid(f"trRegNumber: Between 1 and {NUMBER_MAX}.")


def _resolved(world: World, name: str, reference: dict[str, Any]) -> Row:
    if name in {"owner", "jobLevel"}:
        return reference
    [(key, value)] = list(reference.items())[:1] or [("code", None)]
    if key != "code" or not isinstance(value, str):
        raise refusal.invalid(f"{name}: give a code.")
    if name in TABLES:
        row = world.find(TABLES[name], value)
        if row is not None:
            return row
    elif value in KNOWN.get(name, ()) or (name in OBJECTS and value in seed.OBJECTS):
        return {"code": value}
    raise refusal.not_found(field=name, entity=world.entity, key="code", value=value)


def _note_split_vouchers(world: World, limits: Limits, inputs: list[dict[str, Any]]) -> None:
    """A voucher over two mutations may be posted by half: the job can run in between."""
    here = {one["node"].get("trRegNumber") for one in inputs}
    waiting = {row.get("trRegNumber") for row in world.staged if row["jobLevelDbId"] == READY}
    for number in here & waiting:
        limits.note(tenant=world.entity, limit="one_voucher_one_mutation", used=number)
