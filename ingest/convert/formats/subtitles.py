"""Subtitles (SubRip, WebVTT): what is said, without the times at which it is shown."""

import re
from html import unescape
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.text import decode

CONVERTER = "subtitles 1"

TIME = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}[ \t]*-->.*")
NO_CUE = ("WEBVTT", "NOTE", "STYLE", "REGION")
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>\s][^<>]*)>")
TAG = re.compile(r"</?(?:[a-z]|lang|ruby|rt|font|\d)[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    lines = text.split("\n")
    said: list[str] = []
    timed = unseen = False
    for number, line in enumerate(lines):
        if TIME.fullmatch(line):
            timed, unseen = True, False
        elif not line.strip():
            unseen = False
        elif unseen or (number + 1 < len(lines) and TIME.fullmatch(lines[number + 1])):  # the name of a cue
            continue
        elif line.startswith(NO_CUE) and (number == 0 or not lines[number - 1].strip()):
            unseen = True
        elif (words := _words(line)) and words not in said[-2:]:  # captions that roll say each line twice
            said.append(words)
    return Extracted("\n".join(said) if timed else text, CONVERTER)


def _words(line: str) -> str:
    return unescape(TAG.sub("", VOICE.sub(r"\1: ", line))).strip()
