"""The doorbell between processes that share a data folder."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest.records.named_pipe import Doorbell


def test_another_process_is_heard(tmp_path: Path) -> None:
    rung = threading.Event()
    bell = Doorbell(tmp_path / "doorbell")
    program = "import pathlib, sys; from ingest.records.named_pipe import Doorbell; "
    program += "Doorbell(pathlib.Path(sys.argv[1])).ring()"
    with bell.listening(rung.set):
        for _ in range(2):
            subprocess.run([sys.executable, "-c", program, tmp_path / "doorbell"], check=True)
            assert rung.wait(10)
            rung.clear()


def test_whoever_rings_where_nobody_listens_goes_on(tmp_path: Path) -> None:
    bell = Doorbell(tmp_path / "doorbell")
    bell.ring()
    with bell.listening(lambda: None):
        pass
    bell.ring()  # the pipe is there, and nobody has it open


def test_each_of_several_hears_and_only_while_it_listens(tmp_path: Path) -> None:
    bell = Doorbell(tmp_path / "doorbell")
    one, two = threading.Event(), threading.Event()
    with bell.listening(one.set):
        with bell.listening(two.set):
            bell.ring()
            assert one.wait(10) and two.wait(10)
        one.clear()
        two.clear()
        bell.ring()
        assert one.wait(10) and not two.is_set()


def test_what_stands_in_its_place_is_told_and_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "doorbell").write_text("mine")
    with caplog.at_level(logging.WARNING), Doorbell(tmp_path / "doorbell").listening(lambda: None):
        pass
    assert "is not a pipe: remove it" in caplog.text
    assert (tmp_path / "doorbell").read_text() == "mine"
