"""One target under atheris, which looks for bytes that reach new branches of the parser. The process ends with it."""

import gc
import logging
import sys
from pathlib import Path
from time import process_time
from zlib import crc32

import atheris

from fuzz.target import Target, load

ONE_IN = 128
SHORT, LONG = 8 << 10, 32 << 10  # bytes; work that grows with the square of them takes 16 times as long
AT_MOST, SLOW_S = 10, 1.0

LIMITS = ("-timeout=60", "-rss_limit_mb=2048", "-max_len=16384", "-verbosity=1", "-print_final_stats=0")


def main() -> None:
    name, corpus, seconds, seed, found = sys.argv[1:]
    logging.disable()
    with atheris.instrument_imports(include=["ingest", "rag_api"]):
        target = load(name)
    for number, begins in enumerate(target.seeds):
        Path(corpus, f"seed-{number}").write_bytes(begins)
    options = [*LIMITS, f"-max_total_time={seconds}", f"-seed={seed}", f"-artifact_prefix={found}"]
    if tokens := "".join(f'"{quoted(token)}"\n' for token in target.tokens):
        words = Path(corpus).with_suffix(".words")
        words.write_text(tokens)
        options.append(f"-dict={words}")
    gc.freeze()
    atheris.Setup([sys.argv[0], *options, corpus], lambda data: checked(target, data))
    atheris.Fuzz()


def checked(target: Target, data: bytes) -> None:
    target.check(data)
    if target.grows and 0 < len(data) <= SHORT and crc32(data) % ONE_IN == 0:
        short, long = (seconds(target, data * (length // len(data))) for length in (SHORT, LONG))
        if long > SLOW_S and long > AT_MOST * short:
            raise AssertionError(f"{SHORT:,} bytes of these, repeated, take {short:.2f} s, {LONG:,} take {long:.2f} s")


def seconds(target: Target, data: bytes) -> float:
    """Of the processor's time, so that a busy machine finds nothing."""
    started = process_time()
    target.check(data)
    return process_time() - started


def quoted(token: str) -> str:
    return "".join(rf"\x{byte:02x}" for byte in token.encode())


if __name__ == "__main__":
    main()
