import time

import pytest

from rag_api.answer.language.code import code_sentences, without_marks

GO = """// Package throttle limits clients. It is
// a token bucket.
//
// Buckets live in memory.
package throttle

// idleTTL is how long a bucket
// is kept.
const idleTTL = 15 * time.Minute

// New makes a Limiter.
func New(rate float64) *Limiter {
\treturn &Limiter{rate: rate}
}
"""
PYTHON = '''class Lease:
    """The lease of this process. It is short.

    :param seconds: how long
    """

    # Never renewed.
    LONGEST = 5  # minutes
    if now == LONGEST:
        end(it, now=3)
'''
C = """/* The size of a page.
 * It is fixed. */
#define PAGE 4096
/** Frees it. */
void drop(struct page *p) {
    *p = 0;
    --n;
}
"""
SETTINGS = """# The server --------

# The port to listen on.
# PORT=8001
; How often it is
; tried again.
retries: 5
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            GO,
            [
                "Package throttle limits clients.",
                "It is a token bucket.",
                "Buckets live in memory.",
                "package throttle",
                "idleTTL is how long a bucket is kept. const idleTTL = 15 * time.Minute",
                "New makes a Limiter.",
                "func New(rate float64) *Limiter {",
                "return &Limiter{rate: rate}",
            ],
        ),
        (
            PYTHON,
            [
                "class Lease:",
                "The lease of this process.",
                "It is short.",
                ":param seconds: how long",
                "Never renewed. LONGEST = 5 # minutes",
                "if now == LONGEST:",
                "end(it, now=3)",
            ],
        ),
        (
            C,
            [
                "The size of a page. It is fixed. #define PAGE 4096",
                "Frees it.",
                "void drop(struct page *p) {",
                "*p = 0;",
                "--n;",
            ],
        ),
        (
            SETTINGS,
            ["The server", "The port to listen on. PORT=8001", "How often it is tried again. retries: 5"],
        ),
        ("| sort -n \\\n  | head -5\n", ["| sort -n \\", "| head -5"]),
        ("", []),
    ],
)
def test_comments_have_sentences_and_code_has_lines(code: str, expected: list[str]) -> None:
    assert [" ".join(without_marks(code[start:end]).split()) for start, end, _ in code_sentences(code)] == expected


def test_a_long_comment_is_not_said_with_a_value() -> None:
    comment = "# It is so. " + "And so on. " * 60
    assert len(code_sentences(f"{comment}\nLIMIT = 5\n")) > 60


@pytest.mark.parametrize("piece", ["a=", "a = b:", "# a\n", "/*\n", '"""\n', "a.b: ", "#define a ", "\n", " ", "// = "])
def test_odd_code_takes_no_long_time(piece: str) -> None:
    start = time.monotonic()
    code_sentences(piece * 20_000)
    assert time.monotonic() - start < 2
