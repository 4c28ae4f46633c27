"""Compiles translations that changed: `python -m sluse.up.catalogues`. Needs no gettext tools."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locale"


def compile_all(*, locales: Path = LOCALES) -> list[Path]:
    return [_compile(source) for source in sorted(locales.glob("*/LC_MESSAGES/*.po")) if _is_newer(source)]


def _is_newer(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    target = source.with_suffix(".mo")
    draft = target.with_suffix(".new")
    with source.open("rb") as reading, draft.open("wb") as writing:
        write_mo(writing, read_po(reading, locale=source.parent.parent.name))
    return draft.replace(target)


if __name__ == "__main__":
    compile_all()
