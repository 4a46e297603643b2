"""Mail as Outlook saves it: the bytes of a whole file; or, for it to be sound more often, the streams within one."""

from fuzz.documents import read
from fuzz.target import Target
from tests.ingest.convert.msg_files import Streams, compound_file, message

BYTES, STREAMS = b"\xd0", b"s"  # the first byte tells which
SEPARATOR = b"\xfe\xfe"
PROPERTIES = "__properties_version1.0"
NAMES = [
    *(f"__substg1.0_{number:04X}{kind:04X}" for number in (0x0037, 0x0C1A, 0x1000) for kind in (0x1E, 0x1F)),
    *("__substg1.0_10090102", "__substg1.0_10130102", "__substg1.0_1013001F", "__substg1.0_0E04001F"),
]
ATTACHED = ["__substg1.0_3701000D", "__substg1.0_37010102", "__substg1.0_3707001F", "__substg1.0_370E001F"]


def check(data: bytes) -> None:
    whole = compound_file(streams(data[1:].split(SEPARATOR))) if data.startswith(STREAMS) else data
    read(whole, ".msg", times=40)
    read(whole, ".msg", times=40, again=True)


def streams(pieces: list[bytes]) -> Streams:
    """A message, with a recipient and an attachment of what is left."""
    found: Streams = {PROPERTIES: pieces.pop(0)}
    found |= {name: pieces.pop(0) for name in NAMES if pieces}
    if pieces:
        found["__recip_version1.0_#00000000"] = {PROPERTIES: pieces.pop(0), NAMES[1]: b"".join(pieces[:1])}
    if pieces:
        attached: Streams = {name: piece for name, piece in zip(ATTACHED[1:], pieces, strict=False)}
        attached[ATTACHED[0]] = {PROPERTIES: pieces[0], NAMES[-1]: pieces[-1]}
        attached[PROPERTIES] = pieces[0]
        found["__attach_version1.0_#00000000"] = attached
    return found


def seeds() -> list[bytes]:
    texts = {0x0037: "Herons", 0x1000: "What they eat.", 0x0C1A: "Ada", 0x1013: "<p>Frogs.</p>"}
    sound = message(texts, {(0x0039, 0x40): 133_000_000_000_000_000, (0x3FDE, 3): 65001})
    pieces = [bytes(32), b"Herons", "Ada".encode("utf-16-le"), *([b"text"] * (len(NAMES) + 4))]
    return [compound_file(sound), STREAMS + SEPARATOR.join(pieces), STREAMS + bytes(48)]


TARGET = Target(check, seeds(), tokens=["\ufefe", "<html>", "{\\rtf1", "LZFu", "MELA"])
