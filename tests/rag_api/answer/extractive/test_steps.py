"""Lists as answers: which list it is, and how much of it."""

import pytest
from haystack import Document

from rag_api.answer.citations import CitationReader
from rag_api.answer.extractive.generator import answer
from rag_api.answer.extractive.steps import MOST_ITEMS, asks_for_list
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings
from tests.rag_api.answer.extractive.asking import said

MIN_CONFIDENCE = Settings.model_fields["min_confidence"].default
TYRE = """# Mending a puncture

You need two levers.

1. Take the wheel out of the frame. Start
   opposite the valve.
2. Find the hole in the tube.

3. Press the patch on the tube hard.
4) Put the tube back into the tyre.

A punctured tube can be mended ten times.
"""
HEAP = """# Compost

A heap rots in a year. These should not go on the compost heap:

- meat and cooked food
- diseased plants
- ash of coal

Turn it in spring.
"""


def told(question: str, content: str) -> str:
    return answer(question, [Document(content=content, meta={"filename": "a.md"}, score=0.8)])


def test_a_how_to_has_the_whole_list_each_item_cited() -> None:
    assert told("How do I take the wheel out and find the hole in the tube?", TYRE).splitlines() == [
        "1. Take the wheel out of the frame. Start opposite the valve. [1]",
        "2. Find the hole in the tube. [1]",
        "3. Press the patch on the tube hard. [1]",
        "4) Put the tube back into the tyre. [1]",
    ]


def test_a_list_that_the_answer_announces_comes_with_it() -> None:
    assert told("What should not go on the compost heap?", HEAP).splitlines() == [
        "These should not go on the compost heap: [1]",
        "- meat and cooked food [1]",
        "- diseased plants [1]",
        "- ash of coal [1]",
    ]


def test_where_no_list_is_asked_for_one_sentence_is_enough() -> None:
    assert told("Where do I find the hole?", TYRE) == "2. Find the hole in the tube. [1]"
    assert told("When is the patch pressed on?", TYRE) == "3. Press the patch on the tube hard. [1]"


def test_of_a_long_list_there_is_as_much_as_fits_and_how_many_more() -> None:
    long = "How the boat is built:\n\n" + "".join(f"{n}. Nail plank number {n} to the boat.\n" for n in range(1, 31))
    *items, more = told("How do I nail a plank to the boat?", long).splitlines()[1:]
    assert len(items) == MOST_ITEMS
    assert more == f"and {30 - MOST_ITEMS} more"
    wordy = "".join(f"- Nail plank {n} to the boat{' with a long copper nail' * 30}.\n" for n in range(6))
    *items, more = told("How do I nail a plank to the boat?", wordy).splitlines()
    assert 1 <= len(items) < 6
    assert more == f"and {6 - len(items)} more"


@pytest.mark.parametrize(
    "question",
    [
        "How do I mend a puncture?",
        "What are the steps to mend a puncture?",
        "Which stages does the installation have?",
        "Wie flickt man einen Schlauch?",
        "Comment réparer une crevaison ?",
        "¿Cómo se repara un pinchazo?",
        "Come si ripara una foratura?",
        "Como se conserta um pneu?",
        "Hoe plak ik een band?",
        "Как заклеить камеру?",
        "كيف أصلح الثقب؟",
        "पंक्चर कैसे ठीक करें?",
        "如何修补轮胎？",
        "パンクはどうやって直しますか？",
        "펑크를 어떻게 수리하나요?",
        "ปะยางอย่างไร",
    ],
)
def test_a_list_is_asked_for_in_each_language(question: str) -> None:
    assert asks_for_list(question, language_of(question))


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "How many days of leave are there?",
        "How long is the chain?",
        "When was the war?",
        "Wie hoch ist die Prüfgebühr?",
        "Wie lange dauert es?",
        "Combien de jours ?",
        "Hoe hoog is de toren?",
    ],
)
def test_who_asks_for_one_thing_gets_no_list(question: str) -> None:
    assert not asks_for_list(question, language_of(question))


def test_the_list_below_the_answer_in_its_section_comes_with_it() -> None:
    items = "- Fill the tank.\n- Press the key.\n- Rinse it twice."
    text = f"## Descaling\n\nDescale the machine every three months.\n\n{items}"
    said = told("How do I descale the machine?", text)
    assert [line.partition(" [")[0] for line in said.split("\n")][-3:] == [
        "- Fill the tank.",
        "- Press the key.",
        "- Rinse it twice.",
    ]
    elsewhere = text.replace("\n\n- Fill", "\n\n## Making tea\n\n- Fill")
    assert "tank" not in told("How do I descale the machine?", elsewhere)


@pytest.mark.parametrize(
    ("header", "first"),
    [("| Sail | Area | Colour |\n| --- | --- | --- |", "jib, Area: 10"), ("", "jib, 10")],
)
def test_a_table_that_the_answer_is_the_caption_of_comes_with_it_by_its_first_columns(header: str, first: str) -> None:
    table = f"""The boat has a mast and a keel. The sails of the boat were made in 1960.

The sails of the boat, and how large they are

{header}
| jib | 10 | red |
| main sail | 20 | blue |

The sails are dry.
""".replace("\n\n\n", "\n\n")
    lines = told("What are the sails of the boat?", table).splitlines()
    assert lines[:2] == ["The sails of the boat, and how large they are [1]", f"{first} [1]"]
    assert len(lines) == 3


LEASE = """# Lease

The tenants pay a deposit before they move in.

## Use of the flat

The tenants shall not:

- keep a dog or a cat without permission;
- smoke in the stairwell;
- sublet a room.
"""


def test_an_item_comes_with_what_announces_it_as_without_it_it_says_the_opposite() -> None:
    assert told("Is it allowed to keep a cat?", LEASE) == (
        "The tenants shall not: [1] keep a dog or a cat without permission; [1]"
    )


def test_the_announcement_is_cited_with_its_own_words() -> None:
    reader = CitationReader([Document(content=LEASE)], overlap=0.3)
    reader.feed(told("Is it allowed to keep a cat?", LEASE))
    first, _ = reader.finish()
    assert first.quote == "The tenants shall not:"


def test_a_list_ends_where_one_with_other_marks_begins() -> None:
    recipe = "## Plum cake\n\nIngredients:\n\n- flour\n- plums\n\n1. Knead the flour.\n2. Halve the plums.\n"
    said = told("Which ingredients does a plum cake need?", recipe)
    assert "plums [1]" in said
    assert "Knead" not in said


CORDIAL = """# Drinks

## Elderflower cordial

Pick twenty heads of elderflower. Dissolve the sugar in boiling water. When it is cool, add the lemons. Leave it for two
days. Stir it in the morning. Then strain it through a cloth.

## Lemonade

Press six lemons.
"""


@pytest.mark.parametrize(
    ("question", "whole"),
    [("How do I make elderflower cordial?", True), ("When do I pick elderflower for the cordial of my aunt?", False)],
)
def test_a_how_to_in_running_text_is_told_whole_if_its_heading_is_what_is_asked_for(question: str, whole: bool) -> None:
    said = told(question, CORDIAL)
    assert ("Then strain it through a cloth. [1]" in said) is whole
    assert "Press six" not in said


PACKAGES = """# Packages

## 5.9.2 Removing packages

Should a package be orphaned, you first discuss its removal on the list. A package that is orphaned stays a while.

## 5.9.4 Orphaning a package

If you can no longer keep it, you tell the others. Set the maintainer to the group, and report a bug.

### 5.9.4.1 Its title

It begins with the letter O.

## 5.9.5 Adopting a package

A list of packages that need a maintainer is kept by the group.
"""
FUNCTIONS = """# Shell functions

The function is defined in the file that is named first. Functions may be exported.

As a consequence, the aliases defined in a function are available when the function is done. {}
"""


def test_a_how_to_is_the_section_whose_heading_names_the_task_with_what_stands_below_it() -> None:
    assert told("How do I orphan a package?", PACKAGES) == (
        "If you can no longer keep it, you tell the others. [1] Set the maintainer to the group, and report a bug. [1]"
        " It begins with the letter O. [1]"
    )


def test_another_task_with_the_same_things_is_not_the_one_that_is_asked_for() -> None:
    groups = (
        "# Groups\n\n## Removing a user from a group\n\nUse the first menu.\n\n"
        "## Adding a user to a group\n\nUse the second menu.\n"
    )
    assert told("How do I add a user to a group?", groups) == "Use the second menu. [1]"


def sure(question: str, content: str) -> bool:
    documents = [Document(content=content, meta={"filename": "a.md"}, score=0.25)]
    return not is_refusal(answer(question, documents, min_confidence=MIN_CONFIDENCE))


def test_what_tells_nobody_how_to_do_it_is_no_how_to() -> None:
    assert not sure("How do I define a function?", FUNCTIONS.format(""))
    assert sure(
        "How do I define a function?", FUNCTIONS.format("To define a function, you type its name and brackets.")
    )
    assert sure("Where is the function defined?", FUNCTIONS.format(""))


def test_the_head_of_a_page_is_no_step() -> None:
    pages = (
        "# Preparing a USB stick\n\nInsert the stick. Write the image to the stick.\n\n"
        "CHAPTER 4. OBTAINING MEDIA\n\x0cCHAPTER 5. BOOTING THE STICK\n\nRemove the USB stick (as root)."
    )
    assert "CHAPTER" not in told("How do I prepare a USB stick?", pages)


CLAUSES = """\
# Lease

5.2 The Tenant shall not:
(a) fire kilns at night;
(b) store liquid gas;
(c) put up signs;
(d) sublet the premises.
5.3 The Tenant may keep one dog on the premises.

What to do in case of fire:

- Press the red button.
- Meet at the bicycle shed.
"""


@pytest.mark.parametrize(
    "question",
    ["What is the tenant not allowed to do?", "What must the tenant not do?", "What is forbidden to the tenant?"],
)
def test_what_is_not_allowed_is_told_whole(question: str) -> None:
    told = said(question, CLAUSES)
    assert told.startswith("5.2 The Tenant shall not: [1]\n(a) fire") and told.endswith("(d) sublet the premises. [1]")


def test_the_next_clause_is_no_item_of_the_one_before() -> None:
    assert said("May the tenant keep a dog?", CLAUSES) == "5.3 The Tenant may keep one dog on the premises. [1]"


@pytest.mark.parametrize("question", ["What do I do in case of fire?", "Where do people meet in case of fire?"])
def test_what_announces_a_list_is_never_told_without_it(question: str) -> None:
    assert said(question, CLAUSES).endswith("- Meet at the bicycle shed. [1]")
