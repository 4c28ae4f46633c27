"""What a screen reader gets to say: the accessibility tree in reading order, and the live regions as they change."""

from typing import Any

from playwright.sync_api import Page

SILENT = {"generic", "none", "InlineTextBox", "LineBreak", "ListMarker", "LayoutTable"}
NAMED_BY_CONTENT = {"heading", "link", "button", "switch", "radio", "checkbox", "option", "StaticText"}
STATES = ("checked", "disabled", "invalid", "modal")

RECORD = """
window.announced = [];
document.addEventListener('DOMContentLoaded', () => new MutationObserver(changes => {
  const regions = new Set();
  for (const change of changes) {
    const near = change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement;
    const region = near?.closest('[role=status], [role=alert], [aria-live]');
    if (region) regions.add(region);
  }
  for (const region of regions) {
    const text = region.checkVisibility() ? region.innerText.trim().replace(/\\s+/g, ' ') : '';
    if (text) window.announced.push(text);
  }
}).observe(document.body, {childList: true, subtree: true, characterData: true}));
"""
"""As browsers tell it: a region is read when its content changes, whole, and not when the page brings it along."""


def listen(page: Page) -> None:
    """From the next page on. A region that is itself replaced is a new one, and is not read."""
    page.add_init_script(RECORD)


def announced(page: Page) -> list[str]:
    return [str(text) for text in page.evaluate("window.announced")]


def lines(page: Page, *, within: str = "body") -> list[str]:
    """Each stop as it is spoken: name, role, state, description; nothing of what is hidden from readers."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        document = session.send("DOM.getDocument", {"depth": 0})
        found = session.send("DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": within})
        described = session.send("DOM.describeNode", {"nodeId": found["nodeId"]})
    finally:
        session.detach()
    tree = {node["nodeId"]: node for node in nodes}
    start = next(one for one in nodes if one.get("backendDOMNodeId") == described["node"]["backendNodeId"])
    return _read(start, tree)


def _read(node: dict[str, Any], tree: dict[str, dict[str, Any]]) -> list[str]:
    role = node.get("role", {}).get("value", "")
    own = [] if node.get("ignored") or role in SILENT else _spoken(node, role)
    if role in NAMED_BY_CONTENT:
        return own
    inner = [line for child in node.get("childIds", ()) for line in _read(tree[child], tree)]
    return own + inner


def _spoken(node: dict[str, Any], role: str) -> list[str]:
    name = str(node.get("name", {}).get("value", "")).strip()
    if not name:
        return []
    if role == "StaticText":
        return [name]
    told = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    states = [
        f"{state} {_said(told[state])}" for state in STATES if told.get(state) not in {None, False, "false"}
    ]
    if role == "switch":
        states = ["on" if told.get("checked") == "true" else "off"]
    value = node.get("value", {}).get("value")
    states += [f"value {value}"] if value not in {None, ""} else []
    description = str(node.get("description", {}).get("value", "")).strip()
    return [", ".join([name, role, *states, *([description] if description else [])])]


def _said(value: object) -> str:
    return "yes" if value in {True, "true"} else str(value)
