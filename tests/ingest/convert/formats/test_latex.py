import pytest

from tests.ingest.convert.conversion import Convert

ARTICLE = r"""
\documentclass[12pt]{article} % a comment
\usepackage{amsmath}
\newcommand{\gh}{grey heron}
\title{On \emph{Herons}}
\author{A. Bird\thanks{At the pond.}}
\begin{document}
\maketitle
\section[short]{First \textbf{part}}\label{s:one}
The \gh{} costs 5\% of \$3~\cite[p.~2]{knuth}, na\"{\i}ve caf\'e, \c{c}a,
on one line.\footnote{A note.} See \url{http://x.y/a%20b}. ``Quoted''. % gone

Inline $E = mc^2$ and
\begin{align*} a &= b \end{align*}
\subsection*{Lists}
\begin{itemize}
  \item one
  \begin{enumerate} \item inner \end{enumerate}
  \item two
\end{itemize}
\begin{description}\item[Heron] a bird\end{description}
\begin{table}[htbp]\caption{Counts}
\begin{tabular}{l|r}\hline Name & \multicolumn{1}{c}{Number} \\[2pt] \hline Ala & 5 \\ \end{tabular}\end{table}
\begin{verbatim}
# 100 % kept
\end{verbatim}
\begin{comment}gone\end{comment}
\unknown[option]{first}{second} \verb|a{b|
\end{document}
gone
"""

TEXT = """\
# On Herons

A. Bird

At the pond.

## First part

The grey heron costs 5% of $3 [knuth], naïve café, ça, on one line. See http://x.y/a%20b. “Quoted”.

A note.

Inline $E = mc^2$ and \\begin{align*} a &= b \\end{align*}

### Lists

- one
  1. inner
- two
- Heron a bird

Counts

| Name | Number |
| Ala | 5 |

```
# 100 % kept
```

first second a{b"""


def test_it_reads_as_typeset(convert: Convert) -> None:
    found = convert("article.tex", ARTICLE)
    assert found.content == TEXT
    assert found.meta["title"] == "On Herons"


def test_a_file_without_a_preamble_is_read(convert: Convert) -> None:
    assert convert("chapter.tex", r"\chapter{One} Text \input{other}.").content == "# One\n\nText ."


def test_a_shorthand_cannot_multiply_itself(convert: Convert) -> None:
    found = convert("bomb.tex", r"\newcommand{\a}{ha \b\b}\newcommand{\b}{ho }\newcommand{\c}{\a\a} \a\b words")
    assert found.content == "ho words"


@pytest.mark.parametrize(
    "piece",
    ["{", "$", r"\[", r"\section{", r"\footnote{", r"\begin{verbatim}", r"\begin{tabular}", r"\verb|", "[", "\n "],
)
def test_what_is_left_open_costs_no_more_time_than_its_length(convert: Convert, piece: str) -> None:
    found = convert("open.tex", "words " + piece * (500_000 // len(piece)))  # in seconds, or it is out of time
    assert (found.content or "").startswith("words")


def test_the_encoding_that_it_names_is_its_own(convert: Convert) -> None:
    text = "\\usepackage[maccyr]{inputenc}\\begin{document}Глава о цаплях\\end{document}"
    assert convert("a.tex", text.encode("mac-cyrillic")).content == "Глава о цаплях"


def test_theorems_say_what_they_are(convert: Convert) -> None:
    source = r"""\newtheorem{thm}{Theorem}[section] \newtheorem*{guess}{Conjecture}
        \begin{document}\begin{thm}[\textit{Gauss}] It holds.\end{thm}\begin{guess} It may hold.\end{guess}
        \begin{proof}Look.\end{proof}\end{document} not typeset"""
    assert convert("a.tex", source).content == (
        "Theorem (Gauss). It holds.\n\nConjecture. It may hold.\n\nProof. Look."
    )


def test_a_document_may_quote_the_end_of_one(convert: Convert) -> None:
    source = r"\begin{document}One \begin{verbatim}\end{document}\end{verbatim} two\end{document} not typeset"
    assert convert("a.tex", source).content == "One\n\n```\n\\end{document}\n```\n\ntwo"


def test_labels_of_items_are_read_as_text(convert: Convert) -> None:
    source = r"""\begin{description}\item[\textbf{Heron}] a bird\end{description}
        \begin{thebibliography}{9}\bibitem[\protect\citeauthoryear{Doe}{1999}]{doe} Doe, J.\end{thebibliography}"""
    assert convert("a.tex", source).content == "- Heron a bird\n- doe Doe, J."


def test_items_have_the_numbers_that_are_typeset(convert: Convert) -> None:
    def items(source: str) -> str:
        return convert("a.tex", source.encode()).content or ""

    inner = r"\begin{enumerate}\item a \item[x] b \item c\end{enumerate}"
    again = r"\begin{enumerate}[resume]\item e\end{enumerate}"
    assert items(rf"\begin{{enumerate}}\item One {inner}\item d\end{{enumerate}}{again}") == (
        "1. One\n  (a) a\n  - x b\n  (b) c\n2. d\n3. e"
    )
    assert items(r"\begin{enumerate}[label=(\alph*), start=3]\item a\end{enumerate}") == "(c) a"
    assert items(r"\begin{enumerate}[label={\textbf{\Roman*.}}]\item a\item b\end{enumerate}") == "I. a\nII. b"
    assert items(r"\begin{enumerate}[a)]\item a\end{enumerate}") == "a) a"
    own = r"\def\labelenumi{\roman{enumi})}\setcounter{enumi}{4}"
    assert items(rf"\begin{{enumerate}}{own}\item a\end{{enumerate}}") == "v) a"


def test_coloured_code_is_read_as_it_is_shown(convert: Convert) -> None:
    code = r"\ControlFlowTok{if}\NormalTok{ r }\OperatorTok{\textgreater{}} \NormalTok{a\_b\{\}:}" + "\n"
    code += r"  \ControlFlowTok{return}" + "\n"
    source = rf"\begin{{Highlighting}}[]{chr(10)}{code}\end{{Highlighting}}"
    assert convert("a.tex", source.encode()).content == "```\nif r > a_b{}:\n  return\n```"


def test_the_head_of_a_long_table_is_read_once(convert: Convert) -> None:
    source = r"\begin{longtable}{ll}a & b\\ \endfirsthead a & b\\ \endhead 1 & 2\\ \end{longtable} c"
    assert convert("a.tex", source.encode()).content == "| a | b |\n| 1 | 2 |\n\nc"


def test_quantities_have_their_units(convert: Convert) -> None:
    body = (
        r"\SI{3.5e-4}{\metre\per\second}, \qty[mode=text]{5}{\kilo\gram}, \num{12000}, \qty{9.81}{\m\per\s\squared}, "
        r"\unit{\joule\per\kilogram\per\kelvin}, \si{kg.m/s^2}, \ang{45;30;}, \qty{20}{\degreeCelsius}, "
        r"\qtyrange{1}{5}{\milli\litre}, \num{1.2 +- 0.1}, \SI{8}{\square\centi\metre}, \SI{50}{\percent}."
    )
    assert convert("a.tex", body).content == (
        "3.5 × 10^-4 m/s, 5 kg, 12000, 9.81 m/s^2, J/(kg K), kg m/s^2, 45°30′, 20 °C, 1 – 5 ml, 1.2 ± 0.1, 8 cm^2, "
        "50 %."
    )


def test_cells_over_several_columns_or_rows_are_said_in_each(convert: Convert) -> None:
    table = (
        r"\begin{tabular}{lcc} & \multicolumn{2}{c}{Load} \\ \cmidrule(lr){2-3} Beam & kN & ok \\"
        r"\multirow{2}{*}{A} & 12.5 & yes \\ & 13.1 & no \\ B & 7 & \\ \multicolumn{3}{l}{A note} \end{tabular}"
    )
    assert convert("a.tex", table).content == (
        "|  | Load | Load |\n| Beam | kN | ok |\n| A | 12.5 | yes |\n| A | 13.1 | no |\n| B | 7 |  |\n| A note |"
    )


def test_struck_words_are_marked_and_what_no_one_sees_is_not_read(convert: Convert) -> None:
    assert convert(
        "a.tex", r"\sout{850 \euro{} } 900, \st{\textbf{old}} \iffalse hid\ifx a\fi den\else new\fi."
    ).content == ("~~850 €~~ 900, ~~old~~ new.")


def test_frames_have_their_titles_as_headings(convert: Convert) -> None:
    frames = (
        r"\begin{frame}[t]{Causes}\begin{itemize}\item<1-> rain\item<2-|alert@2> wind\end{itemize}\end{frame}"
        r"\begin{frame}\frametitle{Steps}\only<2>{Measure.} $a<b$ \emph{x} < 5 \end{frame}"
    )
    assert convert("a.tex", frames).content == "### Causes\n\n- rain\n- wind\n\n### Steps\n\nMeasure. $a<b$ x < 5"
