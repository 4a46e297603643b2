import pytest
from lxml import etree

from ingest.convert.parts.mathml import latex

NAME = "http://www.w3.org/1998/Math/MathML"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("<mi>f</mi><mfenced><mi>a</mi><mi>b</mi><mi>c</mi></mfenced>", "$f(a,b,c)$"),
        (
            '<mfenced open="[" close=")" separators="; |"><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi></mfenced>',
            "$[a;b|c|d)$",
        ),
        ('<mfenced open="{" close="" separators=""><mi>a</mi><mi>b</mi></mfenced>', r"$\{ab$"),
        ("<msup><mfenced><mi>x</mi></mfenced><mn>2</mn></msup>", "${(x)}^2$"),
        ("<mfenced/>", "$()$"),
        (f'<m:mfenced xmlns:m="{NAME}" m:open="" m:close="|"><m:mi>x</m:mi></m:mfenced>', "$x|$"),
    ],
)
def test_fences_stand_around_what_they_hold(formula: str, said: str) -> None:
    assert latex(etree.fromstring(f'<math xmlns="{NAME}">{formula}</math>')) == said


def test_formulas_of_openoffice_are_read_in_its_own_font() -> None:
    formula = (
        "<m:mn>1</m:mn><m:mo>\ue083</m:mo><m:mi>\ue0b7</m:mi><m:mo>\ue086</m:mo><m:mover><m:mi>u</m:mi><m:mo>\ue098</m:mo>"
        '</m:mover><m:mfenced m:open="\ue09e" m:close="\ue09f"><m:mi>\ue0c6</m:mi></m:mfenced><m:mi>\ue0b6</m:mi>'
    )
    assert (
        latex(etree.fromstring(f'<m:math xmlns:m="{NAME}">{formula}</m:math>')) == r"$1+\alpha \leq \vec{u}(\pi)\Omega$"
    )


@pytest.mark.parametrize(
    ("mark", "name"),
    [("^", "hat"), ("~", "tilde"), ("˜", "tilde"), ("¨", "ddot"), ("\u20d7", "vec"), ("→", "vec"), ("¯", "overline")],
)
def test_accents_stand_over_letters(mark: str, name: str) -> None:
    formula = f'<math xmlns="{NAME}"><mover><mi>x</mi><mo>{mark}</mo></mover></math>'
    assert latex(etree.fromstring(formula)) == f"$\\{name}{{x}}$"
