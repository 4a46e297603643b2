import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert


def text(convert: Convert, html: str) -> str | None:
    return convert("page.html", html).content


def test_headings_paragraphs_and_the_title(convert: Convert) -> None:
    document = convert(
        "page.html",
        "<html><head><title>My\n page</title></head><body><h1>One <em>two</em></h1>"
        "<p>First\n   paragraph<br>with a break.</p>Loose text<h2>Three</h2><p>Second.",
    )
    assert document.content == ("# One two\n\nFirst paragraph\nwith a break.\n\nLoose text\n\n## Three\n\nSecond.")
    assert document.meta["title"] == "My page"
    assert document.meta["markup"] == "markdown"


def test_words_are_not_glued_and_not_parted(convert: Convert) -> None:
    assert text(convert, "<div>a</div><div>b<b>c</b>d <i>e</i></div>") == "a\n\nbcd e"


def test_lists_nest(convert: Convert) -> None:
    html = "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li><p>d</p><p>more d</p></li></ul><ol><li>e</ol>"
    assert text(convert, html) == "- a\n  - b\n  - c\n- d\n\nmore d\n\n- e"


def test_tables_become_rows(convert: Convert) -> None:
    html = "<table><caption>C</caption><tr><th>a<th>b<tr><td>1<br>2<td><p>3</p><p>4</p></table><p>after"
    assert text(convert, html) == "C\n\n| a | b |\n| 1 2 | 3 4 |\n\nafter"


def test_a_table_that_arranges_the_page_does_not(convert: Convert) -> None:
    html = "<table><tr><td><h1>Title</h1><p>Text</p></td><td><table><tr><td>1<td>2</table></td></tr></table>"
    assert text(convert, html) == "# Title\n\nText\n\n| 1 | 2 |"


def test_preformatted_text_keeps_its_lines_and_makes_no_headings(convert: Convert) -> None:
    html = "<pre>\n# comment\n  x  =  <b>1</b>\n</pre>"
    assert text(convert, html) == "```\n# comment\n  x  =  1\n```"


def test_what_a_reader_does_not_see_is_left_out(convert: Convert) -> None:
    html = (
        "<style>s</style><script>var x</script><!-- c --><nav>menu</nav><p hidden>h</p>"
        "<p style='display: none'>d</p><noscript>n</noscript><svg><text>v</text></svg>seen<template>t</template>"
    )
    assert text(convert, html) == "seen"


def test_entities_are_characters(convert: Convert) -> None:
    assert text(convert, "<p>&auml;&nbsp;&#8364; &lt;b&gt; AT&T") == "ä € <b> AT&T"


@pytest.mark.parametrize(
    "meta",
    ['<meta charset="iso-8859-1">', '<META http-equiv="Content-Type" content="text/html; charset=windows-1252">'],
)
def test_the_stated_encoding_is_used(convert: Convert, meta: str) -> None:
    html = f"<html><head>{meta}</head><body>“Größe”</body></html>"
    assert convert("page.html", html.encode("cp1252")).content == "“Größe”"


def test_a_wrongly_stated_encoding_is_not(convert: Convert) -> None:
    html = '<html><head><meta charset="ascii"></head><body>Größe 日本</body></html>'
    assert convert("page.html", html.encode()).content == "Größe 日本"


def test_xhtml_with_a_declaration_is_read(convert: Convert) -> None:
    html = '<?xml version="1.0" encoding="ISO-8859-1"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>é</p></body></html>'
    assert convert("page.xhtml", html.encode("latin-1")).content == "é"


def test_moderate_nesting_is_read_and_endless_nesting_refused(convert: Convert) -> None:
    assert text(convert, "<div>" * 1000 + "deep" + "</div>" * 1000) == "deep"
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        text(convert, "<div>" * 50_000 + "deep")


def test_a_page_without_words_has_no_text(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="No text was found"):
        text(convert, "<html><body><img src=x></body></html>")
