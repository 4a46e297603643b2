"""A note on the files within a file that were not read, as its text says."""

import re

SHOWN = 5
LOGO = re.compile(r"image\d+\.(?:png|gif|jpe?g)")  # what mail programs call the pictures in a mail's own text
UNREAD = re.compile(r"^#+ (?:Attachment|Embedded): ([^\n]+)\n\nNot read: ", re.MULTILINE)


def unread(text: str) -> str | None:
    """For whoever put the file in; None if there are none."""
    names = [name for name in UNREAD.findall(text) if not LOGO.fullmatch(name)]
    if not names:
        return None
    shown = ", ".join(names[:SHOWN] + ["..."] * (len(names) > SHOWN))
    files = "1 file in it was" if len(names) == 1 else f"{len(names)} files in it were"
    return f"{files} not read ({shown}); its text says why."
