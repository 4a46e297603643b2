import os
import time

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert

GERMAN = "Ärger über Größe: naïve café – résumé “quoted” €100\nZeile zwei mit ß\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", GERMAN),
        ("utf-8-sig", GERMAN),
        ("utf-16", GERMAN),
        ("utf-16-le", GERMAN),
        ("utf-16-be", GERMAN),
        ("utf-32", GERMAN),
        ("cp1252", GERMAN),
        ("latin-1", "El niño comió una manzana en la estación. ¿Cómo está usted?"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
        ("koi8-r", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
        ("cp1253", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Η Αθήνα είναι πρωτεύουσα."),
        ("shift-jis", "日本語のテキストです。東京は日本の首都であり、人口が最も多い都市です。"),
        ("euc-jp", "日本語のテキストです。東京は日本の首都であり、人口が最も多い都市です。"),
        ("gb18030", "这是一个中文文本测试。北京是中华人民共和国的首都，人口众多。"),
        ("big5", "這是一個中文文本測試。台北是中華民國的首都，人口眾多。"),
        ("euc-kr", "이것은 한국어 텍스트 시험입니다. 서울은 대한민국의 수도이다."),
    ],
)
def test_it_finds_the_encoding(convert: Convert, encoding: str, text: str) -> None:
    assert convert("notes.txt", text.encode(encoding)).content == text


@pytest.mark.parametrize("shift", [0, 1])
def test_a_large_file_is_not_cut_within_a_character_to_find_its_encoding(convert: Convert, shift: int) -> None:
    text = "a" * shift + "日本語のテキストです。東京は日本の首都であり、\n" * 20_000
    assert convert("notes.txt", text.encode("shift-jis")).content == text


def test_lines_end_in_a_newline(convert: Convert) -> None:
    assert convert("notes.txt", "one\r\ntwo\rthree\n").content == "one\ntwo\nthree\n"


def test_some_nul_characters_do_no_harm(convert: Convert) -> None:
    assert convert("notes.txt", "abc\0def\n" * 100).content == "abcdef\n" * 100


@pytest.mark.parametrize("content", [os.urandom(5000), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, bytes(4000)])
def test_what_is_no_text_is_refused(convert: Convert, content: bytes) -> None:
    with pytest.raises(ConversionFailed, match=r"'photo\.txt' does not look like text"):
        convert("photo.txt", content)


def test_source_code_is_kept_as_it_is(convert: Convert) -> None:
    code = "# not a heading\ndef f():\n\n\n    return '\\t'  # %PDF-1.4 <html>\n"
    document = convert("f.py", code)
    assert document.content == code
    assert document.meta["markup"] == "code"
    assert document.meta["paged"] is False


def test_a_text_file_may_hold_the_source_of_a_page(convert: Convert) -> None:
    assert convert("page.txt", "<html><p>x</p></html>").content == "<html><p>x</p></html>"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "it’s"),
        ("cp1252", "Name;Preis\nÄpfel;5 €\n"),
        ("cp1252", "© 2024 Heron, 10 °C"),
        ("shift-jis", "日本語"),
        ("shift-jis", "The word 日本 in English text."),
        ("euc-jp", "こんにちは"),
        ("iso-2022-jp", "会議は月曜日です。"),
        ("big5", "這是測試。"),
        ("big5", "姓名,城市\n王小明,台北\n"),
        ("gb18030", "中文"),
        ("gb18030", "The 中国 word"),
        ("euc-kr", "서울"),
        ("utf-16-le", "Привет, мир\n"),
        ("utf-16", "日"),
    ],
)
def test_a_few_words_are_enough(convert: Convert, encoding: str, text: str) -> None:
    assert convert("notes.txt", text.encode(encoding)).content == text


def test_a_character_that_was_cut_does_not_make_it_another_encoding(convert: Convert) -> None:
    data = "Ведущая деловая сеть России и стран СНГ.".encode()
    assert convert("notes.txt", data[:-5] + data[-4:]).content == "Ведущая деловая сеть России и стран С\ufffdГ."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("HERON ACOUSTICS LTD\nREMOTE WORK POLICY (2026)\n\nValid from 1 January.", "REMOTE WORK POLICY (2026)"),
        ("Reiher Akustik GmbH\n\nHausordnung\n\nDie Türen bleiben zu.", "Hausordnung"),
        ("Héron S.A.\nRèglement du travail\n\nLes portes", "Règlement du travail"),
        ("Heron Acoustics, Inc.\n12 Mill Lane, Leeds\n\nDear Ann,", None),
        ("Heron Acoustics Ltd\nMail: info@heron.example\n\nDear Ann,", None),
        ("Heron Acoustics Ltd\nmakes panels of felt\nfor offices.", None),
        ("REMOTE WORK POLICY\n\nValid from 1 January.", None),
        ("The Ltd\n", None),
    ],
)
def test_a_title_below_the_name_of_a_company_is_found(convert: Convert, text: str, title: str | None) -> None:
    assert convert("policy.txt", text).meta.get("title") == title


def test_a_text_without_an_end_is_not_looked_through_for_a_title(convert: Convert) -> None:
    start = time.monotonic()
    convert("dots.txt", " Ltd" * 500_000)
    convert("blanks.txt", "A Ltd" + "\n" * 1_000_000)
    assert time.monotonic() - start < 5
