"""Archives that are damaged, bombs, or lie about their names."""

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.bulk import archives
from ingest.bulk.archives import RATIO_MATTERS_FROM, Member
from ingest.bulk.archives import members as members_of
from ingest.errors import Invalid

TEXTS = {"a.txt": b"Herons.", "inner/b.md": b"# Owls\n" * 500_000}  # the second does not fit into memory


def everything(name: str) -> bool:
    return True


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    return members_of(path.open("rb"), path.name, wanted)


def tar(path: Path, mode: str, texts: dict[str, bytes]) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.bz2", "tar.xz", "tgz", "zip"])
def test_every_kind_is_read_even_after_the_whole_was_gone_through(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"archive.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in TEXTS.items():
                archive.writestr(name, text)
    else:
        tar(path, "w:" + {"tgz": "gz"}.get(ending, ending.partition(".")[2]), TEXTS)
    read = {}
    for member in list(members(path, everything)):
        for _ in range(2):  # once for its hash, say, and once for its bytes
            with member.open() as file:
                read[member.name] = file.read()
    assert read == TEXTS


def test_names_that_lead_out_are_refused(tmp_path: Path) -> None:
    names = ["../up.txt", "/absolute.txt", "a/../../b.txt", "..\\windows.txt", "inner.tar.gz"]
    path = tar(tmp_path / "archive.tar", "w", dict.fromkeys(names, b"text"))
    assert [(member.name, bool(member.refusal)) for member in members(path, everything)] == [
        (name, True) for name in names
    ]


def test_an_encrypted_member_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("open.txt", "Herons.")
        archive.writestr("locked.txt", "Owls.")
        archive.getinfo("locked.txt").flag_bits |= 1
    found = {member.name: member for member in members(tmp_path / "archive.zip", everything)}
    assert "encrypted" in str(found["locked.txt"].refusal)
    with found["open.txt"].open() as file:
        assert file.read() == b"Herons."


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path, ending: str) -> None:
    path, zeros = tmp_path / f"bomb.{ending}", bytes(1 << 20)
    pieces = RATIO_MATTERS_FROM // len(zeros) + 1
    if ending == "zip":
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("zeros.txt", "w") as member,
        ):
            for _ in range(pieces):
                member.write(zeros)
    else:
        tar(path, "w:gz", {f"{each}.bin": zeros for each in range(pieces)})
    with pytest.raises(Invalid, match="unpacks to more than 200 times"):
        list(members(path, lambda name: False))  # what nobody wants costs time too


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz", "tar.xz"])
def test_one_that_was_cut_short_is_a_sentence(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"archive.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "Herons." * 1000)
    else:
        tar(path, "w:" + ending.partition(".")[2], {"a.txt": b"Herons." * 10_000})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Invalid, match="the archive is damaged"):
        list(members(path, everything))


NAMES = ["a.txt", "ä" * 40 + ".txt", "long/" * 40 + "b.md", "x" * 250 + ".txt", "d" * 90 + "/" + "e" * 90 + ".txt"]


@pytest.mark.parametrize(
    "form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT], ids=["ustar", "gnu", "pax"]
)
def test_each_form_of_tar_is_read_as_pythons_own_reader_reads_it(tmp_path: Path, form: int) -> None:
    path = tmp_path / "archive.tar"
    with tarfile.open(path, "w", format=form, pax_headers={"comment": "of all"}) as archive:
        for number, name in enumerate(NAMES):
            entry = tarfile.TarInfo(name)
            entry.size = number * 500
            entry.mtime = 1.5 if form == tarfile.PAX_FORMAT else 1
            with suppress(ValueError):  # ustar has no room for some names
                archive.addfile(entry, io.BytesIO(b"x" * entry.size))
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for kind in (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE):
            other = tarfile.TarInfo("y" * 150 if form != tarfile.USTAR_FORMAT else "y")
            other.type, other.linkname = kind, "z" * 90
            archive.addfile(other)
    path.write_bytes(path.read_bytes() + b"\0" * 5000)
    with tarfile.open(path) as archive:
        theirs = [(entry.name, entry.size) for entry in archive if entry.isreg()]
    read = list(members(path, everything))
    assert [(member.name, member.size) for member in read] == theirs
    assert len(theirs) >= 2
    assert all(member.open().read() == b"x" * member.size for member in read)


def header(kind: bytes, size: int, data: bytes = b"", name: str = "a.txt") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, size
    return entry.tobuf(tarfile.GNU_FORMAT) + data + b"\0" * (-len(data) % 512)


PAX_RECORD = b"11 path=abc\n"
SPARSE = bytearray(header(b"S", 0))
SPARSE[482] = 1  # another of its headers follows
SPARSE[148:156] = b"%06o\0 " % sum(SPARSE[:148] + b" " * 8 + SPARSE[156:])
FILE = header(b"0", 3, b"abc")

HOSTILE = {
    "headers of headers": header(b"x", 11, PAX_RECORD) * 20_000 + FILE,
    "long names of long names": header(b"L", 4, b"abc\0") * 20_000 + FILE,
    "a header of many digits": header(b"x", 400_000, b"0" * 400_000) + FILE,
    "a length of many digits": header(b"x", 60_000, b"9" * 60_000) + FILE,
    "a long name of gigabytes": header(b"L", 2 << 30, b"a" * (8 << 20)),
    "a long link of gigabytes": header(b"K", 2 << 30, b"a" * (8 << 20)),
    "a header for all of gigabytes": header(b"g", 2 << 30, b"a" * (8 << 20)),
    "a record that is its own beginning": header(b"x", 11, b"0 path=abc\n") + FILE,
    "a record longer than its header": header(b"x", 11, b"99 path=ab\n") + FILE,
    "a size of many digits": header(b"x", 40, b"40 size=" + b"9" * 31 + b"\n") + FILE,
    "a negative size": header(b"0", -5),
    "a size that is not there": header(b"0", 1 << 40, b"abc"),
    "a sparse file without end": bytes(SPARSE) + (b"\0" * 504 + b"\1" + b"\0" * 7) * 20_000,
    "a sum that is not right": FILE.replace(b"a.txt", b"b.txt"),
    "no archive": b"abc" * 5000,
    "half a header": FILE + FILE[:300],
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_tar_is_a_sentence_and_little_of_it_is_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "archive.tar"
    path.write_bytes(data)
    with path.open("rb") as file:
        with pytest.raises(Invalid, match=r"damaged|longer than names can be|too many parts"):
            list(members_of(io.FileIO(file.fileno(), closefd=False), path.name, everything))
        assert file.tell() <= (1 << 20)


@pytest.mark.parametrize("major", [0, 1])
def test_a_sparse_file_in_paxs_form_is_refused_and_the_rest_is_read(tmp_path: Path, major: int) -> None:
    records = {"GNU.sparse.major": str(major), "GNU.sparse.minor": "0", "GNU.sparse.name": "s.txt"}
    with tarfile.open(tmp_path / "archive.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("GNUSparseFile.1/s.txt")
        entry.pax_headers, entry.size = records, 5
        archive.addfile(entry, io.BytesIO(b"1\n0\n1"))
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    [sparse, other] = members(tmp_path / "archive.tar", everything)
    assert (sparse.name, other.name) == ("s.txt", "a.txt")
    assert sparse.refusal and not other.refusal


def test_a_zip_that_lists_too_much_and_an_xz_that_wants_too_much_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 10_000)
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}.txt", "")
    with pytest.raises(Invalid, match="lists more files"):
        list(members(path, everything))

    path = tar(tmp_path / "archive.tar", "w", {"a.txt": b"Herons."})
    (tmp_path / "archive.tar.xz").write_bytes(lzma.compress(path.read_bytes()))
    with monkeypatch.context() as patched, pytest.raises(Invalid, match="damaged"):
        patched.setattr(archives, "MAX_XZ_MEMORY", 1 << 20)
        list(members(tmp_path / "archive.tar.xz", everything))
    half = lzma.compress(path.read_bytes()[:700]) + lzma.compress(path.read_bytes()[700:]) + b"\0" * 4
    (tmp_path / "archive.tar.xz").write_bytes(half)
    assert [member.name for member in members(tmp_path / "archive.tar.xz", everything)] == ["a.txt"]


def test_whatever_a_reader_raises_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RecursionError("too deep")

    path = tmp_path / "archive.tar.gz"
    path.write_bytes(gzip.compress(FILE))
    monkeypatch.setattr("ingest.bulk.tar.entries", fails)
    with pytest.raises(Invalid, match="too deep"):
        list(members(path, everything))
