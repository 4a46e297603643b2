from tests.ingest.convert.conversion import Convert

SRT = """1
00:00:01,000 --> 00:00:04,000
<i>The heron</i> stands
in the water.

2
00:00:05,000 --> 00:00:07,500
{\\an8}It waits.
3
00:00:08,000 --> 00:00:09,000
1984
"""
VTT = """WEBVTT - Herons

NOTE nobody
sees this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start
<v.loud Ann>Look, <b>a heron</b> &amp; its nest.

00:04.000 --> 00:06.000
<v Bob>Where?
a <c.x>frog</c>, 3 < 4

00:06.000 --> 00:08.000
a frog, 3 < 4
NOTE is a word
"""


def test_subtitles_are_what_is_said(convert: Convert) -> None:
    assert convert("film.srt", SRT.replace("\n", "\r\n")).content == "The heron stands\nin the water.\nIt waits.\n1984"
    assert convert("film.vtt", VTT).content == (
        "Ann: Look, a heron & its nest.\nBob: Where?\na frog, 3 < 4\nNOTE is a word"
    )


def test_without_times_they_are_text(convert: Convert) -> None:
    assert convert("film.srt", "1\n\nThe heron").content == "1\n\nThe heron"
