"""OpenDocument."""

# ruff: noqa: E501

from collections.abc import Callable

from tests.ingest.convert.growing.form import Build, each
from tests.ingest.convert.office_files import (
    flat_opendocument,
    opendocument,
)

CELL = '<table:table-cell office:value-type="string"><text:p>words</text:p></table:table-cell>'


def odt(before: str, form: str, behind: str, styles: Callable[[int], str] = lambda _: "") -> Build:
    repeated = each(form)
    return lambda n: opendocument("text", before + repeated(n) + behind, styles=styles(n))


def ods(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: opendocument("spreadsheet", before + repeated(n) + behind)


LIST_LEVEL = '<text:list-level-style-number text:level="1" style:num-format="1"/>'


NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>words</text:p></text:note-body></text:note>"


ODT_STRUCTURES: dict[str, Build] = {
    "paragraphs": odt("", "<text:p>words #</text:p>", ""),
    "spans": odt("<text:p>", "<text:span>words</text:span>", "</text:p>"),
    "spans in spans": lambda n: opendocument("text", f"<text:p>{'<text:span>' * n}words{'</text:span>' * n}</text:p>"),
    "blanks": odt("<text:p>words", "<text:s/>", "</text:p>"),
    "counted blanks": lambda n: opendocument("text", f'<text:p>words<text:s text:c="{n * 1000}"/>words</text:p>'),
    "headings": odt("", '<text:h text:outline-level="2">words #</text:h>', ""),
    "items": odt("<text:list>", "<text:list-item><text:p>words</text:p></text:list-item>", "</text:list>"),
    "lists in lists": lambda n: opendocument(
        "text", "<text:list><text:list-item>" * n + "<text:p>words</text:p>" + "</text:list-item></text:list>" * n
    ),
    "rows": odt("<table:table>", f"<table:table-row>{CELL}{CELL}</table:table-row>", "</table:table>"),
    "groups of rows": odt(
        "<table:table>",
        f"<table:table-row-group><table:table-row-group><table:table-row>{CELL}{CELL}</table:table-row>"
        "</table:table-row-group></table:table-row-group>",
        "</table:table>",
    ),
    "cells": odt("<table:table><table:table-row>", CELL, "</table:table-row></table:table>"),
    "repeated rows": odt(
        "<table:table>",
        f'<table:table-row table:number-rows-repeated="1048576">{CELL}{CELL}</table:table-row>',
        "</table:table>",
    ),
    "repeated cells": odt(
        "<table:table>",
        f'<table:table-row>{CELL}<table:covered-table-cell table:number-columns-repeated="99999"/></table:table-row>',
        "</table:table>",
    ),
    "spread cells": odt(
        "<table:table>",
        f'<table:table-row>{CELL.replace("table-cell office", "table-cell table:number-columns-spanned=" + chr(34) + "1000" + chr(34) + " table:number-rows-spanned=" + chr(34) + "1000" + chr(34) + " office", 1)}<table:covered-table-cell table:number-columns-repeated="999"/></table:table-row>',
        "</table:table>",
    ),
    "tables in tables": lambda n: opendocument(
        "text",
        f"<table:table><table:table-row>{CELL}<table:table-cell>" * n
        + "<text:p>words</text:p>"
        + "</table:table-cell></table:table-row></table:table>" * n,
    ),
    "notes": odt("<text:p>words", NOTE, "</text:p>"),
    "notes in notes": lambda n: opendocument(
        "text",
        "<text:p>words"
        + "<text:note><text:note-body><text:p>words" * n
        + "</text:p></text:note-body></text:note>" * n
        + "</text:p>",
    ),
    "comments": odt(
        "<text:p>words",
        "<office:annotation><dc:creator>Ann</dc:creator><text:p>words #</text:p></office:annotation>",
        "</text:p>",
    ),
    "frames": odt(
        "<text:p>", "<draw:frame><draw:text-box><text:p>words</text:p></draw:text-box></draw:frame>", "</text:p>"
    ),
    "frames in frames": lambda n: opendocument(
        "text",
        "<text:p>"
        + "<draw:frame><draw:text-box><text:p>words" * n
        + "</text:p></draw:text-box></draw:frame>" * n
        + "</text:p>",
    ),
    "pictures": odt(
        "<text:p>words",
        '<draw:image xlink:href="Pictures/#.png" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        "</text:p>",
    ),
    "objects": lambda n: opendocument(
        "text",
        "<text:p>words"
        + each('<draw:object xlink:href="Object #" xmlns:xlink="http://www.w3.org/1999/xlink"/>')(n)
        + "</text:p>",
    ),
    "one object": lambda n: opendocument(
        "text",
        "<text:p>words"
        + '<draw:object xlink:href="Object" xmlns:xlink="http://www.w3.org/1999/xlink"/>' * n
        + "</text:p>",
    ),
    "styles": odt(
        "<text:p>words</text:p>",
        "",
        "",
        lambda n: (
            "<office:styles>"
            + each('<style:style style:name="s#" style:parent-style-name="Title"/>')(n)
            + "</office:styles>"
        ),
    ),
    "list styles": odt(
        "<text:p>words</text:p>",
        "",
        "",
        lambda n: (
            "<office:styles>"
            + each(f'<text:list-style style:name="l#">{LIST_LEVEL}</text:list-style>')(n)
            + "</office:styles>"
        ),
    ),
    "numbered items": odt(
        '<text:list text:style-name="l">',
        "<text:list-item><text:p>words</text:p></text:list-item>",
        "</text:list>",
        lambda _: f'<office:styles><text:list-style style:name="l">{LIST_LEVEL}</text:list-style></office:styles>',
    ),
    "long numbers of items": odt(
        '<text:list text:style-name="l">',
        "<text:list-item><text:p>words</text:p></text:list-item>",
        "</text:list>",
        lambda n: (
            f'<office:styles><text:list-style style:name="l"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="{"a" * n}"/></text:list-style></office:styles>'
        ),
    ),
    "attributes": lambda n: opendocument(
        "text", f"<text:p {each('a#=' + chr(34) + '1' + chr(34) + ' ')(n)}>words</text:p>"
    ),
    "master pages": lambda n: opendocument(
        "text",
        "<text:p>words</text:p>",
        {
            "styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:master-styles>{each("<style:master-page><style:header><text:p>words #</text:p></style:header></style:master-page>")(n)}</office:master-styles></office:document-styles>'
        },
    ),
    "changes": odt("<text:p>words", "<text:change-start/>words<text:change-end/>", "</text:p>"),
    "flat paragraphs": lambda n: flat_opendocument(f"<office:text>{'<text:p>words</text:p>' * n}</office:text>"),
}


ODP_STRUCTURES: dict[str, Build] = {
    "slides": lambda n: opendocument(
        "presentation",
        "<draw:page><draw:frame presentation:class='title'><text:p>words</text:p></draw:frame></draw:page>" * n,
    ),
    "frames": lambda n: opendocument(
        "presentation",
        f"<draw:page>{'<draw:frame><draw:text-box><text:p>words</text:p></draw:text-box></draw:frame>' * n}</draw:page>",
    ),
    "groups": lambda n: opendocument(
        "presentation",
        f"<draw:page>{'<draw:g>' * n}<draw:frame><text:p>words</text:p></draw:frame>{'</draw:g>' * n}</draw:page>",
    ),
    "titles": lambda n: opendocument(
        "presentation",
        f"<draw:page>{each('<draw:frame presentation:class=' + chr(34) + 'title' + chr(34) + '><text:p>words</text:p></draw:frame>')(n)}</draw:page>",
    ),
    "notes": lambda n: opendocument(
        "presentation",
        f"<draw:page><presentation:notes>{'<draw:frame><text:p>words</text:p></draw:frame>' * n}</presentation:notes></draw:page>",
    ),
}


TABLE = "<table:table table:name='words'>"


ODS_STRUCTURES: dict[str, Build] = {
    "rows": ods(TABLE, f"<table:table-row>{CELL}{CELL}</table:table-row>", "</table:table>"),
    "cells": ods(TABLE + "<table:table-row>", CELL, "</table:table-row></table:table>"),
    "sheets": ods("", f"{TABLE}<table:table-row>{CELL}</table:table-row></table:table>", ""),
    "repeated rows": ods(
        TABLE, f'<table:table-row table:number-rows-repeated="1048576">{CELL}</table:table-row>', "</table:table>"
    ),
    "repeated cells": ods(
        TABLE,
        f"<table:table-row>{CELL.replace('table-cell office', 'table-cell table:number-columns-repeated=' + chr(34) + '9999' + chr(34) + ' office', 1)}</table:table-row>",
        "</table:table>",
    ),
    "repeated empty rows": ods(
        TABLE,
        '<table:table-row table:number-rows-repeated="100"><table:table-cell/></table:table-row>',
        f"<table:table-row>{CELL}</table:table-row></table:table>",
    ),
    "merged cells": ods(
        TABLE,
        f"<table:table-row>{CELL.replace('table-cell office', 'table-cell table:number-rows-spanned=' + chr(34) + '99999' + chr(34) + ' office', 1)}{CELL}</table:table-row>",
        "</table:table>",
    ),
    "comments": ods(
        TABLE,
        '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>words</text:p></office:annotation><text:p>words</text:p></table:table-cell></table:table-row>',
        "</table:table>",
    ),
    "paragraphs of a cell": ods(
        TABLE + '<table:table-row><table:table-cell office:value-type="string">',
        "<text:p>words</text:p>",
        "</table:table-cell></table:table-row></table:table>",
    ),
    "spans of a cell": ods(
        TABLE + '<table:table-row><table:table-cell office:value-type="string"><text:p>',
        "<text:span>words</text:span>",
        "</text:p></table:table-cell></table:table-row></table:table>",
    ),
    "groups of rows": lambda n: opendocument(
        "spreadsheet",
        TABLE
        + "<table:table-row-group>" * n
        + f"<table:table-row>{CELL}</table:table-row>"
        + "</table:table-row-group>" * n
        + "</table:table>",
    ),
    "columns": ods(TABLE, "<table:table-column/>", f"<table:table-row>{CELL}</table:table-row></table:table>"),
    "blocks": ods(
        TABLE,
        f"<table:table-row>{CELL}{CELL}</table:table-row><table:table-row><table:table-cell/></table:table-row>",
        "</table:table>",
    ),
}
