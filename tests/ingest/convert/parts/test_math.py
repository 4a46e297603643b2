import pytest

from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.word_files import paragraph, text, word


def r(text: str, properties: str = "") -> str:
    return f"<m:r>{properties}<m:t>{text}</m:t></m:r>"


def e(*inner: str) -> str:
    return f"<m:e>{''.join(inner)}</m:e>"


def power(base: str, exponent: str) -> str:
    return f"<m:sSup>{e(base)}<m:sup>{exponent}</m:sup></m:sSup>"


def fraction(above: str, below: str, kind: str = "bar") -> str:
    properties = f"<m:fPr><m:type m:val='{kind}'/></m:fPr>"
    return f"<m:f>{properties}<m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def delimited(inner: str, begin: str = "(", end: str = ")") -> str:
    return f"<m:d><m:dPr><m:begChr m:val='{begin}'/><m:endChr m:val='{end}'/></m:dPr>{e(inner)}</m:d>"


def many(sign: str, below: str, above: str, inner: str, hidden: str = "") -> str:
    properties = f"<m:naryPr><m:chr m:val='{sign}'/>{hidden}</m:naryPr>"
    return f"<m:nary>{properties}<m:sub>{below}</m:sub><m:sup>{above}</m:sup>{e(inner)}</m:nary>"


def marked(name: str, inner: str, sign: str = "", position: str = "") -> str:
    properties = f"<m:chr m:val='{sign}'/>" * bool(sign) + f"<m:pos m:val='{position}'/>" * bool(position)
    return f"<m:{name}><m:{name}Pr>{properties}</m:{name}Pr>{e(inner)}</m:{name}>"


MATRIX = f"<m:m><m:mr>{e(r('a'))}{e(r('b'))}</m:mr><m:mr>{e(r('c'))}{e(r('d'))}</m:mr></m:m>"
LINES = f"<m:eqArr>{e(r('x&amp;=1'))}{e(r('y&amp;=2'))}</m:eqArr>"


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        (fraction(r("a+b"), r("2")), r"\frac{a+b}{2}"),
        (fraction(r("a"), r("b+1"), "lin"), "a/{b+1}"),
        (delimited(fraction(r("n"), r("k"), "noBar")), r"\binom{n}{k}"),
        (power(r("10"), r("6")), "10^6"),
        (power(r("10"), r("-6")), "10^{-6}"),
        (power(r("a+b"), r("2")), "{a+b}^2"),
        (power(delimited(r("a+b")), r("2")), "(a+b)^2"),
        (power(power(r("x"), r("2")), r("3")), "{x^2}^3"),
        (f"<m:sSub>{e(r('x'))}<m:sub>{r('i')}</m:sub></m:sSub>" + r("y"), "x_i y"),
        (f"<m:sSubSup>{e(r('x'))}<m:sub>{r('i+1')}</m:sub><m:sup>{r('2')}</m:sup></m:sSubSup>", "x_{i+1}^2"),
        (f"<m:sPre><m:sub>{r('6')}</m:sub><m:sup>{r('14')}</m:sup>{e(r('C'))}</m:sPre>", "{}_6^{14}C"),
        (f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/>{e(r('x'))}</m:rad>", r"\sqrt{x}"),
        (f"<m:rad><m:deg>{r('3')}</m:deg>{e(r('x'))}</m:rad>", r"\sqrt[3]{x}"),
        (many("∑", r("i=1"), r("n"), r("i")), r"\sum_{i=1}^n i"),
        (many("∏", r("k"), "", r("k"), "<m:supHide m:val='on'/>"), r"\prod_k k"),
        (f"<m:nary><m:sub>{r('0')}</m:sub><m:sup>{r('∞')}</m:sup>{e(r('f'))}</m:nary>", r"\int_0^\infty f"),
        (MATRIX, r"\begin{matrix} a & b \\ c & d \end{matrix}"),
        (delimited(MATRIX, "[", "]"), r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}"),
        (delimited(LINES, "{", ""), r"\begin{cases} x&=1 \\ y&=2 \end{cases}"),
        (LINES, r"\begin{aligned} x&=1 \\ y&=2 \end{aligned}"),
        (delimited(r("x"), "|", "|"), "|x|"),
        (delimited(r("x"), "⌊", "⌋"), r"\lfloor x\rfloor"),
        (marked("acc", r("x")), r"\hat{x}"),
        (marked("acc", r("v"), "\u20d7"), r"\vec{v}"),
        (marked("bar", r("x"), position="top"), r"\overline{x}"),
        (marked("groupChr", r("x+y"), "⏟"), r"\underbrace{x+y}"),
        (f"<m:func><m:fName>{r('sin')}</m:fName>{e(r('x'))}</m:func>", r"\sin x"),
        (f"<m:func><m:fName>{r('rank')}</m:fName>{e(r('A'))}</m:func>", r"\operatorname{rank} A"),
        (
            f"<m:func><m:fName><m:limLow>{e(r('lim'))}<m:lim>{r('n→∞')}</m:lim></m:limLow></m:fName>{e(r('x'))}</m:func>",
            r"\lim_{n\rightarrow \infty} x",
        ),
        (r("αβ≤Ω"), r"\alpha \beta \leq \Omega"),
        (r("30°±5%"), r"30^\circ \pm 5\%"),
        (r("𝑥∈ℝ"), r"x\in \mathbb{R}"),
        (r("L", "<m:rPr><m:scr m:val='script'/></m:rPr>"), r"\mathcal{L}"),
        (r("if x", "<m:rPr><m:nor/></m:rPr>"), r"\text{if x}"),
        (r("a") + "<w:del>" + r("b") + "</w:del><w:ins>" + r("c") + "</w:ins>", "ac"),
        (f"<m:box>{e(r('x'))}</m:box>", "x"),
    ],
)
def test_formulas_are_latex(convert: Convert, formula: str, latex: str) -> None:
    body = paragraph(text("x "), f"<m:oMath>{formula}</m:oMath>", text(" y"))
    assert convert("a.docx", word(body)).content == f"x ${latex}$ y"


def test_a_formula_that_stands_by_itself_says_so(convert: Convert) -> None:
    formula = f"<m:oMathPara><m:oMath>{power(r('x'), r('2'))}</m:oMath></m:oMathPara>"
    assert convert("a.docx", word(paragraph(formula) + formula)).content == "$$x^2$$\n\n$$x^2$$"


def test_formulas_within_formulas_without_end_are_refused_or_read(convert: Convert) -> None:
    formula = "<m:oMath>" + "<m:box><m:e>" * 100 + r("x") + "</m:e></m:box>" * 100 + "</m:oMath>"
    assert convert("a.docx", word(paragraph(formula))).content == "$x$"
