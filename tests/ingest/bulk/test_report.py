"""What a run tells while it is at work, and at its end."""

import pytest

from ingest.bulk.report import BarReport, Report


def test_the_bar_moves_as_files_are_read_and_is_right_once_they_have_ended(capsys: pytest.CaptureFixture[str]) -> None:
    report = BarReport(lambda: 70)
    report.unchanged()
    shown = []
    for files_read in (0, 12, 64):  # which are not searchable yet
        report.show(files_read)
        shown.append(report._bar.n)
    for number in range(64):
        report.ended("added", f"{number}.txt", 10)
    report.failed("scan.xyz", "is not read")  # nor was it
    report.show(64)
    shown.append(report._bar.n)
    report.show(69)
    shown.append(report._bar.n)
    report.close()
    assert shown == [1, 13, 65, 66, 70]
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 unchanged, 64 added, 1 failed; 640 bytes")


@pytest.mark.parametrize("report", [Report(), BarReport(lambda: None)], ids=["lines", "bar"])
def test_a_failure_is_told_once(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(200):
        report.failed(f"{number}.xyz", "is not read")
    report.close()
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told[:-1]] == [["failed", f"{number}.xyz"] for number in range(200)]
    assert told[-1].startswith("200 failed;")
