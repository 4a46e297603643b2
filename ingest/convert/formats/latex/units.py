"""Numbers and units of the package siunitx, as a reader sees them: `3.5 × 10^-4 m/s`."""

import re
from collections.abc import Callable

PREFIXES = dict(
    zip(
        "quetta ronna yotta zetta exa peta tera giga mega kilo hecto deca deka "
        "deci centi milli micro nano pico femto atto zepto yocto ronto quecto".split(),
        "Q R Y Z E P T G M k h da da d c m µ n p f a z y r q".split(),
        strict=True,
    )
)
UNITS = dict(
    zip(
        "metre meter second gram kilogram ampere kelvin mole candela radian steradian hertz newton pascal joule watt "
        "coulomb volt farad ohm siemens weber tesla henry lumen lux becquerel gray sievert katal degreeCelsius celsius "
        "minute hour day degree arcminute arcsecond litre liter tonne hectare dalton electronvolt neper bel decibel "
        "astronomicalunit percent bar angstrom mmHg knot nauticalmile barn byte bit "
        "nm um mm cm dm m km mg g kg ug ms s us ns mA A mV V kV mW W kW MW J kJ kWh eV MeV GeV N kN Pa kPa MPa Hz kHz "
        "MHz GHz mol mmol l ml L mL K dB C F H T".split(),
        "m m s g kg A K mol cd rad sr Hz N Pa J W C V F Ω S Wb T H lm lx Bq Gy Sv kat °C °C "
        "min h d ° ′ ″ l l t ha Da eV Np B dB au % bar Å mmHg kn nmi b B bit "
        "nm µm mm cm dm m km mg g kg µg ms s µs ns mA A mV V kV mW W kW MW J kJ kWh eV MeV GeV N kN Pa kPa MPa Hz kHz "
        "MHz GHz mol mmol l ml L mL K dB C F H T".split(),
        strict=True,
    )
)
POWERS = {"squared": "2", "cubed": "3"}
POWERS_BEFORE = {"square": "2", "cubic": "3"}
PART = re.compile(r"\\([a-zA-Z]+)\s*(?:\{([^{}]*)\})?|([^\\]+)")
EXPONENT = re.compile(r"(?<=\d)\s*[eEdD]\s*([-+]?\d+)")
UNCERTAIN = re.compile(r"\s*(?:\+-|\\pm)\s*")


def number(text: str) -> str:
    return UNCERTAIN.sub(" ± ", EXPONENT.sub(r" × 10^\1", text.strip()))


def unit(text: str) -> str:
    """`\\metre\\per\\second` is m/s; units may be written out, too."""
    above: list[str] = []
    below: list[str] = []
    prefix = power = ""
    is_below = False
    for name, argument, letters in PART.findall(text):
        if letters:
            above.append(re.sub(r"[.~\s]+", " ", letters).strip())
        elif name == "per":
            is_below = True
        elif name in PREFIXES:
            prefix = PREFIXES[name]
        elif name in POWERS_BEFORE:
            power = f"^{POWERS_BEFORE[name]}"
        elif name in POWERS or name == "tothe":
            if units := (below or above) if is_below or not above else above:
                units[-1] += f"^{POWERS.get(name, argument.strip())}"
        elif name == "raiseto":
            power = f"^{argument.strip()}"
        elif name not in ("of", "highlight", "cancel"):
            (below if is_below else above).append(f"{prefix}{UNITS.get(name, name)}{power}")
            prefix = power = ""
    denominator = " ".join(below)
    if len(below) > 1:
        denominator = f"({denominator})"
    return "/".join(filter(None, [" ".join(filter(None, above)) or ("1" if below else ""), denominator]))


def quantity(value: str, unit_text: str) -> str:
    said = unit(unit_text)
    return f"{number(value)}{'' if said in ('°', '′', '″') else ' '}{said}".rstrip()


def angle(text: str) -> str:
    parts = text.split(";")
    return "".join(f"{part.strip()}{sign}" for part, sign in zip(parts, "°′″", strict=False) if part.strip())


def several(text: str) -> str:
    return ", ".join(map(number, text.split(";")))


COMMANDS: dict[str, tuple[int, Callable[..., str]]] = {  # by name: how many arguments, and what they say
    "num": (1, number),
    "unit": (1, unit),
    "si": (1, unit),
    "qty": (2, quantity),
    "SI": (2, quantity),
    "ang": (1, angle),
    "numrange": (2, lambda first, last: f"{number(first)} – {number(last)}"),
    "numlist": (1, several),
    "qtyrange": (3, lambda first, last, of: f"{number(first)} – {quantity(last, of)}"),
    "SIrange": (3, lambda first, last, of: f"{number(first)} – {quantity(last, of)}"),
    "qtylist": (2, lambda values, of: f"{several(values)} {unit(of)}"),
    "SIlist": (2, lambda values, of: f"{several(values)} {unit(of)}"),
}
