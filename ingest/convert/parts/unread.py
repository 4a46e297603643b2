"""Notes on what of a file was not read: files within it, as its text says, and text that nobody sees."""

import re

from ingest.counted import counted

SHOWN = 5
LOGO = re.compile(r"image\d+\.(?:png|gif|jpe?g)")  # what mail programs call the pictures in a mail's own text
UNREAD = re.compile(r"^#+ (?:Attachment|Embedded): ([^\n]+)\n\nNot read: ", re.MULTILINE)


def unread(text: str) -> str | None:
    """For whoever put the file in; None if there are none."""
    names = [name for name in UNREAD.findall(text) if not LOGO.fullmatch(name)]
    if not names:
        return None
    shown = ", ".join(names[:SHOWN] + ["..."] * (len(names) > SHOWN))
    return f"{counted(len(names), 'file in it was', 'files in it were')} not read ({shown}); its text says why."


HIDDEN = 200  # characters; less is the layout of a page


def unseen(characters: int) -> str | None:
    """That text was left out which nobody sees, if it is much."""
    return f"Text that is not seen was left out ({characters:,} characters)." if characters >= HIDDEN else None
