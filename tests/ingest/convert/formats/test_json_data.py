import pytest

from tests.ingest.convert.conversion import Convert


def test_each_value_has_its_keys(convert: Convert) -> None:
    text = (
        r'{"price": 1.10, "na\u00efve": {"tags": ["x", "y"], "on": true, "no": null}, "a": {"k": 1, "k": 2}, "e": {}}'
    )
    assert convert("data.json", text).content == (
        "price: 1.10\nnaïve.tags: x, y\nnaïve.on: true\nnaïve.no: null\na.k: 1\na.k: 2\ne: "
    )


def test_records_are_paragraphs(convert: Convert) -> None:
    records = '{"name": "Alice", "born": 12345678901234567890123}', '{"name": "Bob", "pets": [{"kind": "cat"}]}'
    expected = "name: Alice\nborn: 12345678901234567890123\n\nname: Bob\n\npets[0].kind: cat"
    assert convert("data.json", f"[{records[0]},{records[1]}]").content == expected
    assert convert("data.jsonl", f"{records[0]}\n\n{records[1]}\n").content == expected
    assert convert("data.json", f"{records[0]}\n{records[1]}\n").content == expected


def test_a_record_cut_short_stays_as_it_is(convert: Convert) -> None:
    assert convert("log.jsonl", '{"a": 1}\n{"a": 2}\n{"a": ').content == 'a: 1\n\na: 2\n\n{"a": '


@pytest.mark.parametrize("text", ['{"a": 1, // why\n}', '{"a": ', "words", "[" * 5000, '{"a":' * 5000])
def test_what_cannot_be_parsed_stays_as_it_is(convert: Convert, text: str) -> None:
    assert convert("data.json", text).content == text


def test_yaml_stays_as_it_is(convert: Convert) -> None:
    text = "# birds\nheron:\n  colour: grey\n"
    assert convert("data.yaml", text).content == text
