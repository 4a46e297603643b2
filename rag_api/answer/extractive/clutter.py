"""Clutter: lines of a document that point elsewhere or say whose it is, and never answer."""

import re

from ingest.chunk.meta import PAGE_BREAK

_LEADERS = re.compile(r"(?:[.·…] ?){4,}")
_ADDRESS = re.compile(r"[<(]?(?:https?|ftp)://\S+[>)]?[.,;]?|www\.\S+")
_INDEXED = re.compile(r"[^|,.!?]{2,60}(?:, ?\d{1,4}(?:[-–]\d{1,4})?){2,}")
_REFERS = re.compile(
    r"(?:for (?:further|additional|more) (?:information|details|discussion)[^.]{0,80}, )?(?:please )?(?:see|refer to)"
    r" (?:also )?(?:“[^”]{1,80}”,? (?:in|of) )?(?:the )?(?:Notes?|Items?|Parts?|Exhibits?) (?:\d|[IVX]+\b|to )"
    r"|[^.]{0,300}\bincorporated (?:herein )?by reference",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\) ?(?=(?:19|20)\d\d))", re.IGNORECASE)
_AT_BREAK = 200  # characters between a page break and the running head of the page
_NUMBERED = re.compile(r"(?:[A-Z]\.)?\d{1,2}(?:\.\d+)*\.?")
_SALUTATION = re.compile(
    r"(?:Dear|Hello|Hi|Sehr geehrte[rs]?|Liebe[rs]?|Hallo|Guten Tag|Bonjour|Chère?s?|Estimad[oa]s?|Querid[oa]s?|Gentile"
    r"|Car[oa]|Prezad[oa]|Beste|Geachte)(?: [^\W\d_][\w.'’-]*){1,6}[,!:]"
    r"|(?:(?:Kind|Best|Warm) (?:regards|wishes)|Yours (?:sincerely|faithfully)|Mit freundlichen Grüßen|Viele Grüße"
    r"|Cordialement|(?:Un saludo|Saludos)(?: cordiales)?|Cordiali saluti|Atenciosamente|Met vriendelijke groet),?"
)
_SCRAP = re.compile(r"\([^()\d]{1,25}\)\.?")


def is_clutter(content: str, start: int, end: int) -> bool:
    """Whether a sentence is of a table of contents, an address, an entry of an index, a reference to a note of a
    report, a line about copyright, the head of a page, a salutation or what closes a letter, or a note in brackets. The
    dots that lead to a page number may stand behind it, as they look like full stops."""
    text = content[start:end]
    return (
        _LEADERS.search(content, max(start, end - 2), end + 12) is not None
        or _LEADERS.search(text) is not None
        or _ADDRESS.fullmatch(text) is not None
        or _INDEXED.fullmatch(text) is not None
        or _REFERS.match(text) is not None
        or _COPYRIGHT.match(text) is not None
        or _SCRAP.fullmatch(text) is not None
        or _SALUTATION.fullmatch(text) is not None
        or _is_running_head(content, start, end)
    )


def _is_running_head(content: str, start: int, end: int) -> bool:
    """Whether it is a line in capitals, or the number of a section alone, beside a page break."""
    text = content[start:end]
    in_capitals = sum(map(str.isupper, text.split())) > 1 and all(map(str.isupper, filter(str.isalpha, text)))
    if not (in_capitals and text[-1] not in ".!?") and not _NUMBERED.fullmatch(text):
        return False
    return PAGE_BREAK in content[max(0, start - _AT_BREAK) : end + _AT_BREAK]


_POINTS = re.compile(
    r"\(?(?:see(?! (?:that|to|if|whether)\b)"
    r"|siehe|vgl\.|voir|véase|vedi|zie|cf\.) (?:also |auch |aussi |ook )?[^.?!]{1,80}\.?\)?",
    re.IGNORECASE,
)


def points_elsewhere(text: str) -> bool:
    """Whether a sentence says only where more is said."""
    return _POINTS.fullmatch(text) is not None


_MAIL_HEAD = re.compile(
    r"(?:From|Von|De|Da|Van): .{0,300}\b(?:To|An|À|A|Para|Aan|Date|Datum|Sent|Gesendet|Subject|Betreff|Objet|Asunto"
    r"|Oggetto|Assunto|Onderwerp): ",
    re.DOTALL,
)
_OF_MAIL = re.compile(
    r"\b(?:who|whom|wer|wem|wen|qui|quién|chi|quem|wie|when|wann|quand|cuándo|quando|wanneer|e-?mails?|mails?|sen[dt]|sender"
    r"|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|copy|cc)\b"
)


def heads_mail(text: str) -> bool:
    """Whether it is the head of a mail: from whom, to whom, when and about what."""
    return _MAIL_HEAD.match(text) is not None


def asks_of_mail(question: str) -> bool:
    """Whether a question, in lower case, asks what the head of a mail may say."""
    return _OF_MAIL.search(question) is not None
