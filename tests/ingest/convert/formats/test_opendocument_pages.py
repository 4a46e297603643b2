"""What OpenDocument keeps apart from the text that it is shown with: footers of slides, rows that each page repeats."""

from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import opendocument

STYLES = (
    "<office:automatic-styles><style:style style:name='dp1' style:family='drawing-page'>"
    "<style:drawing-page-properties presentation:display-footer='{}'/></style:style></office:automatic-styles>"
)


def slide(words: str, footer: str) -> str:
    return (
        f"<draw:page draw:style-name='dp1' presentation:use-footer-name='{footer}'>"
        f"<draw:frame><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame></draw:page>"
    )


def test_footers_that_are_declared_for_all_slides_come_once(convert: Convert) -> None:
    declared = (
        "<presentation:footer-decl presentation:name='f1'>Heron Ltd</presentation:footer-decl>"
        "<presentation:footer-decl presentation:name='f2'>Secret</presentation:footer-decl>"
    )
    body = declared + slide("one", "f1") + slide("two", "f1") + slide("three", "f2")
    shown = convert("deck.odp", opendocument("presentation", body, {}, STYLES.format("true"))).content
    assert shown == "# Slide 1\n\none\n\nHeron Ltd\n\f\n# Slide 2\n\ntwo\n\f\n# Slide 3\n\nthree\n\nSecret"
    hidden = convert("deck.odp", opendocument("presentation", body, {}, STYLES.format("false"))).content
    assert hidden == "# Slide 1\n\none\n\f\n# Slide 2\n\ntwo\n\f\n# Slide 3\n\nthree"


def test_footers_of_the_same_words_come_once(convert: Convert) -> None:
    declared = "".join(
        f"<presentation:footer-decl presentation:name='{name}'>Heron Ltd</presentation:footer-decl>"
        for name in ("f1", "f2")
    )
    body = declared + slide("one", "f1") + slide("two", "f2")
    assert convert("deck.odp", opendocument("presentation", body)).content == (
        "# Slide 1\n\none\n\nHeron Ltd\n\f\n# Slide 2\n\ntwo"
    )


def row(*cells: str) -> str:
    made = (f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{''.join(made)}</table:table-row>"


def test_a_header_that_each_page_repeats_is_a_row_though_it_has_two_lines(convert: Convert) -> None:
    header = f"<table:table-header-rows>{row('Rent<text:line-break/>a month', 'Due')}</table:table-header-rows>"
    group = f"<table:table-row-group>{row('900', '1 May')}</table:table-row-group>"
    for body in (row("900", "1 May"), group, f"<table:table-row-group>{group}</table:table-row-group>"):
        document = opendocument("text", f"<table:table>{header}{body}</table:table>")
        assert convert("rent.odt", document).content == "| Rent a month | Due |\n| --- | --- |\n| 900 | 1 May |"
    layout = f"<table:table>{row('Ann<text:line-break/>Oslo', 'Bob')}</table:table>"
    assert convert("letter.odt", opendocument("text", layout)).content == "Ann\nOslo\n\nBob"


def test_a_level_without_numbers_has_no_point_either(convert: Convert) -> None:
    levels = "".join(
        f"<text:outline-level-style text:level='{level}' style:num-format='{kind}' text:display-levels='{level}'/>"
        for level, kind in ((1, ""), (2, "1"), (3, "1"))
    )
    styles = f"<office:automatic-styles><text:outline-style>{levels}</text:outline-style></office:automatic-styles>"
    body = "".join(f"<text:h text:outline-level='{level}'>Owls</text:h>" for level in (1, 2, 3))
    assert convert("owls.odt", opendocument("text", body, {}, styles)).content == "# Owls\n\n## 1 Owls\n\n### 1.1 Owls"
