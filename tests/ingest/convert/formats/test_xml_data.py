import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert


def test_each_text_has_the_names_that_lead_to_it(convert: Convert) -> None:
    text = (
        '<c xmlns="urn:x"><book id="1"><title>A <b>bold</b> Tale.</title><by>X &amp; Y</by></book>'
        '<book id="2"><title>Two</title><empty/><!-- no --></book></c>'
    )
    assert convert("data.xml", text).content == (
        "book@id: 1\nbook/title: A bold Tale.\nbook/by: X & Y\n\nbook@id: 2\nbook/title: Two"
    )


def test_no_element_joins_two_words(convert: Convert) -> None:
    assert convert("text.xml", "<p>word<note>foot</note>again, <b>bold</b>.</p>").content == "word foot again, bold."


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "shift_jis"])
def test_the_declared_encoding_holds(convert: Convert, encoding: str) -> None:
    word = "東京" if encoding == "shift_jis" else "Größe"
    xml = f'<?xml version="1.0" encoding="{encoding}"?><a><b>{word}</b></a>'
    assert convert("data.xml", xml.encode(encoding)).content == f"b: {word}"


def test_its_own_entities_are_words(convert: Convert) -> None:
    text = '<!DOCTYPE a [<!ENTITY co "Heron Ltd">]><a><b>by &co;</b></a>'
    assert convert("data.xml", text).content == "b: by Heron Ltd"


def test_no_outside_entity_is_read(convert: Convert) -> None:
    text = '<!DOCTYPE a [<!ENTITY co SYSTEM "file:///etc/passwd">]><a><b>by &co;</b></a>'
    assert convert("data.xml", text).content == text


def test_entities_without_end_are_refused(convert: Convert) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for text in (
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>',
        "<a>" * 1000 + "</a>" * 1000,
    ):
        with pytest.raises(ConversionFailed, match="nested too deeply to be read, or unpacks without end"):
            convert("data.xml", text)


@pytest.mark.parametrize("text", ["words", "<a>cut <b>short", "<a/><b/> a fragment"])
def test_what_cannot_be_parsed_stays_as_it_is(convert: Convert, text: str) -> None:
    assert convert("data.xml", text).content == text


def test_of_an_element_with_very_many_attributes_all_are_read(convert: Convert) -> None:
    text = convert("a.xml", f"""<a><b {" ".join(f"k{n}='{n}'" for n in range(300))}/></a>""").content or ""
    assert text.split("\n") == [f"b@k{n}: {n}" for n in range(300)]
