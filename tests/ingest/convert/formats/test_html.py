from io import BytesIO

import pytest

from ingest.convert.formats import html
from ingest.convert.formats.html.source import as_in_a_browser
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
    assert text(convert, html) == "- a\n  - b\n  - c\n- d\n\nmore d\n\n1. e"


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
        "<p style='display: none'>d</p><noscript>n</noscript><svg><title>v</title><desc>w</desc></svg>seen"
        "<template>t</template><title>u</title>"
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


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><p>one</p></body></html><p>two</p>",
        "<html><body><p>one</p></body></html>two",
        "<html><body><p>one</p></body><div>two</html>",
        "<p>one</html><!-- c --> two <!-- c -->",
        "one</body></html></body></html>\0\n</html>two",
        "<!doctype html><html><head><title>1</title></head><body>one</body></html>\n"
        "<!doctype html><html><head><title>2</title><style>s</style></head><body>two</body></html>\n",
        "<?xml version='1.0'?><html><body>one</body></html><?xml version='1.0'?><html><body>two</body></html>",
        "<html><body>one</body></html><html><frameset cols=1><noframes>two</noframes></frameset></html>",
    ],
)
def test_what_comes_after_the_end_of_a_page_is_read(convert: Convert, html: str) -> None:
    assert text(convert, html) == "one\n\ntwo"


def test_pages_joined_into_one_file_are_all_read(convert: Convert) -> None:
    pages = (
        f"<!doctype html><html><head><title>Page {n}</title></head><body><h1>{n}</h1></body></html>" for n in "123"
    )
    document = convert("page.html", "\n".join(pages))
    assert document.content == "# 1\n\n# 2\n\n# 3"
    assert document.meta["title"] == "Page 1"


def test_the_title_is_found_in_whichever_page_has_one(convert: Convert) -> None:
    html = "<html><body>one</body></html><html><head><title>Page 2</title></head><body>two</body></html>"
    assert convert("page.html", html).meta["title"] == "Page 2"


def test_a_page_within_a_table_does_not_end_it(convert: Convert) -> None:
    html = "<table><tr><td><html><body>a</body></html></td><td>b</td></tr></table>c"
    assert text(convert, html) == "| a | b |\n\nc"


@pytest.mark.parametrize("html", ["one<html><p>two", "<head></head>one<p>two", "<head><x-a>one</x-a></head><p>two"])
def test_what_comes_before_the_body_is_read(convert: Convert, html: str) -> None:
    assert text(convert, html) == "one\n\ntwo"


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<table><td>a</table>", "| a |"),
        ("<table><td>a<td>b<tr><td>c</table>d", "| a | b |\n| c |\n\nd"),
        ("<table><tr><td>a</td>lost<td>b</table>", "lost\n\n| a | b |"),
    ],
)
def test_cells_without_a_row_and_text_without_a_cell_are_read(convert: Convert, html: str, read: str) -> None:
    assert text(convert, html) == read


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("a</br>b", "a\nb"),
        ("<p>a<ul><li>b</ul>c</p>d", "a\n\n- b\n\nc\nd"),
        ("<h2>a</h3>b", "## a b"),
        ("<textarea></p>\n</br></textarea>", "</p> </br>"),
    ],
)
def test_an_end_without_a_beginning_parts_words_as_in_a_browser(convert: Convert, html: str, read: str) -> None:
    assert text(convert, html) == read


def test_items_without_a_list_are_parted_within_a_cell(convert: Convert) -> None:
    assert text(convert, "<table><tr><td><li>a<li>b</td><td>c</td></tr></table>") == "| a b | c |"


def test_a_menu_that_is_never_closed_hides_no_page(convert: Convert) -> None:
    assert text(convert, "<nav><ul><li>menu</ul></nav><p>a") == "a"
    assert text(convert, "<nav><ul><li>menu</ul><main>a<p>b") == "- menu\n\na\n\nb"


def test_names_that_hide_words_in_a_drawing_do_not_elsewhere(convert: Convert) -> None:
    assert text(convert, "<desc>a</desc>") == "a"


def test_the_words_of_drawings_and_of_what_cannot_be_shown_are_read(convert: Convert) -> None:
    assert text(convert, "<svg><text>a</text><foreignObject><p>b</p></foreignObject></svg>c") == "a\n\nb\n\nc"
    assert text(convert, "<svg><path><p>a") == "a"
    assert text(convert, "<object data=x.swf>a</object>b") == "ab"


def test_nul_bytes_do_not_part_words(convert: Convert) -> None:
    assert text(convert, "her\0on") == "heron"


def test_sections_of_characters_are_read_where_they_are_not_script(convert: Convert) -> None:
    html = "<p>a<![CDATA[ <b> & c]]></p><script>//<![CDATA[\nd//]]></script><![CDATA[e"
    assert text(convert, html) == "a <b> & c"


def test_only_comments_are_no_text(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="No text was found"):
        text(convert, "<!-- c --></html>")


LIST = "<ul><li>red</li><li>blue</li></ul>"


@pytest.mark.parametrize(
    ("html", "read"),
    [
        (f"<tr><th>a<th>b<tr><td>1<td>{LIST}<tr><td>2<td>green", "| a | b |\n| 1 | red blue |\n| 2 | green |"),
        (f"<tr><td>1<td>{LIST}<tr><td>2<td><pre>x\ny</pre>", "| 1 | red blue |\n| 2 | x y |"),
        (f"<caption>C</caption><tr><td>1<td>{LIST}", "C\n\n| 1 | red blue |"),
        (f"<tr><th>Colours<td>{LIST}", "| Colours | red blue |"),
        ("<tr><th>a<th>b<tr><td><h4>1</h4><td><p>x<p>y", "| a | b |\n| 1 | x y |"),
        ("<tr><td>1<td><dl><dt>x<dd>y</dl><tr><td>2<td><blockquote>z</blockquote>", "| 1 | x y |\n| 2 | z |"),
        (f"<tr><td colspan=2>Site<tr><td>{LIST}<td><p>Text", "Site\n\n- red\n- blue\n\nText"),
        ("<tr><td><h2>News</h2><td>a<tr><td>b<td>c", "## News\n\na\n\nb\n\nc"),
    ],
)
def test_a_table_stays_one_although_a_cell_holds_a_list(convert: Convert, html: str, read: str) -> None:
    assert text(convert, f"<table>{html}</table>") == read


def test_what_says_that_it_is_no_table_is_none(convert: Convert) -> None:
    assert text(convert, f"<table role=presentation><tr><th>a<td>{LIST}</table>") == "a\n\n- red\n- blue"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>Install<a class='headerlink' href='#install' title='Permalink'>¶</a></h1>", "# Install"),
        ("<h2><a href='#use'><span>🔗</span></a> Use</h2>", "## Use"),
        ("<dl><dt>run(name)<a href='#run'>§</a></dt><dd>Starts it.</dd></dl>", "run(name)\n\nStarts it."),
        ("<h2>Rates<a href='#note'>*</a></h2>", "## Rates*"),
        ("<h2><a href='#c'>++</a></h2>", "## ++"),
        ("<p>As in <a href='#law'>§</a> 5.</p>", "As in § 5."),
        ("<h1>Install<a href='#install'>\uf0c1</a></h1>", "# Install"),
        ("<h1>Install<span><b><a href='#install'>🔗\ufe0f</a></b></span></h1>", "# Install"),
        ("<h3>The <a href='#and'>&amp;&amp;</a> operator</h3>", "### The && operator"),
        ("<p><b>Costs</b> in <a href='#rates'>%</a></p>", "Costs in %"),
        ("<h2>See <a href='#five'>§ 5</a></h2>", "## See § 5"),
    ],
)
def test_the_sign_of_a_link_to_a_heading_itself_is_not_read(convert: Convert, html: str, expected: str) -> None:
    assert text(convert, html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<body style='display: none'><p>{}</p></body>",
        "<body hidden><p>{}</p></body>",
        "<html style='visibility:hidden'><body style='visibility:hidden'><p>{}</p></body></html>",
        "<body><div id=app style='display:none'><p>{}</p></div></body>",
        "<body><noscript><p>{}</p></noscript><script>x</script></body>",
    ],
)
def test_a_page_that_is_hidden_until_its_script_runs_is_read(convert: Convert, html: str) -> None:
    assert text(convert, f"<script src='app.js'></script>{html}".format("words")) == "words"


def test_what_is_shown_meanwhile_does_not_matter(convert: Convert) -> None:
    page = f"<p>Loading...</p><div hidden>{'a heron ' * 30}</div>"
    assert "heron" in (text(convert, f"<script>show()</script>{page}") or "")
    assert text(convert, page) == "Loading..."  # for good, as nothing will show the rest
    assert text(convert, "<p>This is the page.</p><div hidden>not shown</div>") == "This is the page."


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : None !important",
        "dis/* */play:none",
        r"display:\6eone",
        "visibility:hidden",
        "font-size:0",
        "font-size:1px",
        "font:0/0 a",
        "font-size:.01em",
        "opacity:0",
        "opacity:0%",
        "filter:alpha(opacity=0)",
        "color:#fff",
        "color:White",
        "color:rgb(100%, 100%, 100%)",
        "color:hsl(0 0% 100%)",
        "color:#fefefe",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "color:#1230",
        "color:red;background:#f00",
        "background-color:navy;color:#000080",
        "text-indent:-9999px",
        "position:absolute;left:-9999px",
        "position:fixed;top:-1000em",
        "position:absolute;left:99999px",
        "margin-left:-9999px",
        "transform:translateX(-9999px)",
        "transform:scale(0)",
        "position:absolute;clip:rect(0 0 0 0)",
        "position:absolute;clip:rect(1px,1px,1px,1px)",
        "clip-path:inset(50%)",
        "clip-path:circle(0)",
        "height:0;overflow:hidden",
        "max-height:0px;overflow-y:hidden",
        "width:1px;height:1px;overflow:hidden",
        "mso-hide:all",
        "content-visibility:hidden",
    ],
)
def test_what_an_inline_style_hides_is_left_out(convert: Convert, style: str) -> None:
    page = f"<p>The fee is 12.</p><div style='{style}'>The fee <b>is</b> <i>900</i>.</div><p>Paid.</p>"
    assert text(convert, page) == "The fee is 12.\n\nPaid."
    assert text(convert, f"<p>se<span style='{style}'>900</span>cret</p>") == "secret"
    assert text(convert, f"<style>td {{}}</style>{page}") == "The fee is 12.\n\nPaid." or "color:" in style


@pytest.mark.parametrize(
    "html",
    [
        "<p aria-hidden=true>{}</p>",
        "<details><summary>{}</summary></details>",
        "<p style='opacity:.5'>{}</p>",
        "<p style='font-size:7px'>{}</p>",
        "<p style='font:bold 12px/0 Arial;line-height:0'>{}</p>",
        "<td style='font-size:0;padding:10px'><div style='font-size:14px'>{}</div></td>",
        "<table><tr bgcolor=navy><td><font color=white>{}</font></table>",
        "<body bgcolor=black text=white><p>{}</p>",
        "<div style='background:#123'><p style='color:white'><b>{}</b></p></div>",
        "<div style='background:url(sea.jpg)'><p style='color:white'>{}</p></div>",
        "<div style='background-image:linear-gradient(red, blue)'><p style='color:white'>{}</p></div>",
        "<td background=sea.jpg><font color=white>{}</font></td>",
        "<img src=sea.jpg><p style='position:absolute;top:9px;color:white'>{}</p>",
        "<style>.dark {{background: black}}</style><div class=dark><p style='color:white'>{}</p></div>",
        "<link rel=stylesheet href=a.css><p style='color:white'>{}</p>",
        "<style>.big {{font-size: 20px}}</style><div style='font-size:0'><span class=big>{}</span></div>",
        "<p style='color:transparent;text-shadow:0 0 1px red'>{}</p>",
        "<p style='color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text'>{}</p>",
        "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
        "<div style='color:white'><a href=x>{}</a></div>",
        "<p style='color:white'><mark>{}</mark></p>",
        "<p style='height:20px;overflow:hidden'>{}</p>",
        "<p style='height:0'>{}</p>",
        "<p style='margin-left:-9999px;padding-left:9999px'>{}</p>",
        "<p style='margin-left:-40px;text-indent:-2em'>{}</p>",
        "<p style='position:absolute;left:-20px;clip:rect(0,100px,50px,0)'>{}</p>",
        "<p style='transform:translate(-50%,-50%) scale(0.5)'>{}</p>",
        "<script>fade()</script><p style='opacity:0;transform:translateY(20px)'>{}</p>",
        "<script>slide()</script><div style='transform:translate3d(-2400px,0,0)'><p>{}</p></div>",
        "<script>fold()</script><div style='height:0;overflow:hidden'><p>{}</p></div>",
        "<p style='color:var(--text)'>{}</p>",
        "<p style='display:;color'>{}</p>",
    ],
)
def test_what_may_be_seen_is_read(convert: Convert, html: str) -> None:
    assert "words" in (text(convert, html.format("words")) or "")


def test_that_much_text_was_hidden_is_told(convert: Convert) -> None:
    hidden = f"<div style='font-size:0'>{'obey ' * 50}</div>"
    assert convert("page.html", f"<p>Words.</p>{hidden}".encode()).meta["note"] == (
        "Text that is not seen was left out (249 characters)."
    )
    assert "note" not in convert("page.html", b"<p>Words.</p><div hidden>menu</div>").meta


def test_hidden_elements_within_each_other_take_no_longer_than_beside_each_other(convert: Convert) -> None:
    looked = "<div style='color:white'><b>a</b>"
    assert convert("page.html", (looked * 1900 + "<p style='color:red'>seen</p>").encode()).content == "seen"


def test_raised_digits_are_not_read_as_part_of_the_number_before_them(convert: Convert) -> None:
    assert text(convert, "<p>10<sup>6</sup> m<sup>2</sup>, 3<sup>rd</sup>") == "10^6 m2, 3rd"
    assert (
        text(convert, "<table><tr><td>10<sup>-6</sup></table><h1>10<sup><i>6</i></sup></h1>") == "| 10^-6 |\n\n# 10^6"
    )


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10^6"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", r"\frac{a+b}{2}"),
        ("<msub><mi>x</mi><mi>i</mi></msub><mi>y</mi>", "x_i y"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", r"\sqrt{x+1}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>",
            r"\sum_{i=1}^n i",
        ),
        ("<msup><mfrac><mn>1</mn><mi>x</mi></mfrac><mn>2</mn></msup>", r"{\frac{1}{x}}^2"),
        ("<mi>x</mi><mtext> if </mtext><mi>y</mi>", r"x\text{ if }y"),
        ("<mover><mi>v</mi><mo>→</mo></mover>", r"\vec{v}"),
        ("<mi>α</mi><mi>x</mi>", r"\alpha x"),
        ("<mi> f </mi><mo> &ApplyFunction; </mo><mi> α </mi>", r"f\alpha"),
        ("<mi>Cov</mi><mi>L</mi><mo>+</mo><mi>sin</mi><mi>x</mi>", r"\operatorname{Cov}L+\sin x"),
        ("<semantics><mi>x</mi><annotation encoding='application/x-tex'>\\hat{x}</annotation></semantics>", r"\hat{x}"),
    ],
)
def test_formulas_are_latex(convert: Convert, formula: str, latex: str) -> None:
    assert text(convert, f"<p>x <math>{formula}</math> y") == f"x ${latex}$ y"
    assert text(convert, f"<p>x <span style='display:none'><math>{formula}</math></span> y") == f"x ${latex}$ y"


@pytest.mark.parametrize(
    ("html", "read"),
    [
        (
            "<table><tr><th rowspan=2>Region<th colspan=2>2023<tr><th>H1<th>H2<tr><td>North<td>1<td>2</table>",
            "| Region | 2023 | 2023 |\n| Region | H1 | H2 |\n| North | 1 | 2 |",
        ),
        (
            "<table><tr><td rowspan=2>Kiel<td>U1<td rowspan=3>x<tr><td>U2<tr><td>Bonn<td>U9</table>",
            "| Kiel | U1 | x |\n| Kiel | U2 | x |\n| Bonn | U9 | x |",
        ),
        ("<table><tr><td colspan=3>Fares<tr><td>Kiel<td>U1<td>2</table>", "| Fares |\n| Kiel | U1 | 2 |"),
        ("<table><tr><td colspan=9999999>a<td>b</table>", "| " + "a | " * 200 + "b |"),
        ("<table><tr><td rowspan=x>a<td colspan=-2>b<tr><td>c</table>", "| a | b |\n| c |"),
    ],
)
def test_a_cell_over_rows_and_columns_is_said_in_each(convert: Convert, html: str, read: str) -> None:
    assert convert("page.html", html).content == read


def test_items_have_their_numbers(convert: Convert) -> None:
    assert text(convert, "<ol><li>a<ol type=a><li>b<li>c</ol><li>d</ol>") == "1. a\n  a. b\n  b. c\n2. d"
    assert text(convert, "<ol start=5><li>a<li value=9>b<li>c</ol>") == "5. a\n9. b\n10. c"
    assert text(convert, "<ol reversed type=I><li>a<li>b</ol>") == "II. a\nI. b"
    assert text(
        convert, "<ol style='list-style-type: upper-alpha'><li>a</ol><ol style='list-style:none'><li>b</ol>"
    ) == ("A. a\n- b")
    assert text(convert, "<table><tr><td>x<td><ol><li>a<li>b</ol><tr><td>y<td>z</table>") == (
        "| x | 1. a 2. b |\n| y | z |"
    )


def test_what_a_style_sets_apart_is_not_glued(convert: Convert) -> None:
    row = "<div class=r><b>Apprentice</b><span>2014</span></div>"
    assert text(convert, f"<style>@media all{{.a, div.r{{color:red;display: flex}}}}</style>{row}") == "Apprentice 2014"
    assert text(convert, "<div style='display:grid'><b>a</b><i>b</i></div>") == "a b"
    assert text(convert, "<p><b>a</b><i>b</i></p>") == "ab"


def test_struck_words_are_told(convert: Convert) -> None:
    styled = "<style>li.done, .old { text-decoration: line-through red }</style><ul><li class=done>Milk<li>Eggs</ul>"
    assert (
        text(convert, f"{styled}<p><b class=old>99</b> <s class=old>89</s> 79")
        == "- ~~Milk~~\n- Eggs\n\n~~99~~ ~~89~~ 79"
    )
    assert text(convert, "<table><tr><td style='text-decoration-line:line-through'>9<td>8</table>") == "| ~~9~~ | 8 |"
    assert text(convert, "<p>Price: <s>99</s> <del>89</del> 79</p>") == "Price: ~~99~~ ~~89~~ 79"
    assert text(convert, "<del><p>a</p></del><s></s>") == "a"


def test_of_a_tag_with_very_many_attributes_the_first_are_read() -> None:
    many = " ".join(f"a{number}='>'" for number in range(20_000))
    for page in (f"<p hidden {many}>unseen</p>seen", f"<script {many}>unseen</script>seen", f"<p\n{many} seen"):
        assert len(as_in_a_browser(page)) < 2 * len(many) / 3
    assert html.convert(BytesIO(f"<p hidden {many}>unseen</p>seen".encode()), "a.html").text == "seen"
    long = f"<img alt='{'words ' * 5000}' src={'x' * 20_000}>"  # values are as long as they are
    assert as_in_a_browser(long) == long
