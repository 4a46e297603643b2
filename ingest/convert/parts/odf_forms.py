"""The fields of forms in OpenDocument, as they are filled in (ISO/IEC 26300, 13)."""

from lxml import etree

from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.symbols import BOXES

BOX = ("checkbox", "radio")
CHOICE = ("listbox", "combobox")
TYPED = ("text", "textarea", "formatted-text", "number", "date", "time", "fixed-text", "password")


def controls(body: etree._Element) -> dict[str, str]:
    """What each field says, by its name: a box with what stands beside it, what was typed or chosen."""
    found: dict[str, str] = {}
    for form in body.iterfind(".//{*}forms"):
        for control in form.iter(etree.Element):
            if (name := attribute(control, "id")) and (said := _said(control)):
                found[name] = said
    return found


def _said(control: etree._Element) -> str:
    kind = local_name(control)
    label = attribute(control, "label") or ""
    if kind in BOX:
        state = attribute(control, "current-state") or attribute(control, "state")
        is_set = "true" in (attribute(control, "current-selected"), attribute(control, "selected"))
        return f"{BOXES[is_set or state == 'checked']} {label}".rstrip()
    if kind == "listbox":
        chosen = (each for each in control.iterfind("{*}option") if attribute(each, "current-selected") == "true")
        return ", ".join(attribute(each, "label") or "" for each in chosen)
    if kind == "password":
        return ""
    if kind == "combobox" or kind in TYPED:
        return attribute(control, "current-value") or attribute(control, "value") or label
    return ""
