"""One entity: its master data, the rows staged for import, what the job said of them, and its ledger."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from sluse.sandbox.xledger import seed
from sluse.sandbox.xledger.seed import Row
from sluse.sandbox.xledger.switches import Switches

READY, DONE, FAILED = 1, 2, 3
"""The job levels of a staged row."""


@dataclass(slots=True, kw_only=True)
class World:
    """`staged`, `errors` and `entries` hold nodes as they are shown, in the order they were made."""

    entity: str
    switches: Switches
    master: dict[str, list[Row]]
    staged: list[Row] = field(default_factory=list)
    errors: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    files: dict[str, Row] = field(default_factory=dict)
    """By the id that a row's `invoiceFile` names."""
    open_from: str = "2000-01-01"
    blocked_accounts: set[str] = field(default_factory=set)
    mandatory_objects: dict[str, str] = field(default_factory=dict)
    """The code of an account → the field of the dimension that its rows must have when they are posted."""
    ids_made: int = 0
    mutations_made: int = 0
    vouchers_made: int = 0
    job_ran_at: float = field(default_factory=time.monotonic)

    def new_id(self) -> str:
        self.ids_made += 1
        return str(90_210_000 + self.ids_made)

    def find(self, table: str, code: str) -> Row | None:
        return next((row for row in self.master[table] if row["code"] == code), None)


@dataclass(slots=True, kw_only=True)
class Worlds:
    """Every entity is a world of its own, made when its token is first used."""

    switches: Switches
    made: dict[str, World] = field(default_factory=dict)

    def get(self, *, entity: str) -> World:
        if entity not in self.made:
            master = seed.rows(entity=entity)
            self.made[entity] = World(entity=entity, switches=self.switches, master=master)
        return self.made[entity]

    def all(self, *, tenant: str = "") -> Iterator[World]:
        return (world for entity, world in list(self.made.items()) if tenant in {"", entity})

    def forget(self, *, tenant: str = "") -> None:
        for entity in [entity for entity in self.made if tenant in {"", entity}]:
            del self.made[entity]
