"""The sentences that answer, and those that only look as if they did."""

from pathlib import Path

import pytest
from haystack import Document

from rag_api.answer.citations import CitationReader
from rag_api.answer.extractive.evidence import weights
from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.replies import is_refusal
from tests.rag_api.answer.extractive.asking import MIN_CONFIDENCE, said

NO_ANSWER = "The documents do not contain an answer to this question."
SAMPLES = Path(__file__).parents[4] / "data/samples"
TORQUES = """\
Tighten these with a wrench:

| Bolt | Torque | Size |
| --- | --- | --- |
| seat post clamp | 5 to 7 Nm | 4 mm |
| pedals | 35 to 40 Nm | 15 mm |
"""


def test_a_time_is_that_of_the_entry_in_which_the_event_stands() -> None:
    told = said("What time did Eagle land?", (SAMPLES / "apollo-11.txt").read_text())
    assert told.startswith("20:17 Touchdown in the Sea of Tranquility. [1]")
    assert "17:44" not in told


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the torque of the pedals?", "pedals, Torque: 35 to 40 Nm [1]"),
        ("Which size has the seat post clamp?", "seat post clamp, Size: 4 mm [1]"),
        ("What does one need for the pedals?", "pedals, Torque: 35 to 40 Nm; Size: 15 mm [1]"),
    ],
)
def test_a_row_and_a_column_give_the_cell(question: str, cell: str) -> None:
    assert said(question, TORQUES) == cell


def test_a_cell_is_cited_with_its_row() -> None:
    reader = CitationReader([Document(content=TORQUES)], overlap=0.3)
    reader.feed(said("What is the torque of the pedals?", TORQUES))
    assert [one.quote for one in reader.finish()] == ["| pedals | 35 to 40 Nm | 15 mm |"]


def test_what_is_not_to_be_done_is_a_sentence_that_says_so() -> None:
    heap = """# Compost

A heap rots well when it has about 25 to 30 parts of carbon for each part of nitrogen. Nobody weighs that out. A good
heap reaches 55 to 65 degrees. Leave out meat, cooked food, and the roots of couch grass.
"""
    assert "Leave out meat, cooked food" in said("What should not go on the compost heap?", heap)


def test_what_happened_is_told_by_a_sentence_and_not_by_a_heading() -> None:
    log = """# Longitude

## Scilly, 1707

Four ships of the fleet ran onto the rocks of Scilly in 1707, and some two thousand men drowned.

## The prize

Parliament offered a prize for a way to find the longitude at sea.
"""
    assert said("What happened at Scilly in 1707?", log).startswith("Four ships of the fleet ran onto the rocks")


def test_a_title_is_no_definition() -> None:
    paper = """Orthodontic treatment of an anterior open bite

An anterior open bite is a gap between the upper and lower front teeth when the jaws are closed. It was treated in 20
adults.
"""
    assert said("What is an anterior open bite?", paper).startswith("An anterior open bite is a gap between")


@pytest.mark.parametrize(
    ("question", "contents"),
    [
        (
            "What is the capital of France?",
            [
                "On the eve of the Revolution, France is thought to have used some 800 names of measures.",
                "The company raised capital of 40 million dollars. Its cash did not change.",
                "The harbour of the town was built by monks.",
            ],
        ),
        (
            "How many employees did Amazon have?",
            [
                "Amazon estimates forfeitures of stock by its employees, and adjusts them later.",
                "Amazon was founded in a garage.",
                "The river has many fish.",
            ],
        ),
        ("How many employees did Amazon have?", ["Amazon did have employees in the office."] * 2),
    ],
)
def test_half_of_what_is_asked_is_no_answer(question: str, contents: list[str]) -> None:
    assert said(question, *contents, score=0.3) == language_of(question).replies.unanswered


def test_the_one_who_is_asked_for_by_name_is_preferred() -> None:
    people = "Adam Selipsky is the CEO of AWS. Andy Jassy is the CEO of Amazon."
    assert said("Who is the CEO of Amazon?", people).startswith("Andy Jassy is the CEO of Amazon. [1]")


def test_words_that_ask_are_not_looked_for() -> None:
    fee = "Die Prüfgebühr beträgt 417 Euro für Straßenfahrzeuge."
    assert said("Wie hoch ist die Prüfgebühr?", fee, score=0.078) == f"{fee} [1]"


def test_a_number_of_the_question_is_no_answer_to_it() -> None:
    content = "Apollo 11 did reach the Moon, to the joy of many. It was in July 1969 that the craft did reach the Moon."
    told = said("When did Apollo 11 reach the Moon?", content)
    assert told == "It was in July 1969 that the craft did reach the Moon. [1]"


def test_what_is_fitted_has_a_feature_that_says_it() -> None:
    """No number for a feature that is no longer computed."""
    source = Path(answer.__code__.co_filename).with_name("features.py").read_text()
    for name in {name.split(": ")[-1] for table in weights().values() for name in table} - {"bias"}:
        assert name in source


UNIT = "The capital of the firm grew. Capitalize the first word of a title. The harbour was built by monks."


@pytest.mark.parametrize(
    ("question", "contents"),
    [
        ("What is the capital of Ruritania?", [UNIT]),
        ("Was ist der Preis der XR7-Pumpe?", ["Der Preis der Pumpe ist hoch. Die Pumpe ist blau."]),
        ("¿Cuál es la capital de Ruritania?", ["La capital de la empresa creció. El puerto es viejo."]),
    ],
)
def test_a_name_that_no_passage_has_speaks_against_an_answer(question: str, contents: list[str]) -> None:
    unanswered = language_of(question).replies.unanswered
    name = "XR7-Pumpe" if "XR7" in question else "Ruritania"
    assert said(question, *contents, score=0.4) == unanswered
    named = [f"{content} {name}." for content in contents]
    assert said(question, *named, score=0.4) != unanswered


def test_a_name_may_be_in_another_inflection_or_in_the_title() -> None:
    content = "Столица страны стоит на реке. Она старая."
    asked = "Какая столица у Руритании?"
    for named in ({"title": "Руритания"}, {"headings": ["О Руританию"]}, {"filename": "руритания.txt"}):
        passage = Document(content=content, meta=named, score=0.3)
        assert "Столица страны" in answer(asked, [passage], min_confidence=MIN_CONFIDENCE)
    assert said(asked, content, score=0.3) == language_of(asked).replies.unanswered


def test_a_name_that_only_another_passage_has_speaks_against_an_answer() -> None:
    asked = "What is the capital of Ruritania?"
    elsewhere = ["The capital is at the river. It is old.", "A harbour was built by monks in Ruritania."]
    assert said(asked, *elsewhere, score=0.5) == language_of(asked).replies.unanswered
    assert (
        said(asked, f"{elsewhere[0]} So is Ruritania.", elsewhere[1], score=0.5)
        != language_of(asked).replies.unanswered
    )


def test_the_name_of_a_file_without_a_title_is_its_subject() -> None:
    files = {"boat.txt": "The engine has 40 horsepower.", "tractor.txt": "The engine does have 90 horsepower."}
    passages = [Document(content=content, meta={"filename": name}, score=0.5) for name, content in files.items()]
    assert answer("How much horsepower has the engine of the tractor?", passages).startswith("The engine does have 90")


@pytest.mark.parametrize(
    "clutter",
    [
        "1.1.13 Harbour fees . . . . . . . . . . 12",
        "Harbour fees ..................... 12",
        "https://harbour.example/harbour/fees",
        "harbour fees, 12, 34, 56",
        "Copyright © 2013-2021 Harbour Fees Society.",
        "For further information on the harbour fees, refer to Note 5, Harbours and Fees.",
        "The harbour fees of Exhibit 4 are incorporated herein by reference.",
        "The harbour fees were as follows:\n2023 2022\nSmall boats 40 38\nFerries 90 88\nTugs 60 58",
    ],
)
def test_what_points_elsewhere_is_no_answer(clutter: str) -> None:
    told = said("What are the harbour fees?", f"Boats come and go.\n\n{clutter}\n\nThe fees depend on the harbour.")
    assert told == "The fees depend on the harbour. [1]"


def test_a_row_named_in_the_question_is_preferred_to_a_sentence_with_its_words() -> None:
    care = """# Care of the boat

A boat that is sailed every day needs about ten minutes of care a week and an hour or two twice a year.

| When | What |
| --- | --- |
| Once a month | look at the ropes |
| Twice a year | paint the hull |
"""
    assert said("What should be done to the boat twice a year?", care) == "Twice a year, What: paint the hull [1]"


@pytest.mark.parametrize("head", ["MAXROPES The most ropes", "MAXROPES\nThe most ropes"])
def test_a_term_that_is_explained_is_the_subject_of_what_follows(head: str) -> None:
    manual = f"""MAXBOATS The most boats of a harbour. The default is the value of MAXROPES after the start.
{head} that a boat may have. If it is 0, there are none. The default value is set to 500 at the start.
COLOUR The colour of the sails. The default value is set to red at the start.
"""
    told = said("What is the default value of MAXROPES?", manual)
    assert "The default value is set to 500 at the start. [1]" in told
    assert "value of MAXROPES" not in told
    assert "red" not in told


def test_who_is_a_person_rather_than_a_row() -> None:
    row = "Boat B4 built 1755 Old Lisbon"
    sentence = "In a cold winter it was Anna Maria Lopes who built B4, a boat."
    assert said("Who built the boat B4?", f"{row}\n\n{sentence}") == f"{sentence} [1]"


def test_a_scrap_does_not_come_with_a_sentence() -> None:
    pump = "The pump of the boat moves water out of it."
    content = f"{pump}\n\nWinter and the pump, a manual of all its parts"
    assert said("What does the pump of the boat do in winter?", content) == f"{pump} [1]"


def test_commands_come_with_the_sentence_that_announces_them() -> None:
    content = "Write the image to the stick as follows, while it is not mounted:\n # cp boat.iso /dev/sdX\n # sync\n"
    told = said("How do I write the image to the stick?", content)
    assert told.startswith("Write the image to the stick as follows, while it is not mounted: [1] # cp boat.iso")


def test_a_term_of_a_list_of_definitions_is_told_with_its_explanation() -> None:
    content = "# Terms\n\nBuoy\n: A float that marks a channel.\n\nDraught\n: How deep a boat lies in the water.\n"
    assert said("What is draught?", content, score=0.6) == "Draught : How deep a boat lies in the water. [1]"


@pytest.mark.parametrize(
    ("question", "number", "price"),
    [
        ("How much does the boiler cost?", "The boiler has 3 parts.", "The boiler costs 90 pounds."),
        ("Wie viel kostet der Kessel?", "Der Kessel hat 3 Teile.", "Der Kessel kostet 90 Euro."),
        ("Combien coûte la chaudière ?", "La chaudière a 3 parties.", "La chaudière coûte 90 €."),
        ("¿Cuánto cuesta la caldera?", "La caldera tiene 3 partes.", "La caldera cuesta 90 euros."),
        ("Сколько стоит котёл?", "Котёл имеет 3 части.", "Котёл стоит 90 рублей."),
    ],
)
def test_a_number_is_no_price(question: str, number: str, price: str) -> None:
    assert said(question, f"{number} {price}") == f"{price} [1]"
    refused = language_of(question).replies
    assert said(question, number, score=0.3) in (refused.unanswered, f"{refused.unsure}\n{number} [1]")


def test_what_is_ok_is_no_name() -> None:
    content = "You may bring a dog on Fridays. There is room."
    assert content[:31] in said("Is it OK to bring a dog on Fridays?", content, score=0.9)


def test_how_many_is_no_question_for_a_price() -> None:
    assert said("How many hours did they pay for?", "They did pay for 12 hours.") == "They did pay for 12 hours. [1]"


def test_a_sentence_is_not_added_for_a_name_or_a_word_of_its_heading() -> None:
    content = (
        "# The mill of Trent\n\nThe widow Rae lived in Trent, near the mill. The mill was designed by Thomas Ordie."
    )
    assert said("Who designed the mill of Trent?", content) == "The mill was designed by Thomas Ordie. [1]"


def test_the_number_asked_for_may_stand_in_the_sentence_after() -> None:
    content = "Hold the cup button and switch on the boiler. After 5 seconds the light goes out. Then fill the tank."
    answered = said("How long do I hold the cup button?", content)
    assert answered == "Hold the cup button and switch on the boiler. [1] After 5 seconds the light goes out. [1]"


def test_the_name_of_a_file_does_not_choose_among_its_sentences() -> None:
    content = (
        "Made by Loomworks Studios (“Loomworks”) in March.\n\nThe doors open at any hour. "
        "Dogs are welcome on Fridays.\nGuests may stay for two hours."
    )
    meta = {"filename": "loomworks-agreement.pdf", "title": "coworking.html"}
    asked = "Are dogs allowed at Loomworks?"
    assert answer(asked, [Document(content=content, meta=meta, score=0.5)]) == "Dogs are welcome on Fridays. [1]"


TROUBLES = """\
# If something goes wrong

**The coffee tastes sour.** There is acid left in the pipes. Run the rinse once more.

**No water comes out.** A flake is stuck in the spout. Unscrew the sieve with a coin.

# Pests

1. Carrot fly. It flies low, mostly below 60 centimetres.
2. Slugs. They come out at night.
"""


def test_who_asks_what_to_do_is_told_the_remedy_after_the_cause() -> None:
    assert said("The coffee tastes sour, what now?", TROUBLES) == (
        "The coffee tastes sour. There is acid left in the pipes. [1] Run the rinse once more. [1]"
    )
    assert said("What should I do if no water comes out?", TROUBLES).endswith("Unscrew the sieve with a coin. [1]")
    assert "Run the rinse" not in said("Why does the coffee taste sour?", TROUBLES)


def test_a_label_is_said_with_what_follows_it() -> None:
    told = said("How high does the carrot fly fly?", TROUBLES)
    assert "below 60 centimetres" in told
    assert "Slugs" not in told


def test_a_count_of_something_else_is_no_answer() -> None:
    text = "Two courgette plants are enough for two people, and often one too many."
    assert said("How many courgette plants are enough for two people?", text).startswith("Two courgette plants")
    assert is_refusal(said("How many strawberries are enough for two people?", text))


LETTER = """Wessex Mutual Insurance
14 Abbey Walk, Bath

Mr D. Okonkwo
3 Tanner's Row
Frome

Claim 55-20418: water damage in the kitchen

Dear Mr Okonkwo,

thank you for sending the photographs. Our loss adjuster, Mrs Hall, visited you on 2 October. She found that the pipe
under the sink had burst, and that the floor has to be replaced.

We will pay 2,875 pounds for the floor and the two lower cupboards. From this we take the excess of 250 pounds."""


def test_where_a_number_is_asked_for_a_sentence_that_has_one_comes_before_the_head_of_a_letter() -> None:
    others = [Document(content="The tenants pay for the floor. Those who join pay half.", score=0.1) for _ in range(3)]
    question = "How much will Wessex Mutual pay Mr Okonkwo for the floor?"
    assert answer(question, [Document(content=LETTER, score=0.65), *others], min_confidence=MIN_CONFIDENCE) == (
        "We will pay 2,875 pounds for the floor and the two lower cupboards. [1]"
    )


@pytest.mark.parametrize(
    ("question", "other", "right"),
    [
        (
            "How long may someone be chairman?",
            "The committee consists of a chairman and a treasurer.",
            "No one may be chairman for more than 5 years.",
        ),
        (
            "Quand ont lieu les leçons de natation ?",
            "Un cycle de dix leçons coûte 95 euros.",
            "Les leçons de natation ont lieu le mercredi après-midi.",
        ),
    ],
)
def test_a_treasurer_is_no_number_and_wednesday_is_a_time(question: str, other: str, right: str) -> None:
    assert said(question, f"{other} {right}").startswith(f"{right} [1]")
    assert said(question, f"{right} {other}").startswith(f"{right} [1]")


def test_what_must_not_be_done_is_no_answer_to_how_it_can_be_done() -> None:
    lease = """Both may end the agreement of the tenants by eight weeks' notice in writing.

The tenants shall not:

- smoke in the flat;
- sublet a room.
"""
    told = said("How can the tenants end the lease early?", lease)
    assert told == "Both may end the agreement of the tenants by eight weeks' notice in writing. [1]"


def test_the_number_comes_before_what_stands_before_it() -> None:
    lease = "This agreement of 14 February 2025 is about the flat at 27b Marlowe Street. The rent is 1,140 pounds."
    assert said("How much is the rent for the flat?", lease).startswith("The rent is 1,140 pounds. [1]")


PROGRAMMES = """### Programme Temperature Duration Water

Eco 50 °C 3 h 20 min 9.5 l
Intensive 70 °C 2 h 15 min 13 l
Quick 45 °C 35 min 10 l
"""


def test_rows_of_measures_are_told_apart_and_by_their_columns() -> None:
    told = said("How long does the Quick programme take?", PROGRAMMES)
    assert told == "Quick, Temperature: 45 °C; Duration: 35 min; Water: 10 l [1]"
    assert said("How hot is the Eco programme?", PROGRAMMES).startswith(
        "Eco, Temperature: 50 °C; Duration: 3 h 20 min;"
    )


def test_an_announcement_is_not_added_to_an_answer() -> None:
    text = "Sales by region and category fell by a third. In 2023 sales by region were as follows:"
    table = "| Region | Sales |\n| North | 12 |\n"
    assert said("Did sales fall by region and category in 2023?", f"{text}\n\n{table}") == (
        "Sales by region and category fell by a third. [1]"
    )


@pytest.mark.parametrize(
    ("question", "text", "answered"),
    [
        ("How many calories does the lentil soup have?", "The lentil soup is made of 250 g of lentils.", False),
        ("How many books does the library have?", "Books of the library may be kept for 4 weeks.", False),
        ("How many books does the library have?", "Of the books you may take four home.", False),
        ("Wie viele Bücher hat die Bibliothek?", "Bücher können vier Wochen ausgeliehen werden.", False),
        ("How many books does the library have?", "The library has 31,000 books.", True),
        ("How many books does the library have?", "The number of books of the library is 31,000.", True),
        ("How much fuel did the rocket hold?", "The rocket of the mission stood 111 metres tall.", False),
        ("How many grams of sugar are in the cake?", "The cake has 150 g of sugar in it.", True),
        ("How much money is in the reserve fund?", "The reserve fund stood at £31,275 in May.", True),
        ("How much time does the cake take in the oven?", "The cake is in the oven for 45 minutes.", True),
    ],
)
def test_what_is_counted_has_to_be_near_a_number(question: str, text: str, answered: bool) -> None:
    assert said(question, f"{text} It rained on Monday.").startswith(text) is answered


def test_a_word_that_asks_is_not_taken_for_a_misspelled_one() -> None:
    passage = Document(
        content="Die große Bibliothek von Lindenau hat 417 Bücher. Bücher können vier Wochen ausgeliehen werden.",
        score=0.5,
        meta={"near_spellings": {"viele": ["ville"]}},
    )
    told = answer("Wie viele Bücher hat die Bibliothek?", [passage], min_confidence=MIN_CONFIDENCE)
    assert told == "Die große Bibliothek von Lindenau hat 417 Bücher. [1]"


CHANGES = """# Changes of Peasant

## 2.4.0 (2025-03-11)

- Added an export to CSV.
- The search of plants understands plurals.

## 2.3.0 (2024-11-02)

- Added a dark mode for the beds.
- On 5 October 2024 the old server was switched off.
"""
DIARY = """Diary of the garden

12 March 2023

Sowed the tomatoes on the window sill. The greenhouse glass was mended.

4 April 2023

Planted the first potatoes.

The frost killed two of the peach blossoms.
"""


@pytest.mark.parametrize(
    ("question", "content", "told"),
    [
        ("When was the dark mode added?", CHANGES, "2.3.0 (2024-11-02) [1] Added a dark mode for the beds. [1]"),
        ("In which version was the dark mode added?", CHANGES, "2.3.0 (2024-11-02) [1] Added a dark mode"),
        ("When was the old server switched off?", CHANGES, "On 5 October 2024 the old server was switched off. [1]"),
        ("When was the glass of the greenhouse mended?", DIARY, "12 March 2023 [1] The greenhouse glass was mended."),
        ("When were the peach blossoms killed by frost?", DIARY, "4 April 2023 [1] The frost killed two of the"),
    ],
)
def test_a_date_is_that_of_the_heading_of_the_entry_if_the_sentence_has_none(
    question: str, content: str, told: str
) -> None:
    assert said(question, content).startswith(told)


def test_a_version_is_answered_by_a_number_alone() -> None:
    ports = "Bash runs on nearly every version of Unix. Other independent ports of Bash require Windows or OS/2."
    assert is_refusal(said("Which version of Windows does Bash require?", ports))
    own = f"{ports} It has a prompt. It reads a file. For later versions this is preferred, and Bash 5.1 requires it."
    assert is_refusal(said("Which version of Windows does Bash require?", own))
    assert not is_refusal(said("Which version of Windows does Bash require?", f"{own} Bash requires Windows 10."))


def test_a_word_that_ends_like_another_says_not_whose_version_is_asked_for() -> None:
    toy = "The release of Debian is Slink, named after a toy dog."
    assert "Slink" in said("Which release of Debian was named after a toy dog?", toy)
    editions = "Clustering requires the Enterprise edition."
    assert said("Which edition is required for clustering?", editions).startswith(editions)
    assert "2.3" in said("Which version added dark mode support?", "Version 2.3 added dark mode. Support ends in May.")


@pytest.mark.parametrize("heading", ["Windows 2000", "Port 1433", "Section 1204"])
def test_a_name_with_a_number_is_no_date_of_what_stands_below_it(heading: str) -> None:
    content = f"# {heading}\n\nThe dark mode was added to the beds."
    assert heading not in said("When was the dark mode added?", content)


def test_an_irregular_form_of_the_asked_verb_is_found() -> None:
    minutes = (
        "The committee discussed the offers at length. After a vote, Miller Ltd was chosen, and Baker was thanked."
    )
    assert said("Which offer did the committee choose?", minutes).startswith("After a vote, Miller Ltd was chosen")


@pytest.mark.parametrize(
    ("question", "content", "named"),
    [
        (
            "Which offer did the committee choose?",
            "The committee discussed the offers at length. {}",
            "Miller Ltd was chosen.",
        ),
        (
            "Which program cleans the disks?",
            "Several programs have been adapted to many disks. {}",
            "The disk cleaner is Swab.",
        ),
        (
            "Which pump fills the tank?",
            "Look after the pump each time it fills the tank. {}",
            "The pump P2 fills the tank at night.",
        ),
    ],
)
def test_a_sentence_that_names_none_of_what_is_asked_for_is_no_answer(question: str, content: str, named: str) -> None:
    assert is_refusal(said(question, content.format("")))
    assert said(question, content.format(named)).startswith(named)


def test_a_sentence_that_says_which_one_is_an_answer() -> None:
    for offer in ("The committee chose the offer of the miller.", "The offer chosen by the committee: oak boards."):
        assert said("Which offer did the committee choose?", offer) == f"{offer} [1]"


def test_code_comes_with_the_line_that_ends_where_it_begins() -> None:
    branches = (
        "Branches are cheap in git. To create a new branch named trial, use\n\n```\n$ git branch trial\n```\n\n"
        "A branch is a name."
    )
    told = said("How do I create a branch in git?", branches)
    assert told == "To create a new branch named trial, use [1] $ git branch trial [1]"


def test_a_term_that_stands_alone_is_told_with_its_explanation() -> None:
    glossary = (
        "# Glossary\n\ndetached HEAD\n\nNormally it stores the name of a branch. Git also lets one take any commit."
        "\n\ndirectory\n\nWhat ls lists."
    )
    told = said("What is a detached HEAD?", glossary)
    assert (
        told == "detached HEAD [1] Normally it stores the name of a branch. [1] Git also lets one take any commit. [1]"
    )


def test_several_things_are_not_answered_by_one() -> None:
    stages = "Each stage of the installation hands over to the next stage."
    assert is_refusal(said("Which stages does the installation have?", stages))
    assert not is_refusal(
        said(
            "Which stages does the installation have?", f"{stages} The installation has the stages boot, load and run."
        )
    )
    assert not is_refusal(said("What is the name of the stage which hands over the installation?", stages))
    assert not is_refusal(said("Which lens fits the camera?", "The long lens fits the camera."))
    assert not is_refusal(said("Which key opens the shed?", "The key with the red tag opens the shed."))
    assert not is_refusal(said("Which liquid fills the balloon?", "The liquid that fills the balloon is helium."))
    assert not is_refusal(
        said("Which virus causes the mosaic of tobacco?", "A virus causes the mosaic: the tobamovirus.")
    )


def test_where_more_is_said_is_no_answer_unless_it_is_asked() -> None:
    annex = "See Annex B for the fees of the harbour. The fees of the harbour depend on the length."
    assert (
        said("How are the fees of the harbour determined?", annex)
        == "The fees of the harbour depend on the length. [1]"
    )
    assert said("Where are the fees of the harbour?", annex).startswith("See Annex B for the fees of the harbour. [1]")


def test_two_misspelled_words_are_no_reason_to_be_unsure() -> None:
    # The score is half of what it would be, as such words count half in the search.
    found = Document(
        content="Descale the machine every three months with citric acid.",
        score=0.16,
        meta={"near_spellings": {"desacle": ["Descale"], "machien": ["machine"]}},
    )
    said = answer("How often should I desacle the machien?", [found], min_confidence=MIN_CONFIDENCE)
    assert said.endswith("Descale the machine every three months with citric acid. [1]") and not is_refusal(said)


def test_a_question_and_a_whole_page_give_way_to_a_statement() -> None:
    faq = "Is the chain to be replaced at 2000 km? Every 3000 km is when a chain is to be replaced."
    assert said("When is the chain replaced?", faq) == "Every 3000 km is when a chain is to be replaced. [1]"
    shells = ", ".join(f"shell{number} of some use" for number in range(60))
    page = f"Shells are listed here, and if you want another login shell you set it there: {shells}."
    bash = "The login shell stays bash, and it is wise to keep it."
    assert said("What is the default login shell?", f"{page}\n\n{bash}") == f"{bash} [1]"


def test_steps_need_not_repeat_the_heading_that_names_their_task() -> None:
    guide = "# Shelter\n\n## How to clean a cage\n\n1. Take the animal out.\n2. Wash it with soap.\n3. Let it dry."
    assert said("How do I clean a cage?", guide, score=0.9).startswith("1. Take the animal out. [1]\n2. Wash")


@pytest.mark.parametrize("question", ["¿Cuánto cuesta adoptar un gato?", "¿Qué cuesta adoptar un gato?"])
def test_who_tells_a_price_need_not_say_that_it_costs_so_much(question: str) -> None:
    fees = "La cuota para adoptar es de 130 euros por un perro y 85 euros por un gato. Los gatos comen pienso."
    assert said(question, fees).startswith("La cuota para adoptar")


def test_what_several_are_is_told_by_the_heading_above_them() -> None:
    cake = "# Semolina cake\n\nFor 12 pieces.\n\n## Ingredients\n\n- 300 g semolina\n- 4 eggs\n- 2 oranges\n"
    cake += "\n## Method\n\nBake it."
    told = said("Which ingredients are needed for the semolina cake?", cake, score=0.8)
    assert told == "- 300 g semolina [1]\n- 4 eggs [1]\n- 2 oranges [1]"
