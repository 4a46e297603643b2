import pytest

from ingest.records.filenames import MAX_CHARACTERS, kept_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes.txt", "notes.txt"),
        ("گزارش\u200cهای سال\u00a01404.txt", "گزارش\u200cهای سال\u00a01404.txt"),
        ("a\tb\nc\x00.txt", "abc.txt"),
        ("half\udcff.txt", "half.txt"),
        ("\u202etxt.exe", "txt.exe"),
        ("pay\u2066\u200broll\U000e0041\U000e0042.pdf", "payroll.pdf"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
        ("x" * 300 + ".txt", "x" * (MAX_CHARACTERS - 4) + ".txt"),
        *((name, "upload") for name in ("", "..", " . ", "\u3000", "\u200d\u200c", "\n")),
    ],
)
def test_a_name_keeps_all_that_can_be_meant(name: str, kept: str) -> None:
    assert kept_name(name) == kept
