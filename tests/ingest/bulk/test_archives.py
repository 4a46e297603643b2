"""Archives that are damaged, bombs, or lie about their names."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
