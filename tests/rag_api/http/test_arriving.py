"""Bodies that are coming: who makes room, and which of them come too slowly."""

from rag_api.http.arriving import SLOW_AFTER_S, Arriving, ArrivingBody


def test_the_slowest_of_the_client_that_sends_most_makes_room() -> None:
    refused: list[str] = []
    arriving = Arriving(5)

    def body(client: str, name: str, since: float, size: int) -> ArrivingBody:
        return ArrivingBody(client, since, lambda: refused.append(name), size)

    bodies = [body("one", f"one{n}", 0, 1000 - n) for n in range(3)] + [body("two", f"two{n}", 0, n) for n in range(2)]
    for each in bodies:
        arriving.add(each, SLOW_AFTER_S + 1)
    assert not refused
    third = body("two", "two2", SLOW_AFTER_S, 0)
    arriving.add(third, SLOW_AFTER_S + 1)
    assert refused == ["one2"]
    for each in (bodies[2], bodies[2], third):  # the second time, it is not there
        arriving.remove(each)
    for name in ("new", "newer"):
        arriving.add(body("two", name, SLOW_AFTER_S, 0), SLOW_AFTER_S + 1)
    assert refused == ["one2", "two0"]
    arriving.remove(bodies[3])


def test_one_is_refused_itself_where_all_others_have_just_begun() -> None:
    refused: list[str] = []
    arriving = Arriving(1)
    for name in ("first", "second"):
        arriving.add(ArrivingBody("one", 0, lambda name=name: refused.append(name)), 1)  # type: ignore[misc]
    assert refused == ["second"]


def test_a_body_has_to_come_the_faster_the_longer_it_takes() -> None:
    def wanted(after: float) -> int:
        """How many bytes have to be there."""
        size = 0
        while ArrivingBody("", 0, lambda: None, size).is_late(after, 16_000, 30):
            size += 16_000
        return size

    assert [wanted(after) for after in (5, 30, 60, 90, 330)] == [0, 0, 16_000, 64_000, 1_600_000]
    assert wanted(30 + 900) == 30 * wanted(30 + 30 + 0) * 30
    assert wanted(30 + 3600) == 4 * wanted(30 + 900)
