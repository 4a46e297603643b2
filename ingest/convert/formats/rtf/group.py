"""What is stated within a pair of braces of RTF and ends with them: how letters look, which paragraph they are in."""

from dataclasses import dataclass, field

from ingest.convert.formats.rtf.flow import Flow, Paragraph

TINY, ORDINARY = 2, 24  # half points


@dataclass(slots=True)
class Group:
    flow: Flow | None  # None where the text is not read
    codec: str
    stand_ins: int = 1  # characters after each \u, for programs that lack Unicode
    unseen: bool = False  # hidden or deleted
    size: int = ORDINARY
    color: int = 0  # its number in the table, as that of what is behind the letters
    behind: int = 0
    drawn: bool = False  # by more than their colour
    raised: bool = False
    struck: bool = False
    pictures: str = ""  # the font, if it has pictures in place of letters
    said: bool = False  # what the field shows
    paragraph: Paragraph = field(default_factory=Paragraph)

    def plain(self) -> None:
        self.unseen = self.raised = self.struck = self.drawn = False
        self.size, self.color, self.behind = ORDINARY, 0, 0
