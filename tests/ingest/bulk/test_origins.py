"""What a store's attributes say about where its files came from."""

from contextlib import closing

from ingest.bulk.origins import MAX_VALUE, Kept, Origin, Origins, key
from ingest.records.store_files import State


def kept(path: str, file_id: str) -> Kept:
    origin = Origin(path, 7, 1, "5a")
    return Kept(file_id, origin, State.DONE, origin.attributes())


def test_of_two_files_with_one_source_the_later_counts_and_the_earlier_is_to_go() -> None:
    with closing(Origins([kept("/d/a.txt", "file-1"), kept("/d/a.txt", "file-2")])) as origins:
        assert origins.superseded == ["file-1"]
        known, first_time = origins.see("/d/a.txt")
        assert known is not None
        assert (known.file_id, first_time) == ("file-2", True)
        assert origins.see("/d/a.txt")[1] is False
        assert origins.unseen_below("/d") == []


def test_a_folder_ends_where_its_name_does_and_what_was_not_looked_at_is_spared() -> None:
    files = [kept(path, path) for path in ("/d/a.txt", "/d/locked/b.txt", "/d/locked2.txt", "/d2/c.txt")]
    with closing(Origins(files)) as origins:
        origins.spare("/d/locked")
        assert sorted(path for path, _ in origins.unseen_below("/d")) == ["/d/a.txt", "/d/locked2.txt"]
        assert origins.unseen_below("/d") == []


def test_long_paths_are_told_apart_within_the_length_of_an_attribute() -> None:
    one, other = key("/d/" + "a" * MAX_VALUE + "1"), key("/d/" + "a" * MAX_VALUE + "2")
    assert one != other
    assert one.startswith("/d/aaa")
    assert len(one) == MAX_VALUE


def test_attributes_of_anyone_else_are_no_source() -> None:
    assert Origin.of({"source": "me", "source_version": "1"}) is None
    assert Origin.of({"source": 7, "source_version": "1 1 5a"}) is None
    assert Origin.of(Origin("/d/a.txt", 7, 1, "5a").attributes()) == Origin("/d/a.txt", 7, 1, "5a")
