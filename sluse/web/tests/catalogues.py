"""The texts of the whole project, read from code and templates without any program beside Python.

`python -m sluse.web.tests.catalogues` brings sluse/locale up to date: new texts come in empty, old ones
go, and the compiled catalogues follow. `test_languages.py` fails as long as something is missing.
"""

import ast
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2]
LANGUAGES = ("nb", "nn", "en")
WRITTEN = ("nb", "nn")
"""English is what the code says; its catalogue stays empty."""

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Translations of Sluse.\n# Brought up to date by: python -m sluse.web.tests.catalogues"
WIDTH = 110


def template() -> Catalog:
    catalog = _empty()
    for path in _sources():
        place = str(path.relative_to(PACKAGE))
        for _line, message, _comments, context in extract("python", io.BytesIO(_code(path)), KEYWORDS):
            catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def spoken() -> Iterator[tuple[str, str, str | None]]:
    """Where, text and context of every literal that is handed over to be translated. Read from the syntax tree: what only
    searches for words, as the extraction does, overlooks a call within an f-string."""
    for path in _sources():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node) in KEYWORDS:
                    yield from _literals(node, f"{path.relative_to(PACKAGE)}:{node.lineno}")


def read(language: str) -> Catalog:
    path = address(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def address(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str) -> None:
    fresh, written = template(), read(language)
    catalog = _empty(language)
    for message in fresh:
        if message.id:
            old = written.get(_singular(message.id), message.context)
            text = old.string if old and type(old.id) is type(message.id) else None
            catalog.add(message.id, text, locations=message.locations, context=message.context)
    path = address(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, omit_header=False, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(read(language)))


def _sources() -> Iterator[Path]:
    for pattern in ("**/*.py", "**/templates/**/*.html"):
        for path in sorted(PACKAGE.glob(pattern)):
            if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts):
                yield path


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(call: ast.Call, place: str) -> Iterator[tuple[str, str, str | None]]:
    """The first text says which message it is; the plural stands with it."""
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    context = texts.pop(0) if _name(call).startswith(("pgettext", "npgettext")) and texts else None
    if texts:
        yield place, str(texts[0]), None if context is None else str(context)


def _code(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (text if path.suffix == ".py" else templatize(text)).encode()


def _empty(language: str | None = None) -> Catalog:
    """Without a date of its own: the same texts always give the same file."""
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=language,
        project="Sluse",
        header_comment=HEADER,
        creation_date=epoch,
        revision_date=epoch,
        last_translator="Sluse",
        language_team="Sluse",
        fuzzy=False,
    )


def _singular(message_id: str | Sequence[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


if __name__ == "__main__":
    for code in LANGUAGES:
        update(code)
