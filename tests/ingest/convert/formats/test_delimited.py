import pytest

from tests.ingest.convert.conversion import Convert


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_row_says_what_its_values_are(convert: Convert, delimiter: str, encoding: str) -> None:
    rows = [["Name", "Stadt", "Zahl"], ["Müller", "Köln", "12.5"], ["Meier", "", "7"]]
    found = convert("list.csv", "\r\n".join(map(delimiter.join, rows)).encode(encoding))
    assert found.content == (
        "| Name | Stadt | Zahl |\n| Name: Müller | Stadt: Köln | Zahl: 12.5 |\n| Name: Meier | Zahl: 7 |"
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name;Betrag\nMüller;12,5\nMeier;7,25\n", "| Name: Müller | Betrag: 12,5 |\n| Name: Meier | Betrag: 7,25 |"),
        (
            'id,note\n1,"Well; it, ""works"""\n2,"two\nlines"\n',
            '| id: 1 | note: Well; it, "works" |\n| id: 2 | note: two lines |',
        ),
        (
            'size\tname\n5"\tpipe\n7\t"rod\n8\tbar\n',
            '| size: 5" | name: pipe |\n| size: 7 | name: "rod |\n| size: 8 | name: bar |',
        ),
        ("sep=:\na:b\n1,5:2\n", "| a: 1,5 | b: 2 |"),
        ("Country,2010,2011\nFrance,5,6\n", "| Country: France | 2010: 5 | 2011: 6 |"),
        ("a,b\n1,2,3\n4\n5,6\n7,8\n", "| a: 1 | b: 2 | 3 |\n| 4 |\n| a: 5 | b: 6 |\n| a: 7 | b: 8 |"),
    ],
)
def test_delimiter_quotes_and_header_are_found(convert: Convert, text: str, rows: str) -> None:
    assert (convert("list.csv", text).content or "").split("\n", 1)[1] == rows


def test_rows_without_a_header_stay_plain(convert: Convert) -> None:
    assert convert("list.csv", "12,5;7,1\n3,2;4,4\n").content == "| 12,5 | 7,1 |\n| 3,2 | 4,4 |"


def test_what_stands_above_the_header_is_kept(convert: Convert) -> None:
    text = "Export of 2024\n\nName,City,Age\nAlice,Paris,3\nBob,Rome,4\nEve,Oslo,5\n"
    assert (convert("list.csv", text).content or "").startswith(
        "Export of 2024\n\n| Name | City | Age |\n| Name: Alice | City: Paris | Age: 3 |"
    )


@pytest.mark.parametrize("text", ["one\ntwo\nthree\n", "Dear all,\nthis is, I fear, no table.\nNot at all.\nBye\n"])
def test_what_is_no_table_stays_as_it_is(convert: Convert, text: str) -> None:
    assert convert("list.csv", text).content == text


def test_a_quote_left_open_swallows_no_rows(convert: Convert) -> None:
    rows = "".join(f"{n},name{n}\n" for n in range(1000))
    found = convert("list.csv", f'id,name\n0,"left open\n{rows}')
    assert len((found.content or "").split("\n")) == 1002
    assert found.content is not None and found.content.endswith("| id: 999 | name: name999 |")


def test_a_long_table_is_read_whole(convert: Convert) -> None:
    found = convert("list.csv", "id,name,score\n" + "".join(f"{n},name {n},{n}.5\n" for n in range(100_000)))
    assert found.content is not None and found.content.endswith("| id: 99999 | name: name 99999 | score: 99999.5 |")
    assert found.meta["markup"] == "code"  # cut between lines only


def test_names_are_not_repeated_where_that_would_make_the_text_too_long(convert: Convert) -> None:
    name = "n" * 60
    found = convert("list.csv", ",".join([name] * 100) + "\n" + ("1," * 99 + "2\n") * 10_000)
    assert found.content is not None and found.content.endswith("| 1 | 1 | 2 |")


def test_rows_above_a_table_may_be_filled_up_with_delimiters(convert: Convert) -> None:
    text = "Report of sales;;;\nCreated;2024-01-01;;\n;;;\nid;name;price;\n1;Anvil;9,50;new\n"
    assert convert("list.csv", text).content == (
        "Report of sales\n\nCreated 2024-01-01\n\n| id | name | price |  |\n| id: 1 | name: Anvil | price: 9,50 | new |"
    )


def test_labels_and_their_values_have_no_header(convert: Convert) -> None:
    assert convert("list.csv", "Owner,Ada\nBudget,25000\nStart,2025-01-01\n").content == (
        "| Owner | Ada |\n| Budget | 25000 |\n| Start | 2025-01-01 |"
    )
