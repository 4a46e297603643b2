"""What the growing files are made with."""

from collections.abc import Callable

Build = Callable[[int], bytes | str]


def each(form: str) -> Callable[[int], str]:
    """`form`, with a # for the number, for each."""
    return lambda n: "".join(form.replace("#", str(number)) for number in range(n))


def around(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: before + repeated(n) + behind


def nested(begin: str, end: str, before: str = "", behind: str = "", within: str = "words ") -> Build:
    return lambda n: before + begin * n + within + end * n + behind
