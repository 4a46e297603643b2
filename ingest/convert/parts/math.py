"""The maths of Office documents (ECMA-376, part 1, 22.1) as LaTeX: `\\frac{a+b}{2}`, `10^6`."""

import re
import unicodedata
from collections.abc import Callable

from lxml import etree

from ingest.convert.parts.ooxml import attribute, is_on, local_name, words

UNSEEN = frozenset("del moveFrom ctrlPr rPr instrText delText".split())

NAMES = """
α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho
σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega ϵ epsilon ϕ phi ϑ vartheta ϖ varpi ϱ varrho ς varsigma
Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega
± pm ∓ mp × times ÷ div · cdot ⋅ cdot ∗ ast ∘ circ ∙ bullet √ surd ≤ leq ≥ geq ≠ neq ≈ approx ≡ equiv ≅ cong
∼ sim ≃ simeq ∝ propto ≪ ll ≫ gg ≺ prec ≻ succ ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq
∪ cup ∩ cap ∖ setminus ∅ emptyset ∀ forall ∃ exists ∄ nexists ∧ wedge ∨ vee ¬ neg ⊕ oplus ⊗ otimes ⊥ perp
∥ parallel ∣ mid ⊢ vdash ⊨ models → rightarrow ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow
⇔ Leftrightarrow ↦ mapsto ↑ uparrow ↓ downarrow ⟶ longrightarrow ⟹ Longrightarrow ⟺ Longleftrightarrow
∞ infty ∂ partial ∇ nabla ℏ hbar ℓ ell ℜ Re ℑ Im ℵ aleph ∠ angle △ triangle … ldots ⋯ cdots ⋮ vdots ⋱ ddots
∑ sum ∏ prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ∯ oiint ⋃ bigcup ⋂ bigcap ⋁ bigvee ⋀ bigwedge ⨁ bigoplus
⨂ bigotimes ⟨ langle ⟩ rangle 〈 langle 〉 rangle ⌊ lfloor ⌋ rfloor ⌈ lceil ⌉ rceil ‖ Vert
""".split()
CHARACTERS = {sign: f"\\{name} " for sign, name in zip(NAMES[::2], NAMES[1::2], strict=True)}
CHARACTERS |= {character: f"\\{character}" for character in "#$%&_{}"}
CHARACTERS |= {
    "\\": "\\backslash ",
    "^": "\\hat{} ",
    "~": "\\sim ",
    "−": "-",
    "\u2061": "",
    "\u2062": "",
    "\u2063": ",",
}
CHARACTERS |= {"′": "'", "″": "''", "°": "^\\circ "}
BLACKBOARD = dict(zip("ℂℍℕℙℚℝℤ", "CHNPQRZ", strict=True))
ALPHABETS = {"double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak", "monospace": "mathtt"}

ACCENTS = {"\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
ACCENTS |= {"\u0305": "overline", "\u0306": "breve", "\u0307": "dot", "\u0308": "ddot", "\u030a": "mathring"}
ACCENTS |= {"\u030c": "check", "\u20d6": "overleftarrow", "\u20d7": "vec", "\u20db": "dddot"}
ACCENTS |= {"`": "grave", "´": "acute", "^": "hat", "~": "tilde", "¯": "bar", "˘": "breve", "˙": "dot", "ˇ": "check"}
ACCENTS |= {"→": "vec", "←": "overleftarrow"}
GROUPINGS = {"⏟": "underbrace", "⏞": "overbrace", "⎵": "underbracket", "⎴": "overbracket"}
FUNCTIONS = frozenset(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max "
    "min Pr sec sin sinh sup tan tanh".split()
)
LIMITS = frozenset("\\lim \\max \\min \\sup \\inf \\liminf \\limsup \\det \\gcd \\Pr".split())
MATRICES = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("{", "}"): "Bmatrix"}
MATRICES |= {("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix", ("{", ""): "cases"}

ONE_TOKEN = re.compile(r"[^\\{}^_]|\\[A-Za-z]+")
ONE_BASE = re.compile(r"[\w.,]*|\\[A-Za-z]+|\\(?:math\w+|text|operatorname)\{\w*\}")


def latex(formula: etree._Element) -> str:
    """What an `oMath` says, between dollars: two if it stands by itself."""
    said = _all(formula)
    parent = formula.getparent()
    if not said:
        return ""
    if parent is not None and local_name(parent) == "oMathPara":
        return f"$${said}$$\n"
    return f"${said}$"


def _all(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(_one, element)).split())


def _one(element: etree._Element) -> str:
    name = local_name(element)
    if name in UNSEEN or name.endswith("Pr"):
        return ""
    if name == "r":
        return _run(element)
    if name == "t":  # of a program that leaves out runs
        return characters(words(element))
    write = STRUCTURES.get(name)
    return write(element) if write else _all(element) + " " * (len(element) > 0)


def _run(run: etree._Element) -> str:
    if is_on(run.find("{*}rPr/{*}vanish")):
        return ""
    text = "".join(map(words, run.iterfind("{*}t")))
    if is_on(run.find("{*}rPr/{*}nor")):
        return f"\\text{{{text}}}" if any(map(str.isalpha, text)) else characters(text)
    alphabet = ALPHABETS.get(attribute(run.find("{*}rPr/{*}scr")) or "")
    return f"\\{alphabet}{{{characters(text).strip()}}}" if alphabet else characters(text)


def characters(text: str) -> str:
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if "\U0001d400" <= character <= "\U0001d7ff":  # letters with their typeface, such as italic
        blackboard = "DOUBLE-STRUCK" in unicodedata.name(character, "")
        character = unicodedata.normalize("NFKC", character)
        if blackboard:
            return f"\\mathbb{{{character}}}"
    if character in BLACKBOARD:
        return f"\\mathbb{{{BLACKBOARD[character]}}}"
    return CHARACTERS.get(character, character)


def _child(element: etree._Element, name: str) -> str:
    return _all(element.find(f"{{*}}{name}"))


def _property(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(f"{{*}}{local_name(element)}Pr/{{*}}{name}")


def _value(element: etree._Element, name: str, usual: str) -> str:
    """Of a property; an empty one is a value, too: no delimiter on this side."""
    found = _property(element, name)
    return usual if found is None else attribute(found) or ""


def script(mark: str, text: str) -> str:
    if not text:
        return ""
    return mark + group(text) + " " * text[-1].isalpha()


def group(text: str) -> str:
    return text if ONE_TOKEN.fullmatch(text) else f"{{{text}}}"


def _base(element: etree._Element) -> str:
    base = element.find("{*}e")
    text = _all(base)
    enclosed = base is not None and len(base) == 1 and local_name(base[0]) == "d"
    return text if enclosed or ONE_BASE.fullmatch(text) else f"{{{text}}}"


def _scripts(element: etree._Element) -> str:
    return _base(element) + script("_", _child(element, "sub")) + script("^", _child(element, "sup"))


def _scripts_before(element: etree._Element) -> str:
    return "{}" + script("_", _child(element, "sub")) + script("^", _child(element, "sup")) + _base(element)


def _fraction(element: etree._Element) -> str:
    above, below = _child(element, "num"), _child(element, "den")
    match _value(element, "type", "bar"):
        case "lin":
            return f"{group(above)}/{group(below)}"
        case "noBar":
            return f"{{{above} \\atop {below}}}"
    return f"\\frac{{{above}}}{{{below}}}"


def _root(element: etree._Element) -> str:
    degree = "" if is_on(_property(element, "degHide")) else _child(element, "deg")
    return f"\\sqrt{f'[{degree}]' if degree else ''}{{{_child(element, 'e')}}}"


def _sum(element: etree._Element) -> str:
    operator = characters(_value(element, "chr", "∫")).strip()
    below = "" if is_on(_property(element, "subHide")) else script("_", _child(element, "sub"))
    above = "" if is_on(_property(element, "supHide")) else script("^", _child(element, "sup"))
    return f"{operator}{below}{above} {_child(element, 'e')}"


def _function(element: etree._Element) -> str:
    return f"{operator(_child(element, 'fName'))} {_child(element, 'e')}"


def operator(text: str) -> str:
    """The name of a function, with what stands above and below it; what is none stays as it is."""
    bare = re.sub(r"\\(?:text|mathrm)\{(\w+)\}", r"\1", text)
    word = re.match(r"[A-Za-z]{2,}", bare)
    if word is None:
        return text
    rest = bare[word.end() :]
    return (f"\\{word[0]}" if word[0] in FUNCTIONS else f"\\operatorname{{{word[0]}}}") + rest


def _limit_below(element: etree._Element) -> str:
    base, below = operator(_child(element, "e")), _child(element, "lim")
    if base in LIMITS or base.startswith("\\underbrace"):
        return f"{base}_{{{below}}} "
    return f"\\underset{{{below}}}{{{base}}}"


def _limit_above(element: etree._Element) -> str:
    base, above = _child(element, "e"), _child(element, "lim")
    if base.startswith("\\overbrace"):
        return f"{base}^{{{above}}} "
    return f"\\overset{{{above}}}{{{base}}}"


def _accent(element: etree._Element) -> str:
    mark, text = _value(element, "chr", "\u0302"), _child(element, "e")
    return f"\\{ACCENTS[mark]}{{{text}}}" if mark in ACCENTS else f"\\overset{{{characters(mark)}}}{{{text}}}"


def _bar(element: etree._Element) -> str:
    return f"\\{'overline' if _value(element, 'pos', 'bot') == 'top' else 'underline'}{{{_child(element, 'e')}}}"


def _grouping(element: etree._Element) -> str:
    mark, text = _value(element, "chr", "⏟"), _child(element, "e")
    if mark in GROUPINGS:
        return f"\\{GROUPINGS[mark]}{{{text}}}"
    where = "overset" if _value(element, "pos", "bot") == "top" else "underset"
    return f"\\{where}{{{characters(mark).strip()}}}{{{text}}}"


def _delimited(element: etree._Element) -> str:
    begin, end = _value(element, "begChr", "("), _value(element, "endChr", ")")
    parts = element.findall("{*}e")
    if len(parts) == 1 and len(parts[0]) == 1:
        inner = parts[0][0]
        if local_name(inner) in ("m", "eqArr") and (begin, end) in MATRICES:
            return _rows(inner, MATRICES[begin, end])
        if local_name(inner) == "f" and (begin, end) == ("(", ")") and _value(inner, "type", "bar") == "noBar":
            return f"\\binom{{{_child(inner, 'num')}}}{{{_child(inner, 'den')}}}"
    separator = characters(_value(element, "sepChr", "|"))
    return characters(begin) + separator.join(map(_all, parts)) + characters(end)


def _matrix(element: etree._Element) -> str:
    return _rows(element, "matrix")


def _equations(element: etree._Element) -> str:
    return _rows(element, "aligned")


def _rows(element: etree._Element, environment: str) -> str:
    if local_name(element) == "m":
        rows = [" & ".join(map(_all, row.iterfind("{*}e"))) for row in element.iterfind("{*}mr")]
    else:  # in which an ampersand says where lines are aligned
        rows = [_all(row).replace("\\&", "&") for row in element.iterfind("{*}e")]
    lines = " \\\\ ".join(rows)
    return f"\\begin{{{environment}}} {lines} \\end{{{environment}}}"


def _boxed(element: etree._Element) -> str:
    return f"\\boxed{{{_child(element, 'e')}}}"


def _phantom(element: etree._Element) -> str:
    shown = _property(element, "show")
    return _child(element, "e") if shown is None or is_on(shown) else ""


STRUCTURES: dict[str, Callable[[etree._Element], str]] = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _scripts_before,
    "rad": _root,
    "nary": _sum,
    "func": _function,
    "limLow": _limit_below,
    "limUpp": _limit_above,
    "acc": _accent,
    "bar": _bar,
    "groupChr": _grouping,
    "d": _delimited,
    "m": _matrix,
    "eqArr": _equations,
    "borderBox": _boxed,
    "phant": _phantom,
}
