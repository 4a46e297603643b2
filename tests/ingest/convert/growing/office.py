"""Word and PowerPoint."""

# ruff: noqa: E501

from collections.abc import Callable

from tests.ingest.convert.growing.form import Build, each
from tests.ingest.convert.office_files import (
    graphic,
    pptx,
    relations,
    run,
    shape,
    slide,
)
from tests.ingest.convert.word_files import paragraph, part, text, word


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
    "spread cells": docx(
        "<w:tbl>", f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{WP}</w:tc>{TC}</w:tr>', "</w:tbl>"
    ),
    "spread cells of a row": docx(
        "<w:tbl><w:tr>", f'<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{WP}</w:tc>', f"{TC}</w:tr></w:tbl>"
    ),
    "merged downwards": docx(
        f'<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/><w:gridSpan w:val="63"/></w:tcPr>{WP}</w:tc>{TC}</w:tr>',
        f'<w:tr><w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val="63"/></w:tcPr><w:p/></w:tc>{TC}</w:tr>',
        "</w:tbl>",
    ),
    "tables in tables": lambda n: word(f"<w:tbl><w:tr>{TC}<w:tc>" * n + WP + "</w:tc></w:tr></w:tbl>" * n),
    "paragraphs in a cell": docx("<w:tbl><w:tr><w:tc>", WP, f"</w:tc>{TC}</w:tr></w:tbl>"),
    "paragraphs in a row of cells": docx("<w:tbl><w:tr>", f"<w:tc>{WP * 5}</w:tc>", "</w:tr></w:tbl>"),
    "items": docx("", f"<w:p>{NUM}{WR}</w:p>", ""),
    "styles": with_part(
        "styles", lambda n: part("styles", each('<w:style w:styleId="s#"><w:name w:val="heading 1"/></w:style>')(n))
    ),
    "styles based on each other": with_part(
        "styles",
        lambda n: part(
            "styles",
            "".join(
                f'<w:style w:styleId="s{k}"><w:name w:val="a"/><w:basedOn w:val="s{k + 1}"/></w:style>'
                for k in range(n)
            ),
        ),
    ),
    "styles based in a circle": with_part(
        "styles",
        lambda n: part(
            "styles",
            "".join(
                f'<w:style w:styleId="s{k}"><w:name w:val="a"/><w:basedOn w:val="s{(k + 1) % n}"/></w:style>'
                for k in range(n)
            ),
        ),
    ),
    "numberings": with_part(
        "numbering",
        lambda n: part(
            "numbering",
            each(
                '<w:abstractNum w:abstractNumId="#"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
            )(n)
            + each('<w:num w:numId="#"><w:abstractNumId w:val="#"/></w:num>')(n),
        ),
    ),
    "numberings of one kind": with_part(
        "numbering",
        lambda n: part(
            "numbering",
            '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
            + each('<w:num w:numId="#"><w:abstractNumId w:val="0"/></w:num>')(n),
        ),
    ),
    "levels of a numbering": with_part(
        "numbering",
        lambda n: part(
            "numbering",
            '<w:abstractNum w:abstractNumId="0">'
            + each('<w:lvl w:ilvl="#"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>')(n)
            + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        ),
    ),
    "overrides of a numbering": with_part(
        "numbering",
        lambda n: part(
            "numbering",
            '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/>'
            + each('<w:lvlOverride w:ilvl="#"><w:startOverride w:val="1"/></w:lvlOverride>')(n)
            + "</w:num>",
        ),
    ),
    "long numbers of items": lambda n: word(
        f"<w:p>{NUM}{WR}</w:p>" * n,
        {"rId9": ("numbering", "numbering.xml")},
        {
            "word/numbering.xml": part(
                "numbering",
                f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="{"%1" * n}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
            )
        },
    ),
    "footnotes": with_part(
        "footnotes", lambda n: part("footnotes", each(f'<w:footnote w:id="#">{WP}</w:footnote>')(n))
    ),
    "comments": with_part(
        "comments",
        lambda n: part("comments", each(f'<w:comment w:id="#" w:author="Ann">{WP}</w:comment>')(n)),
        "<w:p><w:r><w:commentReference w:id='1'/></w:r></w:p>",
    ),
    "placed comments": lambda n: word(
        "<w:p>" + WR + each("<w:r><w:commentReference w:id='#'/></w:r>")(n) + "</w:p>",
        {"rId9": ("comments", "comments.xml")},
        {"word/comments.xml": part("comments", each(f'<w:comment w:id="#" w:author="Ann">{WP}</w:comment>')(n))},
    ),
    "bookmarks": docx("<w:p>", '<w:bookmarkStart w:id="#" w:name="b#"/><w:bookmarkEnd w:id="#"/>', f"{WR}</w:p>"),
    "relations": lambda n: word(WP, {f"r{k}": ("hyperlink", f"http://a/{k}") for k in range(n)}),
    "headers": lambda n: word(
        WP,
        {f"r{k}": ("header", f"h{k}.xml") for k in range(n)},
        {f"word/h{k}.xml": part("hdr", paragraph(text(f"words {k}"))) for k in range(n)},
    ),
    "header again and again": lambda n: word(
        WP, {f"r{k}": ("header", "h.xml") for k in range(n)}, {"word/h.xml": part("hdr", WP)}
    ),
    "pictures": lambda n: word(
        paragraph(text("words"), each("<w:r><w:drawing><a:blip r:embed='rId#'/></w:drawing></w:r>")(n)),
        {f"rId{k}": ("image", "media/a.png") for k in range(n)},
    ),
    "pictures in nested controls": lambda n: word(
        "<w:sdt>" * 240 + paragraph(text("words"), each("<w:r><a:blip r:embed='rId#'/></w:r>")(n)) + "</w:sdt>" * 240
    ),
    "objects": lambda n: word(
        paragraph(text("words"), each("<w:object><o:OLEObject r:id='rId#' ProgID='Word'/></w:object>")(n)),
        {f"rId{k}": ("oleObject", f"o{k}.bin") for k in range(n)},
    ),
    "one object": lambda n: word(
        paragraph(text("words"), "<w:object><o:OLEObject r:id='rId1' ProgID='Word'/></w:object>" * n),
        {"rId1": ("oleObject", "o.bin")},
    ),
    "formulas": docx("<w:p>", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", f"{WR}</w:p>"),
    "formula": docx("<w:p><m:oMath>", "<m:r><m:t>x</m:t></m:r>", f"</m:oMath>{WR}</w:p>"),
    "fractions in fractions": lambda n: word(
        "<w:p><m:oMath>"
        + "<m:f><m:num>" * n
        + "<m:r><m:t>x</m:t></m:r>"
        + "</m:num></m:f>" * n
        + f"</m:oMath>{WR}</w:p>"
    ),
    "fields": docx(
        "<w:p>",
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>',
        f"{WR}</w:p>",
    ),
    "attributes": lambda n: word(f"<w:p {each('w:a#=' + chr(34) + '1' + chr(34) + ' ')(n)}>{WR}</w:p>"),
    "attributes of each": lambda n: word(
        f"<w:p>{'<w:r><w:sym w:font=' + chr(34) + 'Symbol' + chr(34) + ' w:char=' + chr(34) + 'F061' + chr(34) + '/></w:r>'}"
        * n
        + "</w:p>" * n
    ),
    "zip entries": lambda n: word(WP, parts={f"a{k}": "" for k in range(n)}),
    "content types": lambda n: word(
        WP,
        parts={
            "[Content_Types].xml": f"<Types>{each('<Default Extension=' + chr(34) + 'e#' + chr(34) + ' ContentType=' + chr(34) + 'a' + chr(34) + '/>')(n)}</Types>"
        },
    ),
    "text boxes": docx("<w:p><w:r>", f"<w:txbxContent>{WP}</w:txbxContent>", "</w:r></w:p>"),
    "text boxes in text boxes": lambda n: word(
        "<w:p><w:r><w:txbxContent>" * n + WP + "</w:txbxContent></w:r></w:p>" * n
    ),
    "series of a chart": lambda n: _charted(
        n, "<c:ser><c:tx><c:v>words</c:v></c:tx><c:val><c:pt idx='#'><c:v>1</c:v></c:pt></c:val></c:ser>"
    ),
    "points of a chart": lambda n: _charted(
        n,
        "<c:ser><c:cat><c:pt idx='#'><c:v>words</c:v></c:pt></c:cat><c:val><c:pt idx='#'><c:v>1</c:v></c:pt></c:val></c:ser>",
    ),
    "levels of a chart": lambda n: _charted(
        1,
        "<c:ser><c:cat>"
        + "<c:pt idx='0'><c:v>words</c:v></c:pt>" * n
        + "</c:cat><c:val><c:pt idx='0'><c:v>1</c:v></c:pt></c:val></c:ser>",
    ),
    "titles of a chart in titles": lambda n: _charted(1, "<c:title><a:p><a:t>words</a:t></a:p>" * n + "</c:title>" * n),
}


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
    "shapes in shapes": lambda n: pptx(
        slide("<p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r></a:p></p:txBody>" * n + "</p:sp>" * n)
    ),
    "paragraphs in paragraphs": lambda n: pptx(slide(shape("<a:p><a:r><a:t>words</a:t></a:r>" * n + "</a:p>" * n))),
    "paragraphs": lambda n: pptx(slide(shape(run("words") * n))),
    "titles": lambda n: pptx(slide(shape(run("words"), "title") * n)),
    "footers": lambda n: pptx(slide("".join(shape(run(f"words {k}"), "ftr") for k in range(n)))),
    "one slide again and again": lambda n: pptx(
        slide(shape(run("words") * 50)),
        parts={
            "ppt/presentation.xml": '<p:presentation xmlns:p="urn:p" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:sldIdLst>'
            + '<p:sldId r:id="rId0"/>' * n
            + "</p:sldIdLst></p:presentation>"
        },
    ),
    "rows": lambda n: pptx(
        slide(
            graphic(
                "<a:tbl>" + f"{'<a:tr><a:tc><a:txBody>' + run('words') + '</a:txBody></a:tc></a:tr>'}" * n + "</a:tbl>"
            )
        )
    ),
    "cells": lambda n: pptx(
        slide(graphic("<a:tbl><a:tr>" + f"<a:tc><a:txBody>{run('words')}</a:txBody></a:tc>" * n + "</a:tr></a:tbl>"))
    ),
    "tables in tables": lambda n: pptx(
        slide(graphic(f"<a:tbl><a:tr><a:tc><a:txBody>{run('words')}</a:txBody>" * n + "</a:tc></a:tr></a:tbl>" * n))
    ),
    "frames in frames": lambda n: pptx(
        slide(
            f"<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody>{run('words')}</a:txBody></a:tc></a:tr></a:tbl>" * n
            + "</p:graphicFrame>" * n
        )
    ),
    "comments": lambda n: pptx(
        slide(shape(run("words"))),
        parts={
            "ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("comments", "../c.xml")}),
            "ppt/c.xml": f"<p:cmLst xmlns:p='urn:p'>{'<p:cm><p:text>words</p:text></p:cm>' * n}</p:cmLst>",
        },
    ),
    "comments parts again and again": lambda n: pptx(
        slide(shape(run("words"))),
        parts={
            "ppt/slides/_rels/slide1.xml.rels": relations({f"r{k}": ("comments", "../c.xml") for k in range(n)}),
            "ppt/c.xml": f"<p:cmLst xmlns:p='urn:p'>{'<p:cm><p:text>words</p:text></p:cm>' * 50}</p:cmLst>",
        },
    ),
    "notes again and again": lambda n: pptx(
        slide(shape(run("words"))),
        parts={
            "ppt/slides/_rels/slide1.xml.rels": relations({f"r{k}": ("notesSlide", "../n.xml") for k in range(n)}),
            "ppt/n.xml": slide(shape(run("words")) * 50, root="notes"),
        },
    ),
    "one chart again and again": lambda n: pptx(
        slide(graphic("<c:chart r:id='r1'/>") * n),
        parts={
            "ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("chart", "../c.xml")}),
            "ppt/c.xml": "<c:c xmlns:c='urn:c' xmlns:a='urn:a'>"
            + "<c:title><a:p><a:t>words</a:t></a:p></c:title>" * 50
            + "</c:c>",
        },
    ),
    "one diagram again and again": lambda n: pptx(
        slide(graphic("<dgm:relIds r:dm='r1'/>") * n),
        parts={
            "ppt/slides/_rels/slide1.xml.rels": relations({"r1": ("diagramData", "../d.xml")}),
            "ppt/d.xml": "<d:d xmlns:d='urn:d'><d:ptLst>"
            + "<d:pt><d:t><d:p><d:t>words</d:t></d:p></d:t></d:pt>" * 50
            + "</d:ptLst></d:d>",
        },
    ),
    "pictures": lambda n: pptx(slide(shape(run("words")) + each("<a:blip r:embed='r#'/>")(n))),
    "authors": lambda n: pptx(
        slide(shape(run("words"))),
        parts={
            "ppt/_rels/presentation.xml.rels": relations(
                {"rId0": ("slide", "slides/slide1.xml"), "a": ("commentAuthors", "a.xml")}
            ),
            "ppt/a.xml": f"<p:l xmlns:p='urn:p'>{each('<p:a id=' + chr(34) + '#' + chr(34) + ' name=' + chr(34) + 'a' + chr(34) + '/>')(n)}</p:l>",
        },
    ),
    "copies for old programs": lambda n: pptx(slide(shape(run("words")) + "<mc:Fallback xmlns:mc='urn:m'/>" * n)),
}
