"""Mails, and mailboxes."""

from tests.ingest.convert.growing.form import Build, each

MAIL = "From: a@example.org\nSubject: Words\n"
MIXED = f'{MAIL}Content-Type: multipart/mixed; boundary="b"\n\n'


def mime(n: int) -> str:
    return deep(n, "words\n")


def deep(n: int, body: str) -> str:
    def within(level: int) -> tuple[str, str]:
        return (
            f'Content-Type: multipart/mixed; boundary="b{level}."\n\n--b{level}.\n',
            f"\n--b{level}.--\n",
        )

    levels = [within(level) for level in range(n)]
    return (
        MAIL
        + "".join(begin for begin, _ in levels)
        + f"Content-Type: text/plain\n\n{body}"
        + "".join(end for _, end in reversed(levels))
    )


def digest(n: int) -> str:
    return (MAIL + "Content-Type: message/rfc822\n\n") * n + MAIL + "\nwords"


MAIL_STRUCTURES: dict[str, Build] = {
    "encoded words of a Subject": lambda n: f"From: a@b.c\nSubject: {' '.join(['=?utf-8?q?words?='] * n)}\n\nwords",
    "encoded words side by side": lambda n: f"From: a@b.c\nSubject: {'=?utf-8?q?words?=' * n}\n\nwords",
    "begun encoded words": lambda n: f"From: a@b.c\nSubject: {'=?' * n}\n\nwords",
    "encoded words without end": lambda n: f"From: a@b.c\nSubject: {'=?a?q?x ' * n}\n\nwords",
    "begun encoded words of a name": lambda n: f"From: a@b.c\nSubject: {'=?a?q?' * n}\n\nwords",
    "folded lines of a Subject": lambda n: f"From: a@b.c\nSubject: words{(chr(10) + ' words') * n}\n\nw",
    "recipients": lambda n: f"From: a@b.c\nTo: {', '.join(f'Ann {k} <a{k}@b.c>' for k in range(n))}\n\nwords",
    "encoded recipients": lambda n: f"From: a@b.c\nTo: {', '.join(['=?utf-8?q?Ann?= <a@b.c>'] * n)}\n\nwords",
    "headers": lambda n: f"From: a@b.c\n{each('X-#: words' + chr(10))(n)}\nwords",
    "headers To": lambda n: f"From: a@b.c\n{each('To: a#@b.c' + chr(10))(n)}\nwords",
    "parameters": lambda n: f"{MAIL}Content-Type: text/plain; {'; '.join(f'p{k}=v' for k in range(n))}\n\nwords",
    "continued parameters": lambda n: (
        f"{MAIL}Content-Type: text/plain; {'; '.join(f'name*{k}*=v' for k in range(n))}\n\nwords"
    ),
    "continued file name": lambda n: (
        f"{MAIL}Content-Disposition: attachment; {'; '.join(f'filename*{k}=v' for k in range(n))}\n\nwords"
    ),
    "quotes in parameters": lambda n: (
        f'{MAIL}Content-Type: text/plain; name="{chr(92) + chr(34)}{";" + chr(92) + chr(34)}' + ';"' * n + "\n\nwords"
    ),
    "semicolons in a quoted parameter": lambda n: f'{MAIL}Content-Type: text/plain; name="{";" * n}"\n\nwords',
    "open quote of a parameter": lambda n: f'{MAIL}Content-Type: text/plain; name="{";" * n}\n\nwords',
    "parameters of each part": lambda n: (
        MIXED + each("--b\nContent-Type: text/plain; charset=utf-8; name=a#.txt\n\nwords\n")(n) + "--b--"
    ),
    "parts": lambda n: MIXED + each("--b\nContent-Type: text/plain\n\nwords\n")(n) + "--b--",
    "parts that are pages": lambda n: MIXED + each("--b\nContent-Type: text/html\n\n<p>words\n")(n) + "--b--",
    "alternatives": lambda n: (
        MIXED.replace("mixed", "alternative")
        + each(
            "--b\nContent-Type: text/plain\n\nwords #\n--b\nContent-Type: text/html\n\n<p>other things than that #\n"
        )(n)
        + "--b--"
    ),
    "attachments": lambda n: (
        MIXED
        + each("--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a#.txt\n\nwords\n")(n)
        + "--b--"
    ),
    "MIME within MIME": mime,
    "mails within mails": digest,
    "delivery reports": lambda n: f"{MAIL}Content-Type: message/delivery-status\n\n" + each("Status: #\n\n")(n),
    "lines in nested parts": lambda n: deep(40, "words\n" * n),
    "lines that may be a boundary": lambda n: MIXED + "--b\n\n" + "--bx\n" * n + "--b--",
    "quoted-printable": lambda n: (
        f"{MAIL}Content-Transfer-Encoding: quoted-printable\n\n" + "=\n" * n + "=C3" * n + "words"
    ),
    "base64": lambda n: f"{MAIL}Content-Transfer-Encoding: base64\n\n" + "d29yZHMg\n" * n,
    "base64 with other letters": lambda n: f"{MAIL}Content-Transfer-Encoding: base64\n\n" + "d!2=9yZ\n" * n,
    "uuencode": lambda n: f"{MAIL}Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + "%=V]R9',\n" * n + "end\n",
    "comments in addresses": lambda n: f"From: {'(' * n}\n\nwords",
    "tags of a stub": lambda n: (
        MIXED.replace("mixed", "alternative")
        + "--b\nContent-Type: text/plain\n\nread the page\n--b\nContent-Type: text/html\n\n"
        + "<a <!-- <style" * n
        + "\n--b--"
    ),
    "encoded file names": lambda n: (
        f'{MAIL}Content-Disposition: attachment; filename="{"=?utf-8?q?a?=" * n}.txt"\n\nwords'
    ),
    "addresses of a page's pictures": lambda n: (
        f"{MAIL}Content-Type: text/html\n\n" + each("<img src='cid:#'>")(n) + "words"
    ),
}


MBOX_STRUCTURES: dict[str, Build] = {
    "mails": each("From a@b.c Sat Jan  3 01:05:34 1996\nSubject: #\n\nwords\n\n"),
    "begun mails": lambda n: "From a Sat\n\n" * n,
    "escapes": lambda n: "From a Sat\n\n" + ">From words\n" * n,
    "signs": lambda n: "From a Sat\n\n" + ">" * n + "words\n",
    "lines": lambda n: "From a Sat\n\n" + "From \n" * n,
}


MHT_STRUCTURES: dict[str, Build] = {
    "pages": lambda n: (
        MIXED.replace("mixed", "related") + each("--b\nContent-Type: text/html\n\n<p>words #\n")(n) + "--b--"
    ),
    "MIME within MIME": lambda n: mime(n).replace("text/plain", "text/html"),
}
