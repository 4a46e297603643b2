"""What the commands and environments of LaTeX mean for a reader of its text."""

HEADINGS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
HEADINGS |= {"frametitle": 3, "framesubtitle": 4}
STRUCK = frozenset("sout st xout strikeout".split())
NOTES = frozenset("footnote footnotetext endnote thanks marginpar".split())
LISTS = frozenset("itemize enumerate description compactitem compactenum".split())
TABLES = {"tabular": 1, "array": 1, "longtable": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2}  # arguments
VERBATIM = frozenset("verbatim verbatim* Verbatim lstlisting minted alltt".split())
HIGHLIGHTED = frozenset(["Highlighting"])  # verbatim, but for commands that colour it
MATH = frozenset("equation align alignat gather multline eqnarray displaymath math flalign".split())
LEFT_OUT = frozenset("comment tikzpicture pgfpicture picture asy filecontents filecontents*".split())
DEFINITIONS = frozenset("newcommand renewcommand providecommand DeclareMathOperator def".split())

# How many arguments of a command are not text; of unknown commands, all are text.
UNSEEN = {
    **dict.fromkeys(
        "label hypertarget documentclass usepackage "
        "RequirePackage includegraphics input include includeonly vspace hspace "
        "bibliographystyle bibliography addbibresource pagestyle thispagestyle pagenumbering graphicspath hypersetup "
        "geometry color textcolor selectlanguage index glossary newcounter stepcounter refstepcounter cline "
        "nocite nobibliography rowcolor cellcolor phantom hphantom vphantom graphicspath captionsetup parbox".split(),
        1,
    ),
    **dict.fromkeys(
        "setlength addtolength setcounter addtocounter newtheorem rule resizebox fontsize".split(),
        2,
    ),
    **dict.fromkeys("newenvironment renewenvironment definecolor".split(), 3),
}

ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307"},
    **{'"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328"},
    **{"b": "\u0331"},
}
SYMBOLS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł"},
    **{"L": "Ł", "i": "i", "j": "j", "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "euro": "€", "and": ", "},
    **{"ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "LaTeX": "LaTeX"},
    **{"TeX": "TeX", "textbackslash": "\\", "textasciitilde": "~", "textdegree": "°", "texteuro": "€", "quad": " "},
    **{"textgreater": ">", "textless": "<", "textbar": "|", "textasciicircum": "^", "textasciigrave": "`"},
    **{"textquotesingle": "'", "textquotedbl": '"', "textunderscore": "_", "textdollar": "$", "textbullet": "•"},
    **{"textbraceleft": "{", "textbraceright": "}", "textquotedblleft": "“", "textquotedblright": "”"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textregistered": "®", "texttrademark": "™"},
    **{"textpm": "±", "texttimes": "×", "textmu": "µ", "textcelsius": "℃", "slash": "/", "textperiodcentered": "·"},
    **{"newline": "\n", "qquad": " ", " ": " ", ",": " ", ";": " ", ":": " ", "\n": " "},
    **{character: character for character in "%&_#{}$"},
}
