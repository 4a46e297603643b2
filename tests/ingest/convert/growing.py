"""Files of each format in which one structure is repeated as often as is asked for."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.ingest.convert.msg_files import compound_file, message
from tests.ingest.convert.office_files import (
    SPREADSHEET,
    epub,
    flat_opendocument,
    graphic,
    opendocument,
    packed,
    pptx,
    relations,
    rows,
    run,
    shape,
    slide,
    xlsx,
)
from tests.ingest.convert.old_office_files import IN_TABLE, P, Slide, deck, item, row, words
from tests.ingest.convert.old_office_files import shape as old_shape
from tests.ingest.convert.old_office_files import word as old_word
from tests.ingest.convert.pdf_files import Body, drawn, lines
from tests.ingest.convert.word_files import paragraph, part, text, word
from tests.ingest.convert.xls_files import book, comment, label, number, record
from tests.ingest.convert.xls_files import shape as xls_shape

Build = Callable[[int], bytes | str]


class Growing(NamedTuple):
    ending: str
    structure: str
    build: Build
    most: int = 1 << 20  # beyond which the file says nothing more, or takes long to make


def each(form: str) -> Callable[[int], str]:
    """`form`, with a # for the number, for each."""
    return lambda n: "".join(form.replace("#", str(number)) for number in range(n))


def around(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: before + repeated(n) + behind


def nested(begin: str, end: str, before: str = "", behind: str = "", within: str = "words ") -> Build:
    return lambda n: before + begin * n + within + end * n + behind


MAIL = "From: a@example.org\nSubject: Words\n"
MIXED = f'{MAIL}Content-Type: multipart/mixed; boundary="b"\n\n'


def mime(n: int) -> str:
    def within(level: int) -> tuple[str, str]:
        return (
            f'Content-Type: multipart/mixed; boundary="b{level}."\n\n--b{level}.\n',
            f"\n--b{level}.--\n",
        )

    levels = [within(level) for level in range(n)]
    return (
        MAIL
        + "".join(begin for begin, _ in levels)
        + "Content-Type: text/plain\n\nwords\n"
        + "".join(end for _, end in reversed(levels))
    )


def digest(n: int) -> str:
    return (MAIL + "Content-Type: message/rfc822\n\n") * n + MAIL + "\nwords"


MAIL_STRUCTURES: dict[str, Build] = {
    "encoded words of a Subject": lambda n: f"From: a@b.c\nSubject: {' '.join(['=?utf-8?q?words?='] * n)}\n\nwords",
    "encoded words side by side": lambda n: f"From: a@b.c\nSubject: {'=?utf-8?q?words?=' * n}\n\nwords",
    "begun encoded words": lambda n: f"From: a@b.c\nSubject: {'=?' * n}\n\nwords",
    "begun encoded words of a name": lambda n: f"From: a@b.c\nSubject: {'=?a?q?' * n}\n\nwords",
    "folded lines of a Subject": lambda n: f"From: a@b.c\nSubject: {'words' + chr(10) + ' words' * 1}{(chr(10) + ' words') * n}\n\nw",
    "recipients": lambda n: f"From: a@b.c\nTo: {', '.join(f'Ann {k} <a{k}@b.c>' for k in range(n))}\n\nwords",
    "encoded recipients": lambda n: f"From: a@b.c\nTo: {', '.join(['=?utf-8?q?Ann?= <a@b.c>'] * n)}\n\nwords",
    "headers": lambda n: f"From: a@b.c\n{each('X-#: words' + chr(10))(n)}\nwords",
    "headers To": lambda n: f"From: a@b.c\n{each('To: a#@b.c' + chr(10))(n)}\nwords",
    "parameters": lambda n: f"{MAIL}Content-Type: text/plain; {'; '.join(f'p{k}=v' for k in range(n))}\n\nwords",
    "continued parameters": lambda n: f"{MAIL}Content-Type: text/plain; {'; '.join(f'name*{k}*=v' for k in range(n))}\n\nwords",
    "continued file name": lambda n: f"{MAIL}Content-Disposition: attachment; {'; '.join(f'filename*{k}=v' for k in range(n))}\n\nwords",
    "quotes in parameters": lambda n: f"{MAIL}Content-Type: text/plain; name=\"{chr(92) + chr(34)}{';' + chr(92) + chr(34)}" + ';"' * n + "\n\nwords",
    "semicolons in a quoted parameter": lambda n: f'{MAIL}Content-Type: text/plain; name="{";" * n}"\n\nwords',
    "open quote of a parameter": lambda n: f'{MAIL}Content-Type: text/plain; name="{";" * n}\n\nwords',
    "parameters of each part": lambda n: MIXED + each("--b\nContent-Type: text/plain; charset=utf-8; name=a#.txt\n\nwords\n")(n) + "--b--",
    "parts": lambda n: MIXED + each("--b\nContent-Type: text/plain\n\nwords\n")(n) + "--b--",
    "parts that are pages": lambda n: MIXED + each("--b\nContent-Type: text/html\n\n<p>words\n")(n) + "--b--",
    "alternatives": lambda n: MIXED.replace("mixed", "alternative") + each("--b\nContent-Type: text/plain\n\nwords #\n--b\nContent-Type: text/html\n\n<p>other things than that #\n")(n) + "--b--",
    "attachments": lambda n: MIXED + each("--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a#.txt\n\nwords\n")(n) + "--b--",
    "MIME within MIME": mime,
    "mails within mails": digest,
    "delivery reports": lambda n: f"{MAIL}Content-Type: message/delivery-status\n\n" + each("Status: #\n\n")(n),
    "lines that may be a boundary": lambda n: MIXED + "--b\n\n" + "--bx\n" * n + "--b--",
    "quoted-printable": lambda n: f"{MAIL}Content-Transfer-Encoding: quoted-printable\n\n" + "=\n" * n + "=C3" * n + "words",
    "base64": lambda n: f"{MAIL}Content-Transfer-Encoding: base64\n\n" + "d29yZHMg\n" * n,
    "base64 with other letters": lambda n: f"{MAIL}Content-Transfer-Encoding: base64\n\n" + "d!2=9yZ\n" * n,
    "uuencode": lambda n: f"{MAIL}Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + "%=V]R9',\n" * n + "end\n",
    "comments in addresses": lambda n: f"From: {'(' * n}\n\nwords",
    "tags of a stub": lambda n: MIXED.replace("mixed", "alternative") + "--b\nContent-Type: text/plain\n\nread the page\n--b\nContent-Type: text/html\n\n" + "<a <!-- <style" * n + "\n--b--",
    "encoded file names": lambda n: f"{MAIL}Content-Disposition: attachment; filename=\"{'=?utf-8?q?a?=' * n}.txt\"\n\nwords",
    "addresses of a page's pictures": lambda n: f"{MAIL}Content-Type: text/html\n\n" + each("<img src='cid:#'>")(n) + "words",
}

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
    "namespaces, nested": lambda n: "".join(f"<a{k} xmlns:n{k}='urn:{k}'>" for k in range(n)) + "words" + "".join(f"</a{k}>" for k in reversed(range(n))),
    "nested": nested("<a>", "</a>", within="words"),
    "nested with siblings": nested("<a><b>words</b>", "</a>", within="words"),
    "mixed": around("<a>words", "<b>words</b> and", "</a>"),
    "entities": lambda n: f"<!DOCTYPE a [{each('<!ENTITY e# ' + chr(39) + 'words' + chr(39) + '>')(n)}]><a>{each('&e#;')(n)}</a>",
    "one entity": lambda n: "<!DOCTYPE a [<!ENTITY e 'words '>]><a>" + "&e;" * n + "</a>",
    "long entity": lambda n: f"<!DOCTYPE a [<!ENTITY e '{'words ' * n}'>]><a>{'&e;' * 20}</a>",
    "comments": around("<a>", "<!-- c -->", "words</a>"),
    "sections": around("<a>", "<![CDATA[words ]]>", "</a>"),
    "instructions": around("<a>", "<?a b?>", "words</a>"),
    "text": around("<a>", "words ", "</a>"),
}

TEXT_STRUCTURES: dict[str, Build] = {
    "lines": each("words #\n"),
    "one line": each("words"),
    "blanks": lambda n: f"words{' ' * n}words",
    "new lines": lambda n: f"words{chr(10) * n}words",
    "form feeds": lambda n: "words\f" * n,
    "returns": lambda n: "words\r" * n,
    "marks": lambda n: "a" + "\u0301\u0323" * n,
    "letters of Latin-1": lambda n: ("w\xf6rter und w\xe4lder " * n).encode("latin-1"),
    "letters of Shift JIS": lambda n: ("言葉 " * n).encode("shift_jis"),
    "escapes": lambda n: b"words \x1b$B" * n,
    "bytes": lambda n: bytes(range(128, 256)) * n,
}

MARKDOWN_STRUCTURES: dict[str, Build] = {
    **TEXT_STRUCTURES,
    "front matter": lambda n: "---\n" + "a: b\n" * n + "words",
    "begun front matter": lambda n: "---\n" * n + "words",
    "titles": lambda n: "---\n" + "title: \n" * n + "---\nwords",
    "headings": each("# words #\n\nwords\n\n"),
    "deep headings": each("###### words #\n"),
    "headings one in another": lambda n: "".join(f"{'#' * (k % 6 + 1)} words\n\n" for k in range(n)),
    "hashes": lambda n: "# words " + "#" * n + "\n\nwords",
    "hashes apart": lambda n: "# words " + "# " * n + "\n\nwords",
    "underlines": each("words\n===\n"),
    "long underline": lambda n: "words\n" + "=" * n + "x\nwords",
    "fences": each("```\nwords\n```\n"),
    "begun fences": each("```\nwords\n~~~\n"),
    "rows": lambda n: "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * n,
    "tables": each("| a | b |\n|---|---|\n| 1 | 2 |\n\n"),
    "cells": lambda n: "| a " * n + "|\n" + "|---" * n + "|\n" + "| 1 " * n + "|\n",
    "row without end": lambda n: "|" + "a " * n,
    "begun rows": lambda n: "|\n" * n,
    "quotes": lambda n: ">" * n + " words",
    "sentences": lambda n: "Words. " * n,
    "ends of sentences": lambda n: "." * n + "words",
    "quotes behind ends": lambda n: "words." + '"' * n + "words",
    "Han": lambda n: "言葉。" * n,
    "blank lines with blanks": lambda n: "words\n" + "   \n" * n + "words",
    "blanks of a blank line": lambda n: "words\n" + " " * n + "words",
}

DELIMITED_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: "name,value\n" + each("a#,#\n")(n),
    "columns": lambda n: ",".join(f"c{k}" for k in range(n)) + "\n" + ",".join(map(str, range(n))) + "\n" + ",".join(map(str, range(n))) + "\n",
    "columns, a cell in each row": lambda n: "\n".join([",".join(f"c{k}" for k in range(n))] + [f"1{',' * (n - 1)}"] * 30),
    "long names": lambda n: f"{'a' * n},{'b' * n}\n" + "1,2\n" * 1000,
    "quoted lines": lambda n: "a,b\n" + '"a\nb",1\n' * n,
    "open quotes": lambda n: "a,b\n" + 'a "b,"1\n' * n,
    "quotes": lambda n: "a,b\n" + '"' * n + ",1\n",
    "delimiters": lambda n: "a,b\n" + "," * n + "\n",
    "ragged rows": lambda n: "a,b\n" + "".join("," * (k % 7) + "a\n" for k in range(n)),
    "a long cell": lambda n: "a,b\n" + "1" * n + ",2\n1,2\n",
    "digits and signs": lambda n: "a,b\n" + "1 " * n + "x,2\n1,2\n",
    "signs": lambda n: "a,b\n" + "$ " * n + "x,2\n1,2\n",
    "letters": lambda n: "a,b\n" + "a" * n + "@,2\n1,2\n",
}

JSON_STRUCTURES: dict[str, Build] = {
    "items": lambda n: json.dumps(["words"] * n),
    "records": lambda n: json.dumps([{"a": "words", "b": k} for k in range(n)]),
    "keys": lambda n: json.dumps({f"k{k}": "words" for k in range(n)}),
    "nested lists": lambda n: "[" * n + '"words"' + "]" * n,
    "nested objects": lambda n: '{"k":' * n + '"words"' + "}" * n,
    "nested objects with others": lambda n: '{"a":"words","k":' * n + '"words"' + "}" * n,
    "nested lists with others": lambda n: '["words",' * n + '"words"' + "]" * n,
    "lines": each('{"a": "words #"}\n'),
    "lists within a long key": lambda n: json.dumps({"k" * n: [{"a": "words"}] * 1000}),
    "escapes": lambda n: '"' + "\\u0041" * n + '"',
    "begun": lambda n: '{"a":' * n,
    "damaged lines": lambda n: '{"a": 1}\n' + '{"a": \n' * n,
}


def notebook(cells: list[dict[str, object]]) -> str:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})


NOTEBOOK_STRUCTURES: dict[str, Build] = {
    "cells": lambda n: notebook([{"cell_type": "markdown", "source": ["words"]}] * n),
    "code": lambda n: notebook([{"cell_type": "code", "source": ["words"]}] * n),
    "outputs": lambda n: notebook([{"cell_type": "code", "source": "a", "outputs": [{"output_type": "stream", "text": "words"}] * n}]),
    "lines": lambda n: notebook([{"cell_type": "markdown", "source": ["words\n"] * n}]),
    "lines of an output": lambda n: notebook([{"cell_type": "code", "source": "a", "outputs": [{"output_type": "stream", "text": ["words\n"] * n}]}]),
    "worksheets": lambda n: json.dumps({"worksheets": [{"cells": [{"cell_type": "markdown", "source": "words"}]}] * n}),
}  # fmt: skip

TIME = "00:00:01,000 --> 00:00:02,000\n"
SUBTITLE_STRUCTURES: dict[str, Build] = {
    "cues": lambda n: "".join(f"{k}\n{TIME}words {k}\n\n" for k in range(n)),
    "lines": lambda n: TIME + each("words #\n")(n),
    "tags": lambda n: TIME + "<i>words</i>" * n,
    "begun tags": lambda n: TIME + "words" + "<i" * n,
    "begun voices": lambda n: TIME + "words" + "<v " * n,
    "classes": lambda n: TIME + "<v" + ".a" * n + " words",
    "blanks of a voice": lambda n: TIME + "<v" + " " * n + "words",
    "braces": lambda n: TIME + "words" + "{\\" * n,
    "notes": lambda n: "WEBVTT\n\n" + "NOTE words\n\n" * n + TIME + "words",
    "digits": lambda n: "0" * n + ":" + TIME + "words",
    "blanks before a time": lambda n: " " * n + TIME + "words",
}  # fmt: skip

TEX = "\\begin{document}"
LATEX_STRUCTURES: dict[str, Build] = {
    "paragraphs": each("words #\n\n"),
    "commands": around(TEX, "\\emph{words} ", ""),
    "nested": nested("\\emph{", "}", TEX),
    "braces": nested("{", "}", TEX),
    "open braces": around(TEX, "{words", ""),
    "closing braces": around(TEX, "words}", ""),
    "open commands": around(TEX, "\\emph{words", ""),
    "footnotes": around(TEX, "words\\footnote{words #}", ""),
    "nested footnotes": nested("words\\footnote{", "}", TEX),
    "sections": around(TEX, "\\section{words #}words\n\n", ""),
    "items": around(TEX + "\\begin{itemize}", "\\item words\n", "\\end{itemize}"),
    "items with labels": around(TEX + "\\begin{itemize}", "\\item[\\emph{a}] words\n", "\\end{itemize}"),
    "labels with labels": around(TEX + "\\begin{itemize}", "\\item[\\item", "\\end{itemize}"),
    "lists": nested("\\begin{itemize}\\item words ", "\\end{itemize}", TEX),
    "rows": around(TEX + "\\begin{tabular}{ll}", "a & b \\\\\n", "\\end{tabular}"),
    "cells": around(TEX + "\\begin{tabular}{ll}", "a & ", "\\end{tabular}"),
    "open tables": around(TEX, "\\begin{tabular}{ll}a & ", ""),
    "macros": around("", "\\newcommand{\\m#}{words}\n", TEX + "\\m"),
    "used macros": lambda n: "\\newcommand{\\mm}{words}" + TEX + "\\mm " * n,
    "long macro": lambda n: f"\\newcommand{{\\mm}}{{{'words ' * 33}}}" + TEX + "\\mm " * n,
    "theorems": around("\\newtheorem{th}{Theorem}" + TEX, "\\begin{th}words\\end{th}", ""),
    "kinds of theorems": around("", "\\newtheorem{th#}{Theorem}\n", TEX + "words"),
    "formulas": around(TEX, "words $x$ ", ""),
    "open formulas": around(TEX, "words $", ""),
    "open displays": around(TEX, "words $$ x \\$ ", ""),
    "dollars": around(TEX, "$", "words"),
    "triples of dollars": around(TEX, "$a$$", "words"),
    "open brackets": around(TEX, "words \\[ ", ""),
    "open parentheses": around(TEX, "words \\( ", ""),
    "environments without end": around(TEX, "words \\begin{align}", ""),
    "other environments without end": around(TEX, "words \\begin{e#}", ""),
    "verbatim without end": around(TEX, "words \\begin{verbatim}", ""),
    "verbatim": around(TEX, "words \\begin{verbatim}a\\end{verbatim}", ""),
    "open verb": around(TEX, "words \\verb|", ""),
    "marks of verb": lambda n: TEX + "".join(f"\\verb{chr(0x4e00 + k % 1000 + 0x2000)}" for k in range(n)),
    "comments": around(TEX, "% words\n", "words"),
    "open options": around(TEX, "\\foo[", "words"),
    "options": around(TEX, "\\foo[a][b]{words}", ""),
    "accents": around(TEX, "\\'e", "words"),
    "links": around(TEX, "\\url{http://a/#} ", ""),
    "open links": around(TEX, "\\url{a", ""),
    "cites": around(TEX, "\\cite{a#} words ", ""),
    "titles": around("", "\\title{a}\n", TEX + "words"),
    "open titles": around("", "\\title{a", TEX + "words"),
    "blanks": lambda n: TEX + "words \\emph" + " " * n + "{words}",
    "new lines": lambda n: TEX + "words \\emph" + "\n" * n + "{words}",
    "backslashes": lambda n: TEX + "\\\\" * n + "words",
    "input encodings": around("", "\\usepackage[ ", "words"),
    "bibliography": around(TEX + "\\begin{thebibliography}{9}", "\\bibitem{a#} words\n", "\\end{thebibliography}"),
    "ends": around(TEX, "words\\end{itemize}", ""),
}

RTF = "{\\rtf1\\ansi "
RTF_STRUCTURES: dict[str, Build] = {
    "paragraphs": around(RTF, "words #\\par ", "}"),
    "groups": around(RTF, "{words}", "}"),
    "nested groups": nested("{", "}", RTF, "}"),
    "nested groups with words": lambda n: RTF + ("{" * 900 + "words" + "}" * 900) * n + "}",
    "control words": around(RTF, "\\b words", "}"),
    "unknown control words": around(RTF, "\\foo# words", "}"),
    "bytes": around(RTF, "\\'e4", "}"),
    "Unicode": around(RTF, "\\u8364?", "}"),
    "fonts": around(RTF + "{\\fonttbl", "{\\f#\\fcharset0 Arial;}", "}words}"),
    "changes of fonts": around(RTF, "\\f1 words ", "}"),
    "styles": around(RTF + "{\\stylesheet", "{\\s# heading 1;}", "}words}"),
    "footnotes": around(RTF, "words{\\footnote words #}", "}"),
    "footnotes in footnotes": nested("{\\footnote words", "}", RTF, "}"),
    "comments": around(RTF, "words{\\*\\annotation words #}", "}"),
    "headers": around(RTF, "{\\header words #}", "words}"),
    "headers, the same": around(RTF, "{\\header words}", "words}"),
    "headers in headers": nested("{\\header words", "}", RTF, "words}"),
    "cells": around(RTF + "\\trowd\\intbl ", "words\\cell ", "\\row}"),
    "rows": around(RTF, "\\trowd\\intbl words\\cell words\\cell\\row ", "}"),
    "tables in tables": lambda n: RTF + "".join(f"\\pard\\intbl\\itap{k + 1} words\\nestcell\\nestrow " for k in range(n)) + "}",
    "depths of tables": lambda n: RTF + f"\\pard\\intbl\\itap{n} words\\nestcell\\par words}}",
    "deep items": lambda n: RTF + f"\\pard\\ls1\\ilvl{n} words\\par words}}",
    "items": around(RTF, "\\pard\\ls1\\ilvl0 {\\listtext 1.}words\\par ", "}"),
    "boxes": around(RTF, "{\\shp{\\*\\shpinst{\\shptxt words #}}}", "words}"),
    "boxes in boxes": nested("{\\shp{\\*\\shpinst{\\shptxt words", "}}}", RTF, "}"),
    "fields": around(RTF, "{\\field{\\*\\fldinst HYPERLINK}{\\fldrslt words}}", "}"),
    "long field": lambda n: RTF + "{\\field{\\*\\fldinst SYMBOL 1 " + "\\\\f " * n + "}{\\fldrslt words}}}",
    "numbers of lists": lambda n: RTF + "{\\listtext " + "1" * n + "a}words}",
    "marks": lambda n: RTF + "{\\listtext " + "a1" * n + "}words}",
    "bin": around(RTF + "words ", "{\\pict\\bin3 abc}", "}"),
    "bin beyond": lambda n: RTF + "words " + "\\bin0 " * n + "}",
    "stand-ins": lambda n: RTF + f"\\uc{n}" + "\\u8364 words" * n + "words}",
    "starred": around(RTF, "{\\*\\foo words}", "words}"),
    "titles": around(RTF + "{\\info", "{\\title words #}", "}words}"),
    "pictures": lambda n: RTF + "{\\pict " + "00" * n + "}words}",
    "objects": lambda n: RTF + "{\\object{\\*\\objdata " + "00" * n + "}words}}",
    "raised": around(RTF, "1{\\super 2}", "}"),
}  # fmt: skip


def in_book(chapters: int, spine: Sequence[int], more: str = "", body: str = "<p>words</p>", parts: dict[str, str | bytes] | None = None) -> bytes:
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
    "one chapter again and again": lambda n: in_book(1, [0] * n, body="<p>words</p>" * 100),
    "the same chapter by other items": lambda n: in_book(
        1, range(n), "".join(f'<item id="c{k}" href="0.xhtml#{k}" media-type="application/xhtml+xml"/>' for k in range(n))
    ),
    "items": lambda n: in_book(1, [0], "".join(f'<item id="i{k}" href="{k}.css" media-type="text/css"/>' for k in range(n))),
    "navigation points": lambda n: epub({"a.xhtml": "words"}, parts={"OEBPS/nav.xhtml": f"<html><body><nav><ol>{'<li>words</li>' * n}</ol></nav></body></html>"}),
    "pictures": lambda n: in_book(1, [0], body=each("<img src='#.png'/>")(n) + "words"),
    "zip entries": lambda n: in_book(1, [0], parts={f"{k}.css": "a" for k in range(n)}),
    "encrypted parts": lambda n: in_book(1, [0], parts={"META-INF/encryption.xml": f"<encryption>{each('<CipherReference URI=' + chr(34) + '#.ttf' + chr(34) + '/>')(n)}</encryption>"}),
    "paragraphs": lambda n: in_book(1, [0], body="<p>words</p>" * n),
}

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
    "lists in lists": lambda n: opendocument("text", "<text:list><text:list-item>" * n + "<text:p>words</text:p>" + "</text:list-item></text:list>" * n),
    "rows": odt("<table:table>", f"<table:table-row>{CELL}{CELL}</table:table-row>", "</table:table>"),
    "cells": odt("<table:table><table:table-row>", CELL, "</table:table-row></table:table>"),
    "repeated rows": odt("<table:table>", f'<table:table-row table:number-rows-repeated="1048576">{CELL}{CELL}</table:table-row>', "</table:table>"),
    "repeated cells": odt("<table:table>", f'<table:table-row>{CELL}<table:covered-table-cell table:number-columns-repeated="99999"/></table:table-row>', "</table:table>"),
    "spread cells": odt("<table:table>", f'<table:table-row>{CELL.replace("table-cell office", "table-cell table:number-columns-spanned=" + chr(34) + "1000" + chr(34) + " table:number-rows-spanned=" + chr(34) + "1000" + chr(34) + " office", 1)}<table:covered-table-cell table:number-columns-repeated="999"/></table:table-row>', "</table:table>"),
    "tables in tables": lambda n: opendocument("text", f"<table:table><table:table-row>{CELL}<table:table-cell>" * n + "<text:p>words</text:p>" + "</table:table-cell></table:table-row></table:table>" * n),
    "notes": odt("<text:p>words", NOTE, "</text:p>"),
    "notes in notes": lambda n: opendocument("text", "<text:p>words" + "<text:note><text:note-body><text:p>words" * n + "</text:p></text:note-body></text:note>" * n + "</text:p>"),
    "comments": odt("<text:p>words", "<office:annotation><dc:creator>Ann</dc:creator><text:p>words #</text:p></office:annotation>", "</text:p>"),
    "frames": odt("<text:p>", "<draw:frame><draw:text-box><text:p>words</text:p></draw:text-box></draw:frame>", "</text:p>"),
    "frames in frames": lambda n: opendocument("text", "<text:p>" + "<draw:frame><draw:text-box><text:p>words" * n + "</text:p></draw:text-box></draw:frame>" * n + "</text:p>"),
    "pictures": odt("<text:p>words", '<draw:image xlink:href="Pictures/#.png" xmlns:xlink="http://www.w3.org/1999/xlink"/>', "</text:p>"),
    "objects": lambda n: opendocument("text", "<text:p>words" + each('<draw:object xlink:href="Object #" xmlns:xlink="http://www.w3.org/1999/xlink"/>')(n) + "</text:p>"),
    "one object": lambda n: opendocument("text", "<text:p>words" + '<draw:object xlink:href="Object" xmlns:xlink="http://www.w3.org/1999/xlink"/>' * n + "</text:p>"),
    "styles": odt("<text:p>words</text:p>", "", "", lambda n: "<office:styles>" + each('<style:style style:name="s#" style:parent-style-name="Title"/>')(n) + "</office:styles>"),
    "list styles": odt("<text:p>words</text:p>", "", "", lambda n: "<office:styles>" + each(f'<text:list-style style:name="l#">{LIST_LEVEL}</text:list-style>')(n) + "</office:styles>"),
    "numbered items": odt('<text:list text:style-name="l">', "<text:list-item><text:p>words</text:p></text:list-item>", "</text:list>", lambda _: f'<office:styles><text:list-style style:name="l">{LIST_LEVEL}</text:list-style></office:styles>'),
    "long numbers of items": odt('<text:list text:style-name="l">', "<text:list-item><text:p>words</text:p></text:list-item>", "</text:list>", lambda n: f'<office:styles><text:list-style style:name="l"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="{"a" * n}"/></text:list-style></office:styles>'),
    "attributes": lambda n: opendocument("text", f"<text:p {each('a#=' + chr(34) + '1' + chr(34) + ' ')(n)}>words</text:p>"),
    "master pages": lambda n: opendocument("text", "<text:p>words</text:p>", {"styles.xml": f'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:master-styles>{each("<style:master-page><style:header><text:p>words #</text:p></style:header></style:master-page>")(n)}</office:master-styles></office:document-styles>'}),
    "changes": odt("<text:p>words", "<text:change-start/>words<text:change-end/>", "</text:p>"),
    "flat paragraphs": lambda n: flat_opendocument(f"<office:text>{'<text:p>words</text:p>' * n}</office:text>"),
}  # fmt: skip

ODP_STRUCTURES: dict[str, Build] = {
    "slides": lambda n: opendocument("presentation", "<draw:page><draw:frame presentation:class='title'><text:p>words</text:p></draw:frame></draw:page>" * n),
    "frames": lambda n: opendocument("presentation", f"<draw:page>{'<draw:frame><draw:text-box><text:p>words</text:p></draw:text-box></draw:frame>' * n}</draw:page>"),
    "groups": lambda n: opendocument("presentation", f"<draw:page>{'<draw:g>' * n}<draw:frame><text:p>words</text:p></draw:frame>{'</draw:g>' * n}</draw:page>"),
    "titles": lambda n: opendocument("presentation", f"<draw:page>{'<draw:frame presentation:class=' * 0}{each('<draw:frame presentation:class=' + chr(34) + 'title' + chr(34) + '><text:p>words</text:p></draw:frame>')(n)}</draw:page>"),
    "notes": lambda n: opendocument("presentation", f"<draw:page><presentation:notes>{'<draw:frame><text:p>words</text:p></draw:frame>' * n}</presentation:notes></draw:page>"),
}  # fmt: skip

TABLE = "<table:table table:name='words'>"
ODS_STRUCTURES: dict[str, Build] = {
    "rows": ods(TABLE, f"<table:table-row>{CELL}{CELL}</table:table-row>", "</table:table>"),
    "cells": ods(TABLE + "<table:table-row>", CELL, "</table:table-row></table:table>"),
    "sheets": ods("", f"{TABLE}<table:table-row>{CELL}</table:table-row></table:table>", ""),
    "repeated rows": ods(TABLE, f'<table:table-row table:number-rows-repeated="1048576">{CELL}</table:table-row>', "</table:table>"),
    "repeated cells": ods(TABLE, f'<table:table-row>{CELL.replace("table-cell office", "table-cell table:number-columns-repeated=" + chr(34) + "9999" + chr(34) + " office", 1)}</table:table-row>', "</table:table>"),
    "repeated empty rows": ods(TABLE, '<table:table-row table:number-rows-repeated="100"><table:table-cell/></table:table-row>', f"<table:table-row>{CELL}</table:table-row></table:table>"),
    "merged cells": ods(TABLE, f'<table:table-row>{CELL.replace("table-cell office", "table-cell table:number-rows-spanned=" + chr(34) + "99999" + chr(34) + " office", 1)}{CELL}</table:table-row>', "</table:table>"),
    "comments": ods(TABLE, '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>words</text:p></office:annotation><text:p>words</text:p></table:table-cell></table:table-row>', "</table:table>"),
    "paragraphs of a cell": ods(TABLE + '<table:table-row><table:table-cell office:value-type="string">', "<text:p>words</text:p>", "</table:table-cell></table:table-row></table:table>"),
    "spans of a cell": ods(TABLE + '<table:table-row><table:table-cell office:value-type="string"><text:p>', "<text:span>words</text:span>", "</text:p></table:table-cell></table:table-row></table:table>"),
    "groups of rows": lambda n: opendocument("spreadsheet", TABLE + "<table:table-row-group>" * n + f"<table:table-row>{CELL}</table:table-row>" + "</table:table-row-group>" * n + "</table:table>"),
    "columns": ods(TABLE, "<table:table-column/>", f"<table:table-row>{CELL}</table:table-row></table:table>"),
    "blocks": ods(TABLE, f"<table:table-row>{CELL}{CELL}</table:table-row><table:table-row><table:table-cell/></table:table-row>", "</table:table>"),
}  # fmt: skip


def sheet(rows_: str, more: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    return xlsx({"words": f"{rows_}</sheetData>{more}"}, parts=parts)


def strings(count: int, form: str = "<si><t>words #</t></si>") -> dict[str, str | bytes]:
    return {"xl/sharedStrings.xml": f'<sst xmlns="{SPREADSHEET}">{each(form)(count)}</sst>'}


def column(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def cells(n: int, row_number: int, form: str = '<c r="{}{}" t="inlineStr"><is><t>w{}</t></is></c>') -> str:
    return f'<row r="{row_number}">' + "".join(form.format(column(k), row_number, k) for k in range(n)) + "</row>"


XLSX_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c><c r="B{k + 1}"><v>1</v></c></row>' for k in range(n))),
    "columns": lambda n: sheet(cells(n, 1) + cells(n, 2, '<c r="{}{}"><v>{}</v></c>') + cells(n, 3, '<c r="{}{}"><v>{}</v></c>')),
    "long names": lambda n: sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * n}</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>' + "".join(f'<row r="{k}"><c r="A{k}"><v>1</v></c><c r="B{k}"><v>2</v></c></row>' for k in range(2, 1000))),
    "shared strings": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}" t="s"><v>{k}</v></c></row>' for k in range(n)), parts=strings(n)),
    "one shared string": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}" t="s"><v>0</v></c></row>' for k in range(n)), parts=strings(1)),
    "rich strings": lambda n: sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts=strings(1, f"<si>{'<r><t>words</t></r>' * n}</si>")),
    "begun rich strings": lambda n: sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>words</t></is></c></row>', parts=strings(n, "<si><r><t>words")),
    "begun pronunciations": lambda n: sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts=strings(1, f"<si><r><t>words</t></r>{'<rPh sb=0>' * n}</si>")),
    "merged downwards": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c><c r="B{k + 1}"><v>1</v></c></row>' for k in range(n)), f"<mergeCells>{each('<mergeCell ref=' + chr(34) + 'A1:A99999' + chr(34) + '/>')(n)}</mergeCells>"),
    "merged columns": lambda n: sheet(cells(n, 1) + "".join(f'<row r="{k}"><c r="A{k}"><v>1</v></c></row>' for k in range(2, 200)), "<mergeCells>" + "".join(f'<mergeCell ref="{column(k)}1:{column(k)}9999"/>' for k in range(n)) + "</mergeCells>"),
    "merged across": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c></row>' for k in range(n)), "<mergeCells>" + "".join(f'<mergeCell ref="A{k}:XFD{k}"/>' for k in range(1, n + 1)) + "</mergeCells>"),
    "sheets": lambda n: xlsx({f"s{k}": rows(["words"]) for k in range(n)}),
    "one sheet again and again": lambda n: xlsx({"a": rows(["words", "b"], ["c", 1.0])}, parts={"xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{each("<sheet name=" + chr(34) + "s#" + chr(34) + " r:id=" + chr(34) + "rId1" + chr(34) + "/>")(n)}</sheets></workbook>'}),
    "styles": lambda n: xlsx({"a": rows([1.0])}, formats=["0.00"] * n),
    "sections of a style": lambda n: xlsx({"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=["0;" * n]),
    "literals of a style": lambda n: xlsx({"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=['"a"0' * n]),
    "shown by a long style": lambda n: xlsx({"a": "".join(f"<row r='{k + 1}'><c r='A{k + 1}' s='3'><v>{k}</v></c></row>" for k in range(500)) + "</sheetData>"}, formats=['"' + "a" * n + '"0']),
    "digits of a style": lambda n: xlsx({"a": "".join(f"<row r='{k + 1}'><c r='A{k + 1}' s='3'><v>{k}</v></c></row>" for k in range(500)) + "</sheetData>"}, formats=["0" * n]),
    "patterned digits": lambda n: xlsx({"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=["0-" * n]),
    "defined names": lambda n: xlsx({"a": rows(["words"])}, book=f"<definedNames>{each('<definedName name=' + chr(34) + 'n#' + chr(34) + '>A1</definedName>')(n)}</definedNames>"),
    "comments": lambda n: xlsx({"a": rows(["words"])}, parts={"xl/worksheets/_rels/sheet1.xml.rels": relations({"rId1": ("comments", "../comments1.xml")}), "xl/comments1.xml": f'<comments xmlns="{SPREADSHEET}"><commentList>{each("<comment ref=" + chr(34) + "A#" + chr(34) + "><text><t>words</t></text></comment>")(n)}</commentList></comments>'}),
    "relations": lambda n: xlsx({"a": rows(["words"])}, parts={"xl/worksheets/_rels/sheet1.xml.rels": relations({f"r{k}": ("hyperlink", "http://a") for k in range(n)})}),
    "one drawing again and again": lambda n: xlsx({"a": rows(["words"])}, parts={"xl/worksheets/_rels/sheet1.xml.rels": relations({f"r{k}": ("drawing", "../drawing.xml") for k in range(n)}), "xl/drawing.xml": "<d xmlns='urn:d'>" + "<sp><p><t>words</t></p></sp>" * 20 + "</d>"}),
    "shapes in shapes": lambda n: xlsx({"a": rows(["words"])}, parts={"xl/worksheets/_rels/sheet1.xml.rels": relations({"r1": ("drawing", "../drawing.xml")}), "xl/drawing.xml": "<d xmlns='urn:d'>" + "<sp><p><t>words</t></p>" * n + "</sp>" * n + "</d>"}),
    "formulas": lambda n: sheet("".join(f'<row r="{k + 1}"><c r="A{k + 1}"><f>SUM(B1)</f></c></row>' for k in range(n))),
    "begun cells": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c>' + "<c " * n + "</row>"),
    "begun formulas": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c>' + '<c r="A1"><f ' * n + "</row>"),
    "cells in cells": lambda n: sheet('<row r="1">' + "<c><is><t>words</t>" * n + "</row>"),
    "begun rows": lambda n: sheet("<row " * n + '<row r="1"><c r="A1"><v>1</v></c></row>'),
    "begun merged cells": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>', "<mergeCell " * n),
    "begun comments": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + "<!--" * n),
    "begun sections": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + "<![CDATA[" * n),
    "attributes of a cell": lambda n: sheet(f'<row r="1"><c {each("a#=" + chr(34) + "1" + chr(34) + " ")(n)} r="A1"><v>1</v></c></row>'),
    "attributes of a row": lambda n: sheet(f'<row {each("a#=" + chr(34) + "1" + chr(34) + " ")(n)} r="1"><c r="A1"><v>1</v></c></row>'),
    "digits of a value": lambda n: sheet(f'<row r="1"><c r="A1"><v>{"1" * n}</v></c></row>'),
    "letters of a column": lambda n: sheet(f'<row r="1"><c r="{"A" * n}1"><v>1</v></c></row>'),
    "digits of a row": lambda n: sheet(f'<row r="{"1" * n}"><c r="A1"><v>1</v></c></row>'),
    "blank lines": lambda n: sheet("".join(f'<row r="{2 * k + 1}"><c r="A{2 * k + 1}"><v>{k}</v></c><c r="B{2 * k + 1}" t="inlineStr"><is><t>w</t></is></c></row>' for k in range(n))),
    "blocks with headers": lambda n: sheet("".join(f'<row r="{3 * k + 1}"><c r="A{3 * k + 1}" t="inlineStr"><is><t>a</t></is></c><c r="B{3 * k + 1}" t="inlineStr"><is><t>w{k}</t></is></c></row><row r="{3 * k + 2}"><c r="A{3 * k + 2}"><v>1</v></c><c r="B{3 * k + 2}"><v>2</v></c></row>' for k in range(n))),
    "no row": lambda n: sheet("words " * n),
}  # fmt: skip

SS = "urn:schemas-microsoft-com:office:spreadsheet"


def spreadsheet_2003(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: (
        f'<?xml version="1.0"?><Workbook xmlns="{SS}" xmlns:ss="{SS}">' + before + repeated(n) + behind + "</Workbook>"
    )


SHEET_2003 = '<Worksheet ss:Name="words"><Table>'
XML_2003_STRUCTURES: dict[str, Build] = {
    "rows of XML": spreadsheet_2003(SHEET_2003, '<Row><Cell><Data ss:Type="String">words</Data></Cell></Row>', "</Table></Worksheet>"),
    "cells of XML": spreadsheet_2003(SHEET_2003 + "<Row>", '<Cell><Data ss:Type="String">words</Data></Cell>', "</Row></Table></Worksheet>"),
    "merged cells of XML": spreadsheet_2003(SHEET_2003, '<Row><Cell ss:MergeDown="9999" ss:MergeAcross="99"><Data ss:Type="String">words</Data></Cell></Row>', "</Table></Worksheet>"),
    "styles of XML": spreadsheet_2003("<Styles>", '<Style ss:ID="s#"><NumberFormat ss:Format="0.00"/></Style>', f"</Styles>{SHEET_2003}<Row><Cell><Data ss:Type='String'>words</Data></Cell></Row></Table></Worksheet>"),
    "sheets of XML": spreadsheet_2003("", f'{SHEET_2003}<Row><Cell><Data ss:Type="String">words</Data></Cell></Row></Table></Worksheet>', ""),
}  # fmt: skip

XLS_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: book({"a": b"".join(number(k, 0, k) + label(k, 1, "words") for k in range(min(n, 65535)))}),
    "cells in one place": lambda n: book({"a": label(0, 0, "words") * n}),
    "sheets": lambda n: book({f"s{k}": label(0, 0, "words") for k in range(n)}),
    "formats": lambda n: book({"a": number(0, 0, 1.0, 1)}, formats=["0.00"] * n),
    "shapes": lambda n: book({"a": label(0, 0, "words") + b"".join(xls_shape(k % 60000, "words") for k in range(n))}),
    "comments": lambda n: book({"a": label(0, 0, "words") + b"".join(xls_shape(k % 60000, "words") + comment(k % 60000, 0, k % 60000) for k in range(n))}),
    "merged": lambda n: book({"a": label(0, 0, "words") + b"".join(number(k % 60000, 1, 1) for k in range(n)) + b"".join(record(0x00E5, b"\1\0\0\0\xff\xff\0\0\0\0") for _ in range(n))}),
    "unknown records": lambda n: book({"a": label(0, 0, "words") + record(0x1234) * n}),
    "one sheet again and again": lambda n: _same_sheet(n),
}  # fmt: skip


def _same_sheet(n: int) -> bytes:
    import struct

    name = b"\1\1a\0"
    from tests.ingest.convert.xls_files import END, WORKBOOK, WORKSHEET, begin

    head = begin(WORKBOOK)
    listed_size = len(record(0x0085, bytes(6) + name))
    at = len(head) + listed_size * n + len(END)
    listed = record(0x0085, struct.pack("<IBB", at, 0, 0) + name) * n
    body = begin(WORKSHEET) + b"".join(label(k, 0, "words") for k in range(50)) + END
    return compound_file({"Workbook": head + listed + END + body})


def docx(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: word(before + repeated(n) + behind)


WP = paragraph(text("words"))
WR = text("words")
TC = f"<w:tc>{WP}</w:tc>"


def with_part(kind: str, content: Callable[[int], str], body: str = WP) -> Build:
    return lambda n: word(body, {"rId9": (kind, f"{kind}.xml")}, {f"word/{kind}.xml": content(n)})


NUM = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
DOCX_STRUCTURES: dict[str, Build] = {
    "paragraphs": docx("", WP, ""),
    "runs": docx("<w:p>", WR, "</w:p>"),
    "nested paragraphs": lambda n: word("<w:p><w:r>" * n + "<w:t>words</w:t>" + "</w:r></w:p>" * n),
    "controls in controls": lambda n: word("<w:sdt><w:sdtContent>" * n + WP + "</w:sdtContent></w:sdt>" * n),
    "rows": docx("<w:tbl>", f"<w:tr>{TC}{TC}</w:tr>", "</w:tbl>"),
    "cells": docx("<w:tbl><w:tr>", TC, "</w:tr></w:tbl>"),
    "spread cells": docx("<w:tbl>", f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{WP}</w:tc>{TC}</w:tr>', "</w:tbl>"),
    "spread cells of a row": docx("<w:tbl><w:tr>", f'<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{WP}</w:tc>', f"{TC}</w:tr></w:tbl>"),
    "merged downwards": docx(f'<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/><w:gridSpan w:val="63"/></w:tcPr>{WP}</w:tc>{TC}</w:tr>', f'<w:tr><w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val="63"/></w:tcPr><w:p/></w:tc>{TC}</w:tr>', "</w:tbl>"),
    "tables in tables": lambda n: word(f"<w:tbl><w:tr>{TC}<w:tc>" * n + WP + "</w:tc></w:tr></w:tbl>" * n),
    "paragraphs in a cell": docx("<w:tbl><w:tr><w:tc>", WP, f"</w:tc>{TC}</w:tr></w:tbl>"),
    "paragraphs in a row of cells": docx("<w:tbl><w:tr>", f"<w:tc>{WP * 5}</w:tc>", "</w:tr></w:tbl>"),
    "items": docx("", f"<w:p>{NUM}{WR}</w:p>", ""),
    "styles": with_part("styles", lambda n: part("styles", each('<w:style w:styleId="s#"><w:name w:val="heading 1"/></w:style>')(n))),
    "styles based on each other": with_part("styles", lambda n: part("styles", each('<w:style w:styleId="s#"><w:name w:val="a"/><w:basedOn w:val="s@"/></w:style>')(n).replace("@", "") if False else part("styles", "".join(f'<w:style w:styleId="s{k}"><w:name w:val="a"/><w:basedOn w:val="s{k + 1}"/></w:style>' for k in range(n))))),
    "styles based in a circle": with_part("styles", lambda n: part("styles", "".join(f'<w:style w:styleId="s{k}"><w:name w:val="a"/><w:basedOn w:val="s{(k + 1) % n}"/></w:style>' for k in range(n)))),
    "numberings": with_part("numbering", lambda n: part("numbering", each('<w:abstractNum w:abstractNumId="#"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>')(n) + each('<w:num w:numId="#"><w:abstractNumId w:val="#"/></w:num>')(n))),
    "numberings of one kind": with_part("numbering", lambda n: part("numbering", '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>' + each('<w:num w:numId="#"><w:abstractNumId w:val="0"/></w:num>')(n))),
    "levels of a numbering": with_part("numbering", lambda n: part("numbering", '<w:abstractNum w:abstractNumId="0">' + each('<w:lvl w:ilvl="#"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>')(n) + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')),
    "overrides of a numbering": with_part("numbering", lambda n: part("numbering", '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/>' + each('<w:lvlOverride w:ilvl="#"><w:startOverride w:val="1"/></w:lvlOverride>')(n) + "</w:num>")),
    "long numbers of items": lambda n: word(f"<w:p>{NUM}{WR}</w:p>" * n, {"rId9": ("numbering", "numbering.xml")}, {"word/numbering.xml": part("numbering", f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="{"%1" * n}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')}),
    "footnotes": with_part("footnotes", lambda n: part("footnotes", each(f'<w:footnote w:id="#">{WP}</w:footnote>')(n))),
    "comments": with_part("comments", lambda n: part("comments", each(f'<w:comment w:id="#" w:author="Ann">{WP}</w:comment>')(n)), "<w:p><w:r><w:commentReference w:id='1'/></w:r></w:p>"),
    "placed comments": lambda n: word("<w:p>" + WR + each("<w:r><w:commentReference w:id='#'/></w:r>")(n) + "</w:p>", {"rId9": ("comments", "comments.xml")}, {"word/comments.xml": part("comments", each(f'<w:comment w:id="#" w:author="Ann">{WP}</w:comment>')(n))}),
    "bookmarks": docx("<w:p>", '<w:bookmarkStart w:id="#" w:name="b#"/><w:bookmarkEnd w:id="#"/>', f"{WR}</w:p>"),
    "relations": lambda n: word(WP, {f"r{k}": ("hyperlink", f"http://a/{k}") for k in range(n)}),
    "headers": lambda n: word(WP, {f"r{k}": ("header", f"h{k}.xml") for k in range(n)}, {f"word/h{k}.xml": part("hdr", paragraph(text(f"words {k}"))) for k in range(n)}),
    "header again and again": lambda n: word(WP, {f"r{k}": ("header", "h.xml") for k in range(n)}, {"word/h.xml": part("hdr", WP)}),
    "pictures": lambda n: word(paragraph(text("words"), each("<w:r><w:drawing><a:blip r:embed='rId#'/></w:drawing></w:r>")(n)), {f"rId{k}": ("image", "media/a.png") for k in range(n)}),
    "pictures in nested controls": lambda n: word("<w:sdt>" * 240 + paragraph(text("words"), each("<w:r><a:blip r:embed='rId#'/></w:r>")(n)) + "</w:sdt>" * 240),
    "objects": lambda n: word(paragraph(text("words"), each("<w:object><o:OLEObject r:id='rId#' ProgID='Word'/></w:object>")(n)), {f"rId{k}": ("oleObject", f"o{k}.bin") for k in range(n)}),
    "one object": lambda n: word(paragraph(text("words"), "<w:object><o:OLEObject r:id='rId1' ProgID='Word'/></w:object>" * n), {"rId1": ("oleObject", "o.bin")}),
    "formulas": docx("<w:p>", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", f"{WR}</w:p>"),
    "formula": docx("<w:p><m:oMath>", "<m:r><m:t>x</m:t></m:r>", f"</m:oMath>{WR}</w:p>"),
    "fractions in fractions": lambda n: word("<w:p><m:oMath>" + "<m:f><m:num>" * n + "<m:r><m:t>x</m:t></m:r>" + "</m:num></m:f>" * n + f"</m:oMath>{WR}</w:p>"),
    "fields": docx("<w:p>", '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>', f"{WR}</w:p>"),
    "attributes": lambda n: word(f"<w:p {each('w:a#=' + chr(34) + '1' + chr(34) + ' ')(n)}>{WR}</w:p>"),
    "attributes of each": lambda n: word(f"<w:p>{'<w:r><w:sym w:font=' + chr(34) + 'Symbol' + chr(34) + ' w:char=' + chr(34) + 'F061' + chr(34) + '/></w:r>'}" * n + "</w:p>" * n),
    "zip entries": lambda n: word(WP, parts={f"a{k}": "" for k in range(n)}),
    "content types": lambda n: word(WP, parts={"[Content_Types].xml": f"<Types>{each('<Default Extension=' + chr(34) + 'e#' + chr(34) + ' ContentType=' + chr(34) + 'a' + chr(34) + '/>')(n)}</Types>"}),
    "text boxes": docx("<w:p><w:r>", f"<w:txbxContent>{WP}</w:txbxContent>", "</w:r></w:p>"),
    "text boxes in text boxes": lambda n: word("<w:p><w:r><w:txbxContent>" * n + WP + "</w:txbxContent></w:r></w:p>" * n),
    "series of a chart": lambda n: _charted(n, "<c:ser><c:tx><c:v>words</c:v></c:tx><c:val><c:pt idx='#'><c:v>1</c:v></c:pt></c:val></c:ser>"),
    "points of a chart": lambda n: _charted(n, "<c:ser><c:cat>@<c:pt idx='#'><c:v>words</c:v></c:pt></c:cat><c:val><c:pt idx='#'><c:v>1</c:v></c:pt></c:val></c:ser>".replace("@", "")),
    "levels of a chart": lambda n: _charted(1, "<c:ser><c:cat>" + "<c:pt idx='0'><c:v>words</c:v></c:pt>" * n + "</c:cat><c:val><c:pt idx='0'><c:v>1</c:v></c:pt></c:val></c:ser>"),
    "titles of a chart in titles": lambda n: _charted(1, "<c:title><a:p><a:t>words</a:t></a:p>" * n + "</c:title>" * n),
}  # fmt: skip


def _charted(n: int, form: str) -> bytes:
    return word(
        paragraph(text("words"), "<w:r><w:drawing><c:chart r:id='rId1'/></w:drawing></w:r>"),
        {"rId1": ("chart", "chart.xml")},
        {
            "word/chart.xml": '<c:chart xmlns:c="urn:c" xmlns:a="urn:a">' + each(form)(n) + "</c:chart>",
        },
    )


PPTX_STRUCTURES: dict[str, Build] = {
    "slides": lambda n: pptx(*[slide(shape(run("words"), "title"))] * n),
    "shapes": lambda n: pptx(slide(shape(run("words")) * n)),
    "groups": lambda n: pptx(slide("<p:grpSp>" * n + shape(run("words")) + "</p:grpSp>" * n)),
    "shapes in shapes": lambda n: pptx(slide("<p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r></a:p></p:txBody>" * n + "</p:sp>" * n)),
    "paragraphs in paragraphs": lambda n: pptx(slide(shape("<a:p><a:r><a:t>words</a:t></a:r>" * n + "</a:p>" * n))),
    "paragraphs": lambda n: pptx(slide(shape(run("words") * n))),
    "titles": lambda n: pptx(slide(shape(run("words"), "title") * n)),
    "footers": lambda n: pptx(slide("".join(shape(run(f"words {k}"), "ftr") for k in range(n)))),
    "one slide again and again": lambda n: pptx(slide(shape(run("words") * 50)), parts={"ppt/presentation.xml": '<p:presentation xmlns:p="urn:p" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:sldIdLst>' + '<p:sldId r:id="rId0"/>' * n + "</p:sldIdLst></p:presentation>"}),
    "rows": lambda n: pptx(slide(graphic(f"<a:tbl>{'<a:tr><a:tc><a:txBody>' + run('words') + '</a:txBody></a:tc></a:tr>'}" + f"{'<a:tr><a:tc><a:txBody>' + run('words') + '</a:txBody></a:tc></a:tr>'}" * n + "</a:tbl>"))),
    "cells": lambda n: pptx(slide(graphic("<a:tbl><a:tr>" + f"<a:tc><a:txBody>{run('words')}</a:txBody></a:tc>" * n + "</a:tr></a:tbl>"))),
    "tables in tables": lambda n: pptx(slide(graphic(f"<a:tbl><a:tr><a:tc><a:txBody>{run('words')}</a:txBody>" * n + "</a:tc></a:tr></a:tbl>" * n))),
    "frames in frames": lambda n: pptx(slide(f"<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody>{run('words')}</a:txBody></a:tc></a:tr></a:tbl>" * n + "</p:graphicFrame>" * n)),
    "comments": lambda n: pptx(slide(shape(run("words"))), parts={"ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("comments", "../c.xml")}), "ppt/c.xml": f"<p:cmLst xmlns:p='urn:p'>{'<p:cm><p:text>words</p:text></p:cm>' * n}</p:cmLst>"}),
    "comments parts again and again": lambda n: pptx(slide(shape(run("words"))), parts={"ppt/slides/_rels/slide1.xml.rels": relations({f"r{k}": ("comments", "../c.xml") for k in range(n)}), "ppt/c.xml": f"<p:cmLst xmlns:p='urn:p'>{'<p:cm><p:text>words</p:text></p:cm>' * 50}</p:cmLst>"}),
    "notes again and again": lambda n: pptx(slide(shape(run("words"))), parts={"ppt/slides/_rels/slide1.xml.rels": relations({f"r{k}": ("notesSlide", "../n.xml") for k in range(n)}), "ppt/n.xml": slide(shape(run("words")) * 50, root="notes")}),
    "one chart again and again": lambda n: pptx(slide(graphic("<c:chart r:id='r1'/>") * n), parts={"ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("chart", "../c.xml")}), "ppt/c.xml": "<c:c xmlns:c='urn:c' xmlns:a='urn:a'>" + "<c:title><a:p><a:t>words</a:t></a:p></c:title>" * 50 + "</c:c>"}),
    "one diagram again and again": lambda n: pptx(slide(graphic("<dgm:relIds r:dm='r1'/>") * n), parts={"ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("diagramData", "../d.xml")}), "ppt/d.xml": "<d:d xmlns:d='urn:d'><d:ptLst>" + "<d:pt><d:t><d:p><d:t>words</d:t></d:p></d:t></d:pt>" * 50 + "</d:ptLst></d:d>"}),
    "pictures": lambda n: pptx(slide(shape(run("words")) + each("<a:blip r:embed='r#'/>")(n))),
    "authors": lambda n: pptx(slide(shape(run("words"))), parts={"ppt/_rels/presentation.xml.rels": relations({"rId0": ("slide", "slides/slide1.xml"), "a": ("commentAuthors", "a.xml")}), "ppt/a.xml": f"<p:l xmlns:p='urn:p'>{each('<p:a id=' + chr(34) + '#' + chr(34) + ' name=' + chr(34) + 'a' + chr(34) + '/>')(n)}</p:l>"}),
    "copies for old programs": lambda n: pptx(slide(shape(run("words")) + "<mc:Fallback xmlns:mc='urn:m'/>" * n)),
}  # fmt: skip

DOC_STRUCTURES: dict[str, Build] = {
    "paragraphs": lambda n: old_word(*[P("words")] * n),
    "one paragraph": lambda n: old_word(P("words " * n)),
    "rows": lambda n: old_word(*row("a", "b") * n),
    "cells": lambda n: old_word(*row(*["a"] * n)),
    "open cells": lambda n: old_word(*[P("a", "\x07", properties=IN_TABLE)] * n),
    "items": lambda n: old_word(*[P("words", properties=item(0))] * n),
    "pieces": lambda n: old_word(P("words " * n), piece=6),
    "pieces and paragraphs": lambda n: old_word(*[P("words")] * n, piece=6),
    "headers": lambda n: old_word(P("words"), headers=[f"words {k}" for k in range(n)]),
    "footnotes": lambda n: old_word(P("words"), footnotes=[P("words")] * n),
    "fields": lambda n: old_word(P("\x13 PAGE \x14words\x15" * n)),
    "begun fields": lambda n: old_word(P("\x13words" * n)),
}  # fmt: skip

PPT_STRUCTURES: dict[str, Build] = {
    "slides": lambda n: deck(*[Slide(old_shape(words(1, "words")))] * n),
    "shapes": lambda n: deck(Slide(old_shape(words(1, "words")) * n)),
    "texts": lambda n: deck(Slide(old_shape(words(1, "words") * n))),
    "paragraphs": lambda n: deck(Slide(old_shape(words(1, "words\r" * n)))),
    "outline": lambda n: deck(Slide(old_shape(), words(1, "words") * n)),
    "notes": lambda n: deck(*[Slide(old_shape(words(1, "words")), notes="words")] * n),
}  # fmt: skip

SUBJECT, BODY, HTML_BODY = 0x0037, 0x1000, 0x1013


def msg(n: int, texts: dict[int, str] | None = None) -> bytes:
    return compound_file(message({SUBJECT: "words", BODY: "words", **(texts or {})}))


def msg_in_msg(n: int) -> bytes:
    inner = message({SUBJECT: "words", BODY: "words"}, header=24)
    for _ in range(n):
        inner = {
            **message({SUBJECT: "words", BODY: "words"}, header=24),
            "__attach_version1.0_#00000000": {**message({}, header=8), "__substg1.0_3701000D": inner},
        }
    return compound_file(
        {
            **message({SUBJECT: "words", BODY: "words"}),
            "__attach_version1.0_#00000000": {**message({}, header=8), "__substg1.0_3701000D": inner},
        }
    )


MSG_STRUCTURES: dict[str, Build] = {
    "body": lambda n: msg(n, {BODY: "words " * n}),
    "subject": lambda n: msg(n, {SUBJECT: "=?utf-8?q?a?= " * n}),
    "page": lambda n: msg(n, {BODY: "", HTML_BODY: "<p>words " * n}),
    "recipients": lambda n: compound_file({**message({SUBJECT: "a", BODY: "words"}), **{f"__recip_version1.0_#{k:08X}": message({0x3001: "Ann"}, {(0x0C15, 3): 1}, header=8) for k in range(n)}}),
    "attachments": lambda n: compound_file({**message({SUBJECT: "a", BODY: "words"}), **{f"__attach_version1.0_#{k:08X}": message({0x3707: "a.txt"}, header=8) for k in range(n)}}),
    "properties": lambda n: compound_file(message({SUBJECT: "a", BODY: "words"}, {(k % 65536, 3): 1 for k in range(n)})),
    "streams": lambda n: compound_file({**message({SUBJECT: "a", BODY: "words"}), **{f"s{k}": b"a" for k in range(n)}}),
    "mails within mails": msg_in_msg,
}  # fmt: skip

MBOX_STRUCTURES: dict[str, Build] = {
    "mails": each("From a@b.c Sat Jan  3 01:05:34 1996\nSubject: #\n\nwords\n\n"),
    "begun mails": lambda n: "From a Sat\n\n" * n,
    "escapes": lambda n: "From a Sat\n\n" + ">From words\n" * n,
    "signs": lambda n: "From a Sat\n\n" + ">" * n + "words\n",
    "lines": lambda n: "From a Sat\n\n" + "From \n" * n,
}

MHT_STRUCTURES: dict[str, Build] = {
    "pages": lambda n: MIXED.replace("mixed", "related") + each("--b\nContent-Type: text/html\n\n<p>words #\n")(n) + "--b--",
    "MIME within MIME": lambda n: mime(n).replace("text/plain", "text/html"),
}


def page(content: str, more: Sequence[str] = (), resources: str = "", annots: Sequence[str] = (), catalog: str = "") -> bytes:
    built = drawn(Body(content, annots), more=more, catalog=catalog)
    return built.replace(b"/Resources << ", f"/Resources << {resources} ".encode()) if resources else built


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


FORM = "/Type /XObject /Subtype /Form /BBox [0 0 612 792]"
SAID = "BT /F1 12 Tf 72 720 Td (words) Tj ET"
FONTS = "/Font << /F1 3 0 R >>"


def forms(content: str, within: Sequence[str]) -> bytes:
    """Form XObjects X7, X8 ...; each may draw any."""
    named = "/XObject << " + " ".join(f"/X{7 + k} {7 + k} 0 R" for k in range(len(within))) + " >>"
    return _with_xref(
        page(content, [stream(each_, f"{FORM} /Resources << {FONTS} {named} >>") for each_ in within], named)
    )


def _with_xref(data: bytes) -> bytes:
    """Its table is left out, so that the reader finds the objects."""
    return data[: data.rindex(b"xref\n0 ")] + data[data.rindex(b"trailer") :].replace(b"startxref", b"startxref 0 ")


def doubling(n: int) -> bytes:
    return forms("/X7 Do", [*(f"/X{8 + k} Do /X{8 + k} Do" for k in range(n)), SAID])


PDF_STRUCTURES: dict[str, Build] = {
    "pages": lambda n: drawn(*[Body(SAID)] * n),
    "lines": lambda n: page(lines(*((72, 720 - k % 700, 12, f"words {k}") for k in range(n)))),
    "words of a line": lambda n: page(lines(*((72 + k % 500, 720, 12, "w") for k in range(n)))),
    "letters": lambda n: page(f"BT /F1 12 Tf 72 720 Td ({'words ' * n}) Tj ET"),
    "paths": lambda n: page(SAID + " 0 0 m 9 9 l S" * n),
    "states": lambda n: page("q " * n + SAID + " Q" * n),
    "marked content": lambda n: page("/P BMC " * n + SAID + " EMC" * n),
    "pictures": lambda n: page(SAID + each(" q 99 0 0 99 # 200 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")(n)),
    "white letters": lambda n: page(SAID + " 1 g " + lines(*((72, 720 - k % 700, 12, "hidden") for k in range(n)))),
    "forms drawn again and again": lambda n: forms(SAID + " /X7 Do" * n, [SAID]),
    "forms in forms": lambda n: forms("/X7 Do", [*(f"{SAID} /X{8 + k} Do" for k in range(n)), SAID]),
    "forms that draw two": doubling,
    "forms in a circle": lambda n: forms("/X7 Do", [*(f"{SAID} /X{8 + k} Do" for k in range(n)), "/X7 Do"]),
    "annotations": lambda n: page(SAID, annots=[f"<< /Type /Annot /Subtype /Text /Rect [72 {k % 700} 90 {k % 700 + 9}] /Contents (words {k}) /T (Ann) >>" for k in range(n)]),
    "one annotation again and again": lambda n: page(SAID, ["<< /Type /Annot /Subtype /Text /Rect [72 700 90 709] /Contents (words) >>"]).replace(b"/Annots []", b"/Annots [" + b"7 0 R " * n + b"]"),
    "annotations on lines": lambda n: page(lines(*((72, 780 - k % 770, 12, f"words {k}") for k in range(min(n, 2000)))), annots=[f"<< /Type /Annot /Subtype /Text /Rect [72 {k % 700} 90 {k % 700 + 9}] /Contents (words {k}) /T (Ann) >>" for k in range(n)]),
    "form fields": lambda n: page(SAID, [f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{k}) /V (words) /Rect [72 {k % 700} 90 {k % 700 + 9}] >>" for k in range(n)], catalog="/AcroForm << /Fields [" + " ".join(f"{7 + k} 0 R" for k in range(n)) + "] >>").replace(b"/Annots []", b"/Annots [" + b" ".join(b"%d 0 R" % (7 + k) for k in range(n)) + b"]"),
    "bookmarks": lambda n: page(SAID, ["<< /Type /Outlines /First 8 0 R /Last 8 0 R >>", *(f"<< /Title (words) /Parent 7 0 R /Dest [9 0 R /Fit] {f'/Next {9 + k} 0 R' if k + 1 < n else ''} >>" for k in range(n))], catalog="/Outlines 7 0 R"),
    "bookmarks on one page": lambda n: page(lines(*((72, 780 - k % 770, 12, f"title {k}") for k in range(min(n, 2000)))), ["<< /Type /Outlines /First 8 0 R /Last 8 0 R >>", *(f"<< /Title (title words {k}) /Parent 7 0 R /Dest [{9 + n - 1 + 1} 0 R /Fit] {f'/Next {9 + k} 0 R' if k + 1 < n else ''} >>" for k in range(n))], catalog="/Outlines 7 0 R"),
    "bookmarks in bookmarks": lambda n: page(SAID, ["<< /Type /Outlines /First 8 0 R /Last 8 0 R >>", *(f"<< /Title (words) /Parent {7 + k} 0 R {f'/First {9 + k} 0 R /Last {9 + k} 0 R' if k + 1 < n else ''} >>" for k in range(n))], catalog="/Outlines 7 0 R"),
    "attachments": lambda n: page(SAID, ["<< /Names [" + " ".join(f"(a{k}) {9 + 2 * k} 0 R" for k in range(n)) + "] >>", "<< >>", *(o for k in range(n) for o in (f"<< /Type /Filespec /F (a{k}.txt) /EF << /F {10 + 2 * k} 0 R >> >>", stream(f"words {k}", "/Type /EmbeddedFile")))], catalog="/Names << /EmbeddedFiles 7 0 R >>"),
    "fonts": lambda n: page(" ".join(f"BT /G{k} 12 Tf 72 {k % 700} Td (words) Tj ET" for k in range(n)), resources="").replace(b"/Font << ", b"/Font << " + b" ".join(b"/G%d 3 0 R" % k for k in range(n)) + b" "),
    "layers": lambda n: page(SAID, [f"<< /Type /OCG /Name (l{k}) >>" for k in range(n)], catalog="/OCProperties << /OCGs [" + " ".join(f"{7 + k} 0 R" for k in range(n)) + "] /D << /OFF [] >> >>"),
    "objects": lambda n: page(SAID, ["<< >>"] * n),
    "kids in kids": lambda n: _tree(n),
    "one page again and again": lambda n: drawn(Body(SAID)).replace(b"/Kids [8 0 R] /Count 1", b"/Kids [" + b"8 0 R " * n + b"] /Count %d" % n),
    "dictionaries in dictionaries": lambda n: page(SAID, ["<< /A " * n + "1" + " >>" * n]),
    "arrays in arrays": lambda n: page(SAID, ["[" * n + "]" * n]),
    "names of a dictionary": lambda n: page(SAID, [f"<< {each('/A# 1 ')(n)} >>"]),
    "contents of a page": lambda n: page("", [stream(SAID)]).replace(b"/Contents 8 0 R", b"/Contents [" + b"7 0 R " * n + b"]"),
}  # fmt: skip


def _tree(n: int) -> bytes:
    body = drawn(Body(SAID), more=[f"<< /Type /Pages /Kids [{8 + k} 0 R] /Count 1 /Parent {6 + k} 0 R >>" for k in range(n)])
    return _with_xref(body.replace(b"/Kids [%d 0 R]" % (8 + n), b"/Kids [7 0 R]"))


STRUCTURES: dict[str, dict[str, Build]] = {
    ".eml": MAIL_STRUCTURES,
    ".mbox": MBOX_STRUCTURES,
    ".mht": MHT_STRUCTURES,
    ".msg": MSG_STRUCTURES,
    ".html": HTML_STRUCTURES,
    ".xml": XML_STRUCTURES,
    ".txt": TEXT_STRUCTURES,
    ".md": MARKDOWN_STRUCTURES,
    ".csv": DELIMITED_STRUCTURES,
    ".json": JSON_STRUCTURES,
    ".ipynb": NOTEBOOK_STRUCTURES,
    ".srt": SUBTITLE_STRUCTURES,
    ".tex": LATEX_STRUCTURES,
    ".rtf": RTF_STRUCTURES,
    ".epub": EPUB_STRUCTURES,
    ".odt": ODT_STRUCTURES,
    ".odp": ODP_STRUCTURES,
    ".ods": ODS_STRUCTURES,
    ".xlsx": XLSX_STRUCTURES,
    ".xls": XLS_STRUCTURES | XML_2003_STRUCTURES,
    ".docx": DOCX_STRUCTURES,
    ".pptx": PPTX_STRUCTURES,
    ".doc": DOC_STRUCTURES,
    ".ppt": PPT_STRUCTURES,
    ".pdf": PDF_STRUCTURES,
}
