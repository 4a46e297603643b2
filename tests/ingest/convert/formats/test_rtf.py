import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert

FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times{\*\falt Serif};}{\f1\fcharset128 MS Mincho;}{\f2\fcharset204 Arial Cyr;}"
    r"{\f3\fnil Plain;}}"
)
STYLES = r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s2 Title;}{\*\cs3 Strong;}}"


def rtf(body: str, head: str = "") -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252\deff0" + FONTS + STYLES + head + body + "}").encode("latin-1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"caf\'e9 \'93q\'94 \u8364?100 \u8364\'80 {\uc0\u233}\uc2 \u26085\'93\'fa.", "café “q” €100 € é日."),
        (r"\uc1\u-10179?\u-8704?", "😀"),
        (r"{\f1 \'93\'fa\'96\{ \'83e\'83X\'83g} end", "日本 テスト end"),
        (r"{\f1 \'83e\'83X\'83g} and {\f2 \'cf\'f0}", "テスト and Пр"),
        (r"a\~b\_c\-d\{e\}\\ \lquote f\rquote\line g\tab h\emdash i", "a\u00a0b-cd{e}\\ ‘f’\ng h—i"),
        ("wrapped\r\n over\nlines", "wrapped overlines"),
    ],
)
def test_text_in_any_code_page_is_read(convert: Convert, body: str, text: str) -> None:
    assert convert("text.rtf", rtf(body)).content == text.replace("\u00a0", " ")


def test_a_font_of_its_own_code_page_counts_from_the_start(convert: Convert) -> None:
    data = rb"{\rtf1\ansi\deff2{\fonttbl{\f2\fcharset204 Arial;}}\'cf\'f0}"
    assert convert("text.rtf", data).content == "Пр"


def test_headings_lists_and_tables_come_in_reading_order(convert: Convert) -> None:
    body = (
        r"\pard\s2 Report\par\pard\s1 Part\par\pard\outlinelevel1 Detail\par"
        r"\pard\plain\ls1\ilvl0{\listtext\f0 \'b7\tab}one\par\ilvl1 deep\par"
        r"\pard{\pntext 1.\tab}old\par"
        r"\pard Before.\par"
        r"\trowd\cellx1\cellx2\pard\intbl a\cell b\par more\cell\row\trowd\pard\intbl 1\cell\cell\row"
        r"\pard After.\par"
    )
    assert convert("text.rtf", rtf(body, r"{\info{\title The title}{\author Bob}}")).content == (
        "# Report\n\n# Part\n\n## Detail\n\n- one\n  - deep\n1. old\n\nBefore.\n\n| a | b more |\n| 1 |  |\n\nAfter."
    )


def test_numbers_that_word_makes_are_read(convert: Convert) -> None:
    body = (
        r"\pard\s1{\listtext\pard\plain \'a7 1\tab}Rent\par\pard\plain\ls1\ilvl1{\listtext 1.1\tab}900 euros.\par"
        r"{\listtext (b)\tab}cash\par{\listtext o\tab}card\par"
    )
    assert convert("text.rtf", rtf(body)).content == "# § 1 Rent\n\n  1.1 900 euros.\n  (b) cash\n  - card"


def test_styles_are_headings_by_their_names_where_they_say_no_level(convert: Convert) -> None:
    assert convert("text.rtf", rb"{\rtf1{\stylesheet{\s7 heading 2;}}\pard\s7 Part\par}").content == "## Part"


def test_tables_within_tables_are_read_as_the_text_that_they_arrange(convert: Convert) -> None:
    cell = r"\nestcell{\nonesttables\par}"
    end = r"{\*\nesttableprops\trowd\cellx1\nestrow}{\nonesttables\par}"
    body = (
        rf"\pard\intbl left\cell\pard\intbl\itap2 1{cell}2{cell}{end}3{cell}4{cell}{end}\pard\intbl below\cell\row\pard"
    )
    assert convert("text.rtf", rtf(body)).content == "left\n\n| 1 | 2 |\n| 3 | 4 |\n\nbelow"


def test_notes_comments_boxes_headers_and_footers_are_kept(convert: Convert) -> None:
    body = (
        r"{\header\pard The header\par}{\headerf The header\par}{\footer The footer\par}"
        r"Said{\super\chftn}{\footnote\pard\plain {\super\chftn} A note.} and"
        r"{\*\atnid B}{\*\atnauthor Bob}{\chatn}{\*\annotation{\*\atnref 1}Is it?} done.\par "
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn name}{\sv 1}}{\shptxt boxed\par}}{\shprslt boxed}}Next.\par"
    )
    assert convert("text.rtf", rtf(body)).content == (
        "The header\n\nSaid and done.\n\nComment: Is it?\n\nboxed\n\nNext.\n\nA note.\n\nThe footer"
    )


def test_what_no_one_sees_is_left_out(convert: Convert) -> None:
    body = (
        r'see {\field{\*\fldinst HYPERLINK "http://x.org"}{\fldrslt the page}}, {\deleted gone }{\v hidden}'
        r"{\pict\pngblip\bin6 }}{{\x  0aff}{\*\unknown words}{\xe entry}{\*\bkmkstart mark}kept"
    )
    assert convert("text.rtf", rtf(body)).content == "see the page, kept"


COLORS = r"{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red0\green0\blue255;\red255\green255\blue254;}"


@pytest.mark.parametrize(
    "faint", [r"\cf2 ", r"\cf4 ", r"\fs2 ", r"\fs0 ", r"\cf1\highlight1 ", r"\cf3\chcbpat3 ", r"\cf2\cb2 "]
)
def test_letters_that_nobody_can_read_are_left_out(convert: Convert, faint: str) -> None:
    body = r"Seen {" + faint + r"secret \u233?}\plain end"
    assert convert("a.rtf", rtf(body, COLORS)).content == "Seen end"
    note = convert("a.rtf", rtf("Seen {" + faint + "obey " * 50 + "}", COLORS)).meta["note"]
    assert note == "Text that is not seen was left out (250 characters)."


@pytest.mark.parametrize(
    "body",
    [
        r"{\cf3 words}",
        r"{\cf9 words}",
        r"{\cf2\highlight1 words}",
        r"{\cf2\chcbpat3 words}",
        r"{\cf2\shad words}",
        r"\pard\cbpat3{\cf2 words}\par",
        r"\pard\intbl{\cf2 words}\cell\row\pard",
        r"{\shp{\*\shpinst{\shptxt\cf2 words}}}",
        r"{\*\background{\shp secret}}{\cf2 words}",
        r"{\cf2\fs2 }{\plain words}",
        r"{\cf2\cf0\fs10 words}",
    ],
)
def test_white_letters_that_may_be_seen_are_read(convert: Convert, body: str) -> None:
    assert "words" in (convert("a.rtf", rtf(body, COLORS)).content or "")
    assert "secret" not in (convert("a.rtf", rtf(body, COLORS)).content or "")


def test_fonts_of_symbols_are_read_as_what_they_show(convert: Convert) -> None:
    fonts = r"{\fonttbl{\f0 Times;}{\f3\fcharset2{\*\panose 0505}Symbol;}{\f4\fnil\fcharset2 Wingdings;}}"
    symbol = r"""{\field{\*\fldinst {SYMBOL 109 \\f "Symbol" \\s 12}}{\fldrslt\f3 m}}"""
    body = rf"{{\f3 a\'a3b}} {{\f3\u-3999 ?}} {{\f4 \'fc}} {symbol}m, {{\plain a}}"
    assert convert("text.rtf", rtf(body, fonts)).content == "α≤β α ✓ μm, a"


def test_it_is_known_by_its_content(convert: Convert) -> None:
    document = convert("text.docx", rtf("words", r"{\info{\title The title}}"))
    assert (document.content, document.meta["read_as"], document.meta["title"]) == ("words", ".rtf", "The title")
    with pytest.raises(ConversionFailed, match="is not a RTF file"):
        convert("text.rtf", "words")


def test_deep_nesting_is_refused(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        convert("text.rtf", rtf("{" * 1_000_000))


def test_a_file_cut_short_is_damaged(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="cut short"):
        convert("text.rtf", rtf("many words")[:-1])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"10{\super 6} ha", "10^6 ha"),
        (r"10{\super \u8722 -6} mol, 10{\super -3}", "10^−6 mol, 10^-3"),
        (r"10{\up6\fs16 6}, 10\super 6\nosupersub 5", "10^6, 10^65"),
        (r"10{\super\super0 6}, 10{\up0 6}, H{\sub 2}O, m{\super 2}, 10{\super\plain 6}", "106, 106, H2O, m2, 106"),
    ],
)
def test_raised_digits_are_told_from_those_before_them(convert: Convert, body: str, text: str) -> None:
    assert convert("text.rtf", rtf(body)).content == text


def test_struck_words_are_marked(convert: Convert) -> None:
    assert convert("text.rtf", rtf(r"Rent {\strike 850 \'80} {\striked1 (net)} {\strike0 900}")).content == (
        "Rent ~~850 € (net)~~ 900"
    )


def test_boxes_of_forms_are_ticked_or_not(convert: Convert) -> None:
    states = (r"\ffres1\ffdefres0", r"\ffres25\ffdefres1", r"\ffdefres1\ffres0", "")
    fields = (
        rf"{{\field{{\*\fldinst FORMCHECKBOX {{\*\formfield{{\fftype1{state}}}}}}}{{\fldrslt }}}} yes"
        for state in states
    )
    assert convert("form.rtf", rtf(", ".join(fields))).content == "☒ yes, ☒ yes, ☐ yes, yes"


def test_a_cell_over_several_columns_or_rows_is_said_in_each(convert: Convert) -> None:
    table = (
        r"\trowd\trleft0\clvmgf\cellx2000\cellx6010\clvmgf\cellx8000\intbl Country\cell 2023\cell Note\cell\row "
        r"\trowd\trleft0\clvmrg\cellx2000\cellx4000\cellx6000\clvmrg\cellx8000 \cell Import\cell Export\cell\cell\row "
        r"\trowd\trleft0\cellx2000\cellx4000\cellx6000\cellx8000 Chile\cell 12\cell 30\cell\cell\row "
        r"\trowd\trleft0\cellx1500\cellx8000 Sources\cell two\cell\row \pard The end.\par"
    )
    assert convert("trade.rtf", rtf(table)).content == (
        "| Country | 2023 | 2023 | Note |\n| Country | Import | Export | Note |\n| Chile | 12 | 30 |  |\n"
        "| Sources | two |\n\nThe end."
    )
