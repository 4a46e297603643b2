from collections.abc import Sequence

from ingest.convert.parts.cells import Merged, Row, Value, merged
from ingest.convert.parts.spans import Again
from ingest.convert.parts.tables import blocks

Cell = str | int | None


def text(*rows: Sequence[Cell]) -> str:
    """Numbers are values, and so are the texts that begin with a digit; an empty row is a gap."""
    made = (
        Row(number, [Value(c) if str(c)[:1].isdigit() else str(c or "") for c in cells])
        for number, cells in enumerate(rows)
    )
    return blocks(made).text()


def test_pairs_above_a_table_are_not_its_header() -> None:
    assert text(
        ["Report of sales", None, "Page 1"],
        ["Prepared by", "Finance"],
        [],
        ["Region", "Units", "Price"],
        ["North", 1, 2],
    ) == ("Report of sales Page 1\n\nPrepared by Finance\n\n| Region | Units | Price |\n"
          "| Region: North | Units: 1 | Price: 2 |")  # fmt: skip


def test_pairs_right_above_a_table_are_not_its_header() -> None:
    assert text(["Author", "Ann"], ["Region", "Units", "Price"], ["North", 1, 2], ["South", 3, 4]) == (
        "Author Ann\n\n| Region | Units | Price |\n"
        "| Region: North | Units: 1 | Price: 2 |\n| Region: South | Units: 3 | Price: 4 |"
    )


def test_pairs_with_values_above_a_wider_table_are_not_its_header() -> None:
    assert text(["Author", "Ann"], ["Version", 3], [], ["Region", "Units", "Price"], ["North", 1, 2]) == (
        "Author Ann\n\nVersion 3\n\n| Region | Units | Price |\n| Region: North | Units: 1 | Price: 2 |"
    )


def test_years_months_and_days_name_columns() -> None:
    assert text(["Region", 2022, "2023-01", "2024-01-31"], ["North", 1, 2, 3], ["South", 4, 5, 6]) == (
        "| Region | 2022 | 2023-01 | 2024-01-31 |\n"
        "| Region: North | 2022: 1 | 2023-01: 2 | 2024-01-31: 3 |\n"
        "| Region: South | 2022: 4 | 2023-01: 5 | 2024-01-31: 6 |"
    )
    assert text([None, 2022, 2023], ["North", 1, 2]) == "|  | 2022 | 2023 |\n| North | 2022: 1 | 2023: 2 |"


def test_years_above_years_are_no_names() -> None:
    assert text(["Born", 1980], ["Died", 2020], ["Wed", 2001]) == "| Born | 1980 |\n| Died | 2020 |\n| Wed | 2001 |"


def test_each_table_has_its_own_header() -> None:
    assert text(
        ["Name", "Sum"],
        ["Ann", 1],
        [],
        ["City", "People"],
        ["Oslo", 7],
        [],
        ["Contacts"],
        ["Name", "Mail", "Office"],
        ["Ann", "ann@a.org", "North"],
        ["Bob", "bob@a.org", "South"],
    ) == (
        "| Name | Sum |\n| Name: Ann | Sum: 1 |\n\n| City | People |\n| City: Oslo | People: 7 |\n\nContacts\n\n"
        "| Name | Mail | Office |\n| Name: Ann | Mail: ann@a.org | Office: North |\n"
        "| Name: Bob | Mail: bob@a.org | Office: South |"
    )


def test_a_table_right_below_another_begins_with_its_title() -> None:
    assert text(["Name", "Sum"], ["Ann", 1], ["Cities"], ["City", "People"], ["Oslo", 7]) == (
        "| Name | Sum |\n| Name: Ann | Sum: 1 |\n\nCities\n\n| City | People |\n| City: Oslo | People: 7 |"
    )


def test_rows_behind_a_gap_are_still_of_the_table() -> None:
    assert text(["Name", "City"], ["Ann", "Rome"], [], ["Bob", "Oslo"], ["Eve", "Bern"], [], ["Total", 3]) == (
        "| Name | City |\n| Name: Ann | City: Rome |\n| Name: Bob | City: Oslo |\n| Name: Eve | City: Bern |\n"
        "| Total | 3 |"
    )


def test_rows_of_another_kind_behind_a_gap_do_not_have_the_names_of_the_table() -> None:
    shifts: list[Sequence[Cell]] = [["Name", "Jan", "Feb", "Mar"], ["Ann", "U", "K", "U"], ["Bob", None, "U", "K"]]
    read = text(*shifts) + "\n"
    assert text(*shifts, [], ["U", "leave"], ["K", "ill"]) == read + "| U | leave |\n| K | ill |"
    assert text(*shifts, [], ["Key:"], ["U", "leave"], ["K", "ill"]) == read + "\nKey:\n\n| U | leave |\n| K | ill |"
    hours: list[Sequence[Cell]] = [["Day", "From", "Hours", "Note"], [1, "8:00", 7, "a"], [2, "9:00", 5, "b"]]
    assert text(*hours, ["Sum", None, 12], [], ["Leave left", "22 days"], ["Signature"]).endswith(
        "\n| Sum | Hours: 12 |\n| Leave left | 22 days |\n\nSignature"
    )
    assert text(*hours, [], [None, "Net", 12], [None, "Gross", 14]).endswith(
        "\n| Net | Hours: 12 |\n| Gross | Hours: 14 |"
    )


def test_a_second_table_of_texts_has_its_own_header() -> None:
    assert text(
        ["Name", "Role", "Phone"],
        ["Ann", "Lead", "ext. 11"],
        ["Bob", "Dev", "ext. 12"],
        [],
        ["Room", "Use", "Key"],
        ["A 1", "Meeting", "red"],
        ["B 2", "Lab", "blue"],
    ).endswith(
        "\n\n| Room | Use | Key |\n| Room: A 1 | Use: Meeting | Key: red |\n| Room: B 2 | Use: Lab | Key: blue |"
    )


def test_a_list_whose_first_row_is_like_the_others_has_no_header() -> None:
    people: list[Sequence[Cell]] = [["Müller", "Anna", "(0221) 5551"], ["Schulz", "Ben", "(0228) 5552"]]
    assert text(*people) == "| Müller | Anna | (0221) 5551 |\n| Schulz | Ben | (0228) 5552 |"
    cities: list[Sequence[Cell]] = [["Ann", "Rome", "paid"], ["Bob", "Bern", "open"], ["Eve", "Oslo", "paid"]]
    assert text(*cities) == "| Ann | Rome | paid |\n| Bob | Bern | open |\n| Eve | Oslo | paid |"


def test_a_header_that_comes_again_is_read_once() -> None:
    assert text(["Day", "Who", "Km"], ["Mon", "Al", 5], ["Day", "Who", "Km"], ["Tue", "Bo", 6]) == (
        "| Day | Who | Km |\n| Day: Mon | Who: Al | Km: 5 |\n| Day: Tue | Who: Bo | Km: 6 |"
    )


def test_a_line_below_a_table_is_a_paragraph() -> None:
    assert text(["Name", "Sum"], ["Ann", 1], [], ["Source: the books"]) == (
        "| Name | Sum |\n| Name: Ann | Sum: 1 |\n\nSource: the books"
    )


def test_a_column_without_a_name_does_not_cost_the_others_theirs() -> None:
    assert text(["Name", "Sum"], ["Ann", 1, "late"], ["Bob", 2, "paid"]) == (
        "| Name | Sum |\n| Name: Ann | Sum: 1 | late |\n| Name: Bob | Sum: 2 | paid |"
    )


def test_values_only_are_rows_as_they_are() -> None:
    assert text([1, 2], [3, None], [5, 6]) == "| 1 | 2 |\n| 3 |\n| 5 | 6 |"


def test_labels_and_their_values_have_no_header() -> None:
    assert text(["First name:", "Ada"], ["City:", "London"]) == "| First name: | Ada |\n| City: | London |"
    assert text(["Owner", "Ada"], ["Budget", 25000], ["Start", "2025-01-01"], ["Area", "Kiel"]) == (
        "| Owner | Ada |\n| Budget | 25000 |\n| Start | 2025-01-01 |\n| Area | Kiel |"
    )
    assert text(["Berth", "Place where a ship lies"], ["Quay", "Wall beside water"], ["Draught", "Depth"]) == (
        "| Berth | Place where a ship lies |\n| Quay | Wall beside water |\n| Draught | Depth |"
    )


def test_two_columns_of_texts_have_a_header() -> None:
    assert text(["Country", "Capital"], ["Norway", "Oslo"], ["France", "Paris"]) == (
        "| Country | Capital |\n| Country: Norway | Capital: Oslo |\n| Country: France | Capital: Paris |"
    )


def test_names_that_come_twice_are_told_apart_by_the_groups_above_them() -> None:
    assert text([None, "Plan", None, "Actual"], ["Dept", 2023, 2024, 2023, 2024], ["HR", 1, 2, 3, 4]) == (
        "| Dept | Plan 2023 | Plan 2024 | Actual 2023 | Actual 2024 |\n"
        "| Dept: HR | Plan 2023: 1 | Plan 2024: 2 | Actual 2023: 3 | Actual 2024: 4 |"
    )


def spread(*rows: Sequence[Cell], ranges: Sequence[Merged]) -> str:
    made = (
        Row(number, [Value(c) if str(c)[:1].isdigit() else str(c or "") for c in cells])
        for number, cells in enumerate(rows)
    )
    return blocks(merged(made, ranges, Again())).text()


def test_a_title_that_is_spread_over_a_table_names_no_column() -> None:
    table = "| Shop | Sales | City |\n| Shop: A | Sales: 1 | City: Ulm |\n| Shop: B | Sales: 2 | City: Bonn |"
    for last in 1, 2, 5:
        assert f"Figures\n\n{table}" == spread(
            ["Figures", None, None],
            ["Shop", "Sales", "City"],
            ["A", 1, "Ulm"],
            ["B", 2, "Bonn"],
            ranges=[Merged(0, 0, 0, last)],
        )


def test_below_a_title_names_may_be_in_two_rows() -> None:
    assert spread(
        ["Figures", None, None, None],
        ["Shop", "2023", None, None],
        [None, "H1", "H2", None],
        ["A", 1, 2, None],
        ["B", 3, 4, None],
        ranges=[Merged(0, 0, 0, 3), Merged(1, 1, 1, 2), Merged(1, 0, 2, 0)],
    ) == (
        "Figures\n\n| Shop | 2023 H1 | 2023 H2 |  |\n"
        "| Shop: A | 2023 H1: 1 | 2023 H2: 2 |\n| Shop: B | 2023 H1: 3 | 2023 H2: 4 |"
    )


def test_a_row_that_is_one_cell_belongs_to_no_column() -> None:
    assert spread(["Item", "Price"], ["Tools", None], ["Saw", 5], ["Axe", 7], ranges=[Merged(1, 0, 1, 1)]) == (
        "| Item | Price |\n| Tools |\n| Item: Saw | Price: 5 |\n| Item: Axe | Price: 7 |"
    )


def test_labels_side_by_side_have_their_values_behind_them() -> None:
    assert text(
        ["Report"],
        ["Employee:", "Nina", None, "Period:", "2025-10"],
        ["Department:", "Sales", "South", "Cost centre:", 4711],
        ["Purpose:", "Fair"],
        [],
        ["Date", "Sum"],
        ["2025-10-06", 5],
        [],
        ["Approved by:", "Conti", "Date:", "2025-10-20"],
    ) == (
        "Report\n\n| Employee: Nina | Period: 2025-10 |\n| Department: Sales South | Cost centre: 4711 |\n"
        "| Purpose: Fair |\n\n| Date | Sum |\n| Date: 2025-10-06 | Sum: 5 |\n"
        "| Approved by: Conti | Date: 2025-10-20 |"
    )


def test_labels_side_by_side_need_no_colon() -> None:
    assert (
        text(
            ["Unit 4, Derby", None, None, "Invoice no.", "KP-00318"],
            [None, None, None, "Date", "2025-10-05"],
            [None, None, None, "Due", "2025-11-04"],
            ["Green Door"],
        )
        == "| Unit 4, Derby | Invoice no.: KP-00318 |\n| Date: 2025-10-05 |\n| Due: 2025-11-04 |\n\nGreen Door"
    )
    assert text(["Name", "Lind", None, "Date", "2025-02-28"], ["Unit", "Packing", None, "Place", "Ramp 3"]) == (
        "| Name: Lind | Date: 2025-02-28 |\n| Unit: Packing | Place: Ramp 3 |"
    )


def test_a_form_right_above_a_table_is_not_its_header() -> None:
    assert text(
        ["Client:", "Ann", "Date:", "2025-01-02"],
        ["Place:", "Kiel", "Room:", 7],
        ["Item", "Units", "Price", "Sum"],
        ["Saw", 1, 2, 2],
        ["Axe", 2, 3, 6],
    ) == (
        "| Client: Ann | Date: 2025-01-02 |\n| Place: Kiel | Room: 7 |\n\n| Item | Units | Price | Sum |\n"
        "| Item: Saw | Units: 1 | Price: 2 | Sum: 2 |\n| Item: Axe | Units: 2 | Price: 3 | Sum: 6 |"
    )


def test_tables_side_by_side_are_no_form() -> None:
    assert text(["Country", "Capital", None, "Item", "Units"], ["Norway", "Oslo", None, "Lamp", 4]) == (
        "| Country | Capital |  | Item | Units |\n| Country: Norway | Capital: Oslo | Item: Lamp | Units: 4 |"
    )


def test_names_that_reach_down_make_a_header_of_two_rows() -> None:
    assert spread(
        ["Task", "Owner", "January", None, "Left"],
        [None, None, "W1", "W2"],
        ["Dig", "Olsen", "x"],
        ["Roof", "Berg", None, "x", "y"],
        ranges=[Merged(0, 0, 1, 0), Merged(0, 1, 1, 1), Merged(0, 2, 0, 3), Merged(0, 4, 1, 4)],
    ) == (
        "| Task | Owner | January W1 | January W2 | Left |\n| Task: Dig | Owner: Olsen | January W1: x |\n"
        "| Task: Roof | Owner: Berg | January W2: x | Left: y |"
    )


def test_a_group_above_names_need_not_be_merged_where_others_reach_down() -> None:
    assert spread(
        ["Article", "Price", None],
        [None, "net", "gross"],
        ["Comet", 49, 58],
        ["Orbit", 89, 106],
        ranges=[Merged(0, 0, 1, 0)],
    ) == (
        "| Article | Price net | Price gross |\n| Article: Comet | Price net: 49 | Price gross: 58 |\n"
        "| Article: Orbit | Price net: 89 | Price gross: 106 |"
    )


def test_groups_stand_above_their_names_without_values_below() -> None:
    assert spread(
        [None, None, "January", None, "May", None],
        ["Task", "Owner", "W1", "W2", "W18", "W19"],
        ["Dig", "Olsen", "x", None, None, "x"],
        ranges=[Merged(0, 2, 0, 3), Merged(0, 4, 0, 5)],
    ) == (
        "| Task | Owner | January W1 | January W2 | May W18 | May W19 |\n"
        "| Task: Dig | Owner: Olsen | January W1: x | May W19: x |"
    )


def test_a_sum_is_not_named_after_the_column_that_its_label_stands_in() -> None:
    assert text(["Item", "VAT", "Sum"], ["Saw", 20, 5], ["Axe", 20, 7], [None, "Total due", 12]) == (
        "| Item | VAT | Sum |\n| Item: Saw | VAT: 20 | Sum: 5 |\n| Item: Axe | VAT: 20 | Sum: 7 |\n"
        "| Total due | Sum: 12 |"
    )


def test_the_colon_of_a_name_is_not_said_twice() -> None:
    assert text(["City", "People:"], ["Oslo", 7], ["Bern", 8]) == (
        "| City | People: |\n| City: Oslo | People: 7 |\n| City: Bern | People: 8 |"
    )


def test_numbers_name_the_columns_and_rows_of_a_matrix() -> None:
    expected = (
        "|  | Width (cm) | Height (cm) 50 | Height (cm) 100 |\n"
        "| Width (cm): 40 | Height (cm) 50: 12 | Height (cm) 100: 18 |\n"
        "| Width (cm): 80 | Height (cm) 50: 20 | Height (cm) 100: 31 |\n"
        "| Width (cm): 120 | Height (cm) 50: 29 | Height (cm) 100: 47 |"
    )
    rows: list[Sequence[Cell]] = [[None, 80, 20, 31], [None, 120, 29, 47]]
    top: list[Sequence[Cell]] = [["Prices", None, "Height (cm)", None], [None, None, 50, 100]]
    assert text(*top, ["Width (cm)", 40, 12, 18], *rows) == "Prices\n\n" + expected
    assert spread(
        *top, ["Width (cm)", 40, 12, 18], *rows, ranges=[Merged(0, 2, 0, 3), Merged(2, 0, 4, 0)]
    ) == "Prices\n\n" + expected  # fmt: skip
    assert text(["Pieces", 100, 500], ["Flyer", 9, 7], ["Card", 5, 3]).startswith("| Pieces | 100 | 500 |\n| Flyer | 9")
    assert text([None, 100, 500], ["Flyer", 9, 7], ["Card", 5, 3]) == (
        "|  | 100 | 500 |\n| Flyer | 100: 9 | 500: 7 |\n| Card | 100: 5 | 500: 3 |"
    )
    assert (
        text(["kg", 1, 5], [10, 9, 7], [20, 5, 3])
        == "| kg | 1 | 5 |\n| kg: 10 | 1: 9 | 5: 7 |\n| kg: 20 | 1: 5 | 5: 3 |"
    )


def test_numbers_that_rise_by_chance_below_names_are_no_names() -> None:
    rows: list[Sequence[Cell]] = [[0, 56, 55, 66], [1, None, 8, 3], [2, 1, 9, 2]]
    found = text(["label", "Algebra", "History", "English"], ["Pupils", 131, 113, 104], *rows)
    assert found.startswith("| label | Algebra | History | English |\n| Pupils | Algebra: 131 | History: 113 | Engl")
    assert "| label: 1 | History: 8 | English: 3 |" in found


def test_a_sentence_above_sentences_is_no_name() -> None:
    rules = [
        "Fields are archived on the same grid as the ocean",
        "Land is archived on the grid of the atmosphere, too",
        "The mean is that of the sea in each cell",
    ]
    assert text([rules[0], "", "Key"], ["", "", "asked"], [rules[1]], [rules[2]]) == (
        f"| {rules[0]} |  | Key |\n|  |  | asked |\n| {rules[1]} |\n| {rules[2]} |"
    )
    asked, answer = "What do you like best about our shop", "The bread is good and near"
    for question in (f"{asked}?", f"{asked}? *", f"{asked}؟"):
        assert text(["When", question], ["2024-05-01", answer]).endswith(f"| When: 2024-05-01 | {question}: {answer} |")
    name = "What the reader has to do with the switch"
    assert text(["Number", name], [1, answer]).endswith(f"| Number: 1 | {name}: {answer} |")


def test_two_pairs_of_words_and_what_they_mean_have_no_header() -> None:
    assert text(["waitMon", "The recorder of the queue"], ["actMon", "The recorder of what is active"]) == (
        "| waitMon | The recorder of the queue |\n| actMon | The recorder of what is active |"
    )


def test_titles_below_each_other_with_something_beside_them_are_no_header() -> None:
    titles = [
        Row(0, ["Monthly means", "", "", "Amon", "mon"], {0: 0, 1: 0, 2: 0}),
        Row(1, ["On one grid", "", ""], {0: 0, 1: 0}),
    ]
    table = [Row(3, ["Name", "Unit", "Mean", "Note"]), Row(4, ["tas", "K", Value("280"), "warm"])]
    assert blocks(iter([*titles, *table])).text() == (
        "Monthly means Amon mon\n\nOn one grid\n\n| Name | Unit | Mean | Note |\n"
        "| Name: tas | Unit: K | Mean: 280 | Note: warm |"
    )
