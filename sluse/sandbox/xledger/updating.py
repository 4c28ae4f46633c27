"""`updateGLImportItems`: a file for a row that is staged and not posted yet. All of it, or what a switch says."""

import hashlib
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from sluse.sandbox.xledger import refusal, seed
from sluse.sandbox.xledger.seed import Row
from sluse.sandbox.xledger.staging import NODES_MAX, check_lengths
from sluse.sandbox.xledger.upload import File
from sluse.sandbox.xledger.world import DONE, World

MEDIA_TYPES = {"application/pdf", "image/jpeg", "image/png"}
FILE_BYTES_MAX = 10 * 1024 * 1024


def update(*, world: World, files: Mapping[str, File], inputs: list[dict[str, Any]]) -> list[Row]:
    """The edges of the answer. Raises in Xledger's words for the first row that cannot be updated."""
    if len(inputs) > NODES_MAX:
        raise refusal.invalid(f"updateGLImportItems takes at most {NODES_MAX} nodes.")
    taken: list[tuple[dict[str, Any], Row]] = []
    refused: Exception | None = None
    for one in inputs:
        try:
            row = _row(world, one["node"])
            _check_file(world, one["node"], files)
        except GraphQLError as error:
            refused = refused or error
            if world.switches.failing_batch_stores == "prefix":
                break
            continue
        taken.append((one, row))
    if refused is None or world.switches.failing_batch_stores != "nothing":
        for one, row in taken:
            _change(world, row, one["node"], files)
    if refused is not None:
        raise refused
    return [{"clientId": one.get("clientId"), "cursor": row["dbId"], "node": row} for one, row in taken]


def _row(world: World, node: dict[str, Any]) -> Row:
    check_lengths(node)
    row = next((row for row in world.staged if str(row["dbId"]) == str(node["dbId"])), None)
    if row is None:
        raise refusal.not_found(field="dbId", entity=world.entity, key="dbId", value=node["dbId"])
    if row["jobLevelDbId"] == DONE or not world.switches.staged_rows_may_change:
        raise refusal.invalid(f"dbId: Row {node['dbId']} can not be changed.")
    return row


def _check_file(world: World, node: dict[str, Any], files: Mapping[str, File]) -> None:
    name = node.get("invoiceFile")
    if name is None or world.switches.invoice_file == "ignored":
        return
    file = files.get(name)
    if world.switches.invoice_file == "refused" or file is None:
        raise refusal.invalid(f"invoiceFile: No file '{name}'.")
    if file.media_type not in MEDIA_TYPES or len(file.content) > FILE_BYTES_MAX:
        raise refusal.invalid(f"invoiceFile: File '{name}' is not of a type or size that is allowed.")


def _change(world: World, row: Row, node: dict[str, Any], files: Mapping[str, File]) -> None:
    row["yourReference"] = node.get("yourReference", row.get("yourReference"))
    row["modifiedAt"] = seed.now()
    name = node.get("invoiceFile")
    if name is not None and world.switches.invoice_file == "accepted":
        file_id = world.new_id()
        row["invoiceFile"] = {"dbId": file_id, "url": f"/files/{file_id}"}
        world.files[file_id] = {
            "name": name,
            "mediaType": files[name].media_type,
            "sha256": hashlib.sha256(files[name].content).hexdigest(),
        }
