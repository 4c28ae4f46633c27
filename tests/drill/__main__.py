"""`make drill`: with each accounting system's sandbox. Ends with 1 when anything is not as it must be."""

import sys
import tempfile
from pathlib import Path

from sluse.vouchers.voucher import kroner
from tests.drill import journey, systems
from tests.drill.journey import Line

EACH = 20


def main() -> int:
    lines: dict[str, list[Line]] = {}
    for name, system in systems.SYSTEMS.items():
        with tempfile.TemporaryDirectory(prefix="sluse-drill-") as folder:
            try:
                lines[name] = journey.run(system=system, folder=Path(folder), each=EACH, say=_say)
            except AssertionError as failure:
                _say(f"NOT AS IT MUST BE: {failure}")
                return 1
    for row in table(lines):
        _say(row)
    return 0 if all(one.is_right for some in lines.values() for one in some) else 1


def table(lines: dict[str, list[Line]]) -> list[str]:
    head = ("reimbursements", "approved kr", "vouchers", "posted kr", "")
    rows: list[tuple[str, ...]] = [("", "", *head)]
    for name, some in lines.items():
        for one in some:
            approved, posted = str(kroner(one.approved_ore)), str(kroner(one.posted_ore))
            figures = (str(one.reimbursements), approved, str(one.vouchers), posted)
            rows.append((systems.SYSTEMS[name].name, one.group, *figures, _verdict(one)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _verdict(line: Line) -> str:
    return "one each" if line.is_right else "WRONG"


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
