import pytest

from ingest.convert.parts.places import Place, reading_order

LEFT, RIGHT = Place(0, 20, 40, 60), Place(50, 20, 90, 60)
LOW_LEFT, LOW_RIGHT = Place(0, 70, 40, 90), Place(50, 70, 90, 90)
ACROSS = Place(0, 0, 90, 15)


@pytest.mark.parametrize(
    "places",
    [
        [LEFT, RIGHT, LOW_LEFT, LOW_RIGHT],  # row by row
        [LEFT, LOW_LEFT, RIGHT, LOW_RIGHT],  # column by column
        [ACROSS, LEFT, RIGHT],
        [],
    ],
)
def test_an_order_that_does_not_go_back_stays(places: list[Place]) -> None:
    assert reading_order(places) == list(range(len(places)))


def test_what_was_drawn_last_and_stands_first_is_read_first() -> None:
    assert reading_order([LOW_RIGHT, LEFT, RIGHT, LOW_LEFT, ACROSS]) == [4, 1, 3, 2, 0]


def test_of_two_beside_each_other_the_left_one_comes_first() -> None:
    assert reading_order([RIGHT, LEFT]) == [1, 0]
