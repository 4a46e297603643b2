"""Office Open XML packages (ECMA-376, part 2): how the parts of a Word or PowerPoint file are related."""

import posixpath
from collections.abc import Iterator

from lxml import etree

from ingest.convert.parts.archive import Archive


def related(archive: Archive, part: str, kind: str) -> dict[str, str]:
    """By relation id, the parts to which `part` ("" for the whole file) has a relation of this kind."""
    return archive.once(("related", part, kind), lambda: dict(_related(archive, part, kind)))


def _related(archive: Archive, part: str, kind: str) -> Iterator[tuple[str, str]]:
    folder, name = posixpath.split(part)
    relations = archive.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    for relation in relations if relations is not None else ():
        if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            yield relation.get("Id", ""), target


def main_part(archive: Archive, usual: str) -> str:
    return next(iter(related(archive, "", "officeDocument").values()), usual)


def title(archive: Archive) -> str | None:
    core = archive.xml("docProps/core.xml")
    return None if core is None else core.findtext("{*}title")


def media_type(archive: Archive, part: str) -> str:
    """What the package says of the part: by its name, else by its ending."""
    types = archive.once("media types", lambda: dict(_media_types(archive)))
    return types.get(f"/{part}") or types.get(posixpath.splitext(part)[1].lower(), "")


def _media_types(archive: Archive) -> Iterator[tuple[str, str]]:
    types = archive.xml("[Content_Types].xml")
    for entry in types if types is not None else ():
        yield entry.get("PartName") or f".{entry.get('Extension', '').lower()}", entry.get("ContentType", "")


def local_name(element: etree._Element) -> str:
    """Without the namespace: the strict and the transitional format differ in nothing else."""
    return str(element.tag).rpartition("}")[2]


def words(element: etree._Element) -> str:
    """Its text, without entities, which are not read."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def attribute(element: etree._Element | None, name: str = "val") -> str | None:
    """The value of the attribute of this name, in any namespace."""
    if element is None:
        return None
    key = next((key for key in map(str, element.attrib) if key.endswith(f"}}{name}")), None)  # lxml looks up each value
    return None if key is None else element.get(key)


def is_on(switch: etree._Element | None) -> bool:
    """Whether a property that is there or not there is set; one that is there can say that it is not."""
    return switch is not None and (attribute(switch) or "on") not in ("0", "false", "off")
