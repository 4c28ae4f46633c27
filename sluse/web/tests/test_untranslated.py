"""Whatever a person meets is handed to gettext: asked of the templates' text and of the code's syntax tree."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2]
ROOT = SOURCES.parent
NOT_FOR_PEOPLE = {"tests", "migrations", "sandbox"}
"""The sandboxes speak as the vendors do, in English."""

NAMES = {
    "Sluse",  # the product
    "URL",
    "JSON",
    "CSV",
}
"""Alike in every language."""

WORD = re.compile(r"[^\W\d_]{2,}")
TEMPLATE_TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
TEMPLATE_COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
READ_ALOUD = {
    "aria-label",
    "aria-description",
    "aria-valuetext",
    "aria-roledescription",
    "title",
    "alt",
    "placeholder",
}
READ_ALOUD |= {"data-th", "data-confirm"}
SILENT = {"script", "style", "code"}

SENTENCE = re.compile(r"^[A-ZÆØÅ][^\n]*\b\w+ \w+ \w+")
"""Begins with a capital letter and has three words in a row."""
NOT_A_SENTENCE = re.compile(r"^(SELECT|CREATE|DROP|ALTER|GRANT|REVOKE|WITH|M[\d.]+ )|\(\?P<")
"""SQL, the lines of an icon, and patterns that a vendor's own words are known by."""
MARKS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
MARKS |= {"npgettext"}
BUGS = {
    "RuntimeError",
    "TypeError",
    "ValueError",
    "AssertionError",
    "KeyError",
    "LookupError",
    "ImproperlyConfigured",
}
BUGS |= {"BrokenJSONError", "CrowdedError", "RestoredError", "UnbalancedVoucherError"}
"""What only a programmer meets: every one is caught, and told in other words, or stops the program."""

ENGLISH = {
    "sluse/api/": "the description of the interface, written for programmers",
    "sluse/environment.py": "read before there are settings, and so before there is a language",
    "sluse/connectors/harness.py": "a part of the connectors' tests",
    "sluse/connectors/contract_waiting.py": "a part of the connectors' tests",
    "/probe.py": "questions to the vendor's interface, kept beside its answers for programmers",
    "sluse/connectors/business_central/ways.py": "the vendor's own words, to be recognized",
    "sluse/connectors/finance/batch.py": "the vendor's own words, to be recognized",
    "sluse/connectors/finance/classify.py": "the vendor's own words, to be recognized",
    "sluse/connectors/xledger/classify.py": "the vendor's own words, to be recognized",
    "sluse/connectors/xledger/questions.py": "the vendor's own words, to be recognized",
    "sluse/connectors/finance/sentences.py": "the vendor's own words, to be recognized",
    "sluse/connectors/business_central/sentences.py": "the vendor's own words, to be recognized",
}
"""Where sentences stay English, and why. A refusal is none of them: those below are asked of every file."""

SHOWN = {"label", "help_text", "empty_label", "words"}
"""Arguments by these names are shown, however short they are."""
SPOKEN = {"success", "error", "warning", "info", "add_message"}
"""Of `messages`."""
FORMS_AND_LOOKS = {"web", "organizations", "gate", "reimbursements", "vouchers", "cli", "up"}


class Reader(HTMLParser):
    """Every text and every attribute that is shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def texts(template: str) -> list[str]:
    for code in (TEMPLATE_COMMENT, TEMPLATE_TRANSLATED, TEMPLATE_CODE):
        template = code.sub(" ", template)
    reader = Reader()
    reader.feed(template)
    return [" ".join(text.split()) for text in reader.found if _has_words(text)]


def literals(source: str, *, are_labels_shown: bool) -> Iterator[tuple[int, str]]:
    """Sentences that are neither documentation nor handed to gettext nor meant for programmers; and what is given to
    people, sentence or not."""
    tree = ast.parse(source)
    handled = {id(part) for node in ast.walk(tree) if _is_handled(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in handled:
            text = _literal(node)
            if SENTENCE.search(text) and not NOT_A_SENTENCE.search(text):
                yield node.lineno, text
        for given in _given(node, are_labels_shown=are_labels_shown):
            if _has_words(_literal(given)):
                yield given.lineno, _literal(given)


def _is_handled(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return _name(node.exc) in BUGS
    if isinstance(node, ast.Call):
        return _name(node) in MARKS | BUGS or _owner(node) == "logger"
    return False


def _given(node: ast.AST, *, are_labels_shown: bool) -> Iterator[ast.expr]:
    """What this piece of code gives to people."""
    if not isinstance(node, ast.Call):
        return
    if are_labels_shown:
        yield from (word.value for word in node.keywords if word.arg in SHOWN)
    if _owner(node) == "messages" and _name(node) in SPOKEN:
        yield from node.args
    if _name(node) == "add_error":
        yield from node.args[1:]
    if _name(node) == "write" and _owner(node) in {"stdout", "stderr"}:
        yield from node.args[:1]


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))


def _owner(call: ast.Call) -> str:
    owner = getattr(call.func, "value", None)
    return str(getattr(owner, "id", "") or getattr(owner, "attr", ""))


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp):
        return _literal(node.left) + _literal(node.right)
    if isinstance(node, ast.IfExp):
        return _literal(node.body) + _literal(node.orelse)
    return ""


def _has_words(text: str) -> bool:
    return bool(set(WORD.findall(text)) - NAMES)


def _files(pattern: str) -> list[Path]:
    found = sorted(SOURCES.glob(pattern))
    return [path for path in found if not NOT_FOR_PEOPLE & set(path.relative_to(SOURCES).parts)]


def test_no_text_of_a_template_is_only_english() -> None:
    found = {
        str(path.relative_to(ROOT)): texts(path.read_text(encoding="utf-8")) for path in _files("**/*.html")
    }
    assert {name: left for name, left in found.items() if left} == {}


def test_no_text_of_the_code_is_only_english() -> None:
    found = {
        f"{name}:{line}": text
        for name, source in _code()
        if not any(part in name for part in ENGLISH)
        for line, text in literals(source, are_labels_shown=name.split("/")[1] in FORMS_AND_LOOKS)
    }
    assert found == {}


def test_every_place_that_stays_english_is_still_there() -> None:
    names = [name for name, _source in _code()]
    assert [part for part in ENGLISH if not any(part in name for name in names)] == []


def _code() -> list[tuple[str, str]]:
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in _files("**/*.py")]


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello {{ name }}</p>",
        '<a aria-label="Close it">{% icon "x" %}</a>',
        "{% if x %}Hello{% endif %}",
        '<td data-th="Amount">{{ x }}</td>',
    ],
)
def test_english_in_a_template_is_found(template: str) -> None:
    assert texts(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p>{% translate "Hello" %} {{ name }}</p>',
        "{% blocktranslate trimmed %}Hello you{% endblocktranslate %}",
        "{# Why it is so #}<p>Sluse: {{ x }} – 1/2</p>",
        "<script>let hello = 1</script>",
    ],
)
def test_what_is_handed_to_gettext_in_a_template_is_not(template: str) -> None:
    assert texts(template) == []


@pytest.mark.parametrize(
    "source",
    [
        "messages.error(request, 'Gone')",
        "messages.error(request, f'{name} gone')",
        "form.add_error(None, 'Wrong')",
        "self.stdout.write('Done')",
        "raise InvalidError('This is not allowed here.')",
        "raise ValidationError(f'The day {day} is not one.')",
        "field(label='Name')",
        "FAULT = {'x': 'This cannot be done.'}",
    ],
)
def test_english_in_the_code_is_found(source: str) -> None:
    assert list(literals(source, are_labels_shown=True))


@pytest.mark.parametrize(
    "source",
    [
        "messages.error(request, _('Gone'))",
        "field(label=gettext_lazy('Name'))",
        "logger.info('The run of %s has ended.', x)",
        "raise ValueError('One call writes one organization.')",
        "def f():\n    'This says what it does.'",
        "cursor.execute('SELECT one FROM two')",
    ],
)
def test_what_nobody_meets_or_everybody_in_their_language_is_not(source: str) -> None:
    assert list(literals(source, are_labels_shown=True)) == []
