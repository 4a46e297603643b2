"""Pages, XML and books."""

# ruff: noqa: E501

from collections.abc import Sequence

from tests.ingest.convert.growing.form import Build, around, each, nested
from tests.ingest.convert.office_files import (
    epub,
    packed,
)

HTML = "<html><body>"


HTML_STRUCTURES: dict[str, Build] = {
    "attributes of a tag": around("<p ", "a#=1 ", ">words"),
    "attributes of the root": around("<html ", "a#=1 ", "><p>words"),
    "attributes without values": around("<p ", "a# ", ">words"),
    "attributes of body tags": around(HTML, "<body a#=1>", "words"),
    "attributes of html tags": around("<p>words", "<html a#=1>", "words"),
    "long attribute": around("<p a='", "words ", "'>words"),
    "paragraphs": around(HTML, "<p>words #", ""),
    "div in div": nested("<div>", "</div>"),
    "unclosed div": around(HTML, "<div>words", ""),
    "unclosed b": around(HTML, "<b>words", ""),
    "unclosed a": around(HTML, "<a href=#>words", ""),
    "unclosed font in p": around(HTML, "<p><font>words", ""),
    "ends without beginnings": around(HTML, "words</p></div></b></h1>", ""),
    "ends of br": around(HTML, "words</br>", ""),
    "misnested": around(HTML, "<b><i>words</b></i>", ""),
    "spans in a p": around("<p>", "<span>words</span>", ""),
    "lists in lists": nested("<ul><li>words", "</li></ul>"),
    "items": around("<ul>", "<li>words #", "</ul>"),
    "rows": around("<table>", "<tr><td>a<td>b", "</table>"),
    "cells": around("<table><tr>", "<td>a", "</table>"),
    "columns": around("<table><tr>", "<th>a", "</tr><tr><td>b</table>"),
    "tables in tables": nested("<table><tr><td>a<td>", "</table>"),
    "tables in tables, with names": nested("<table><tr><th>a</th><td>", "</table>"),
    "tables": around(HTML, "<table><tr><td>a<td>b</table>", ""),
    "forms in tables": around("<table><tr><td>", "<form>words</form>", "</table>"),
    "lists in a table": around("<table><tr><td>", "<ul><li>words</ul>", "</table>"),
    "colspan": around("<table>", "<tr><td colspan=9999>a<td>b", "</table>"),
    "rowspan": around("<table><tr><td rowspan=99999 colspan=200>a<td>b", "<tr><td>b", "</table>"),
    "rowspan of each": around("<table>", "<tr><td rowspan=99999>a<td>b", "</table>"),
    "headings": around(HTML, "<h2>words #</h2>", ""),
    "pre": around(HTML, "<pre>words\n #</pre>", ""),
    "nav": around(HTML, "<nav>words</nav>", "<p>words"),
    "nav in nav": nested("<nav>", "</nav>", within="<p>words</p>"),
    "unclosed nav": around(HTML, "<nav>words", "<p>words"),
    "svg": around(HTML, "<svg><desc>a</desc><text>words</text></svg>", ""),
    "descriptions in deep svg": lambda n: "<svg>" + "<g>" * 240 + "<defs></defs>" * n + "<text>words",
    "descriptions without svg": lambda n: "<div>" * 240 + "<desc>a</desc>" * n + "<text>words",
    "pictures": around(HTML, "<img src=#.png>", "words"),
    "held pictures": lambda n: "".join(f"<img src='data:image/png;base64,{k:08}'>" for k in range(n)) + "words",
    "one held picture": around(HTML, "<img src='data:image/png;base64,AAAA'>", "words"),
    "options": around("<select>", "<option>words #", "</select>words"),
    "comments": around(HTML, "<!-- a -->", "words"),
    "begun comments": around(HTML, "<!-- a ", "words"),
    "begun comments without blanks": around(HTML, "<!--", "words"),
    "begun scripts": around(HTML, "<script ", "words"),
    "begun scripts closed": around("words", "<script>", ""),
    "begun styles": around(HTML, "words<style>", ""),
    "begun sections": around(HTML, "<![CDATA[", "words"),
    "sections": around(HTML, "<![CDATA[a]]>", "words"),
    "blanks before an end": lambda n: "<p>words</p" + " " * n + "x",
    "blanks after an end": lambda n: "<p>words</p>" + " " * n + "x",
    "ends with blanks": lambda n: "<p>words" + ("</p" + " " * 100) * n,
    "open tags": around(HTML, "<p", "words"),
    "less-than signs": around(HTML, "<", "words"),
    "ampersands": around(HTML, "&", "words"),
    "entities": around(HTML, "&amp;", "words"),
    "numbered entities": around(HTML, "&#x41;", "words"),
    "entities without end": around(HTML, "&amp", "words"),
    "doctypes": around("", "<!DOCTYPE html>", "words"),
    "internal subset": lambda n: f"<!DOCTYPE html [{each('<!ENTITY e# ' + chr(39) + 'a' + chr(39) + '>')(n)}]><p>words",
    "charset declarations": around("", "<meta charset ", "<p>words"),
    "styles": around("<style>", ".a#{display:none}", "</style>words"),
    "style attributes": around(HTML, "<p style='color:red'>words", ""),
    "declarations of a style": around("<p style='", "color:red;", "'>words"),
    "hidden": around(HTML, "<p hidden>words", ""),
    "formulas": around(HTML, "<math><mi>x</mi></math> words", ""),
    "formula": around("<math>", "<mi>x</mi>", "</math>words"),
    "formula in formula": nested("<math>", "</math>", within="<mi>x</mi>"),
    "rows in a formula": nested("<mrow>", "</mrow>", "<math>", "</math>words", "<mi>x</mi>"),
    "annotations": around("<math>", "<annotation encoding='application/x-tex'> </annotation>", "</math>words"),
    "definitions": around("<dl>", "<dt>a<dd>words", "</dl>"),
    "raised": around(HTML, "1<sup>2</sup>", ""),
    "raised in raised": nested("1<sup>", "</sup>"),
    "frames": around("<frameset>", "<frame src=#>", "</frameset>words"),
    "html tags": around("", "<html><body>words</body></html>", ""),
    "titles": around("<head>", "<title>a</title>", "</head>words"),
    "noscript": around(HTML, "<noscript>words</noscript>", ""),
    "br": around(HTML, "words<br>", ""),
    "names of namespaces": around("<p ", "xmlns:a#='urn:#' ", ">words"),
    "blanks": lambda n: f"<p>words{' ' * n}words",
    "tabs in pre": lambda n: f"<pre>words{chr(9) * n}words</pre>",
}


XML_STRUCTURES: dict[str, Build] = {
    "elements": around("<a>", "<b>words #</b>", "</a>"),
    "attributes": around("<a ", "a#='1' ", ">words</a>"),
    "namespaces": around("<a ", "xmlns:n#='urn:#' ", "><b>words</b></a>"),
    "namespaces, nested": lambda n: (
        "".join(f"<a{k} xmlns:n{k}='urn:{k}'>" for k in range(n))
        + "words"
        + "".join(f"</a{k}>" for k in reversed(range(n)))
    ),
    "nested": nested("<a>", "</a>", within="words"),
    "nested with siblings": nested("<a><b>words</b>", "</a>", within="words"),
    "mixed": around("<a>words", "<b>words</b> and", "</a>"),
    "entities": lambda n: (
        f"<!DOCTYPE a [{each('<!ENTITY e# ' + chr(39) + 'words' + chr(39) + '>')(n)}]><a>{each('&e#;')(n)}</a>"
    ),
    "long name": lambda n: f"<a><{'b' * n}>{'<c>words</c>' * 500}</{'b' * n}></a>",
    "one entity": lambda n: "<!DOCTYPE a [<!ENTITY e 'words '>]><a>" + "&e;" * n + "</a>",
    "long entity": lambda n: f"<!DOCTYPE a [<!ENTITY e '{'words ' * n}'>]><a>{'&e;' * 20}</a>",
    "comments": around("<a>", "<!-- c -->", "words</a>"),
    "sections": around("<a>", "<![CDATA[words ]]>", "</a>"),
    "instructions": around("<a>", "<?a b?>", "words</a>"),
    "text": around("<a>", "words ", "</a>"),
}


def in_book(
    chapters: int,
    spine: Sequence[int],
    more: str = "",
    body: str = "<p>words</p>",
    parts: dict[str, str | bytes] | None = None,
) -> bytes:
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
            "book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
            + "".join(f'<item id="c{k}" href="{k}.xhtml" media-type="application/xhtml+xml"/>' for k in range(chapters))
            + f"{more}</manifest><spine>{''.join(f'<itemref idref={chr(34)}c{k}{chr(34)}/>' for k in spine)}</spine></package>",
            **{f"{k}.xhtml": f"<html><body>{body}</body></html>" for k in range(chapters)},
            **(parts or {}),
        }
    )


EPUB_STRUCTURES: dict[str, Build] = {
    "chapters": lambda n: in_book(n, range(n)),
    "one chapter again and again": lambda n: in_book(1, [0] * n, body="<p>words</p>" * 2000),
    "the same chapter by other items": lambda n: in_book(
        1,
        range(n),
        "".join(f'<item id="c{k}" href="0.xhtml#{k}" media-type="application/xhtml+xml"/>' for k in range(n)),
    ),
    "items": lambda n: in_book(
        1, [0], "".join(f'<item id="i{k}" href="{k}.css" media-type="text/css"/>' for k in range(n))
    ),
    "navigation points": lambda n: epub(
        {"a.xhtml": "words"},
        parts={"OEBPS/nav.xhtml": f"<html><body><nav><ol>{'<li>words</li>' * n}</ol></nav></body></html>"},
    ),
    "pictures": lambda n: in_book(1, [0], body=each("<img src='#.png'/>")(n) + "words"),
    "zip entries": lambda n: in_book(1, [0], parts={f"{k}.css": "a" for k in range(n)}),
    "encrypted parts": lambda n: in_book(
        1,
        [0],
        parts={
            "META-INF/encryption.xml": f"<encryption>{each('<CipherReference URI=' + chr(34) + '#.ttf' + chr(34) + '/>')(n)}</encryption>"
        },
    ),
    "paragraphs": lambda n: in_book(1, [0], body="<p>words</p>" * n),
}
