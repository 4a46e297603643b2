"""What is recognised on scans: pages that are drawn here in six languages, and pages of tables out of real reports.

    OMP_THREAD_LIMIT=1 .venv/bin/python -m benchmarks.scans FOLDER [--texts TEXTS] [--only NAME...]

FOLDER has judged questions as the other benchmarks take them: the texts are those of `xquad-LANGUAGE/corpus.jsonl`, the
reports are `filings/pdfs/*.pdf`. French has no such set: what is drawn of it stands here. With `--texts`, what was read
is written to TEXTS, to compare two commits by `diff`. Needs poppler, and the languages for Tesseract.

- errors: the edit distance as a share of what was drawn
- rows: of the rows of figures, those whose cells stand in one line, in order
- figures: of those in such rows, how many were read
- CPU: seconds a page
"""

import argparse
import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from benchmarks.index_search import row
from benchmarks.pdf_readers import page_words, table_rows, whole_rows
from ingest.convert.ocr.tesseract import recognised
from tests.ingest.convert import scans

DPI = 200
WHITE = 255
OTHER_FONT = "DejaVuSans.ttf"  # for letters that the font of a script does not have: it would draw an empty box
NO_CHARACTER = "\U0010fffe"
COMPANIES = 8
PAGES = 3  # of each company: those with most rows of figures

FRENCH = """\
Le conseil municipal s'est réuni le neuf avril dans la grande salle de la mairie, sous la présidence de Mme Lefèvre. \
Après l'approbation du procès-verbal, l'ingénieur en chef a présenté l'état du pont : les pierres, fragilisées par \
le gel de l'hiver dernier, ne supporteraient pas une crue comme celle de 1910. Il a donc demandé une enquête \
complète, des relevés précis et un échéancier détaillé, ce qui a déplu à plusieurs conseillers.
Les travaux, dont le coût est estimé à 12 450 euros, commenceront dès la fête de décembre. Le département s'est \
engagé à en payer le tiers ; le reste sera couvert par un péage sur les véhicules de plus de trois essieux, jusqu'à \
ce que la somme soit réunie. M. Aïssa a fait remarquer qu'un tel péage, déjà essayé ailleurs, avait surtout éloigné \
les marchands du marché, où l'on achète moins qu'autrefois.
À la bibliothèque, le nombre de lecteurs a augmenté d'un tiers, tandis que les dépenses d'entretien sont restées les \
mêmes. L'une des lettres reçues, signée par Noël Béranger, évoque un trésor enfoui là où la rivière rejoint le \
fleuve ; le maire a répondu qu'il préférait garder son sang-froid, et que la chasse aux trésors ne relevait pas de \
ses compétences. La séance a été levée à vingt-deux heures. La prochaine assemblée aura lieu au printemps, dans la \
même salle, si le plafond, réparé à la hâte, tient jusque-là."""


class Script(NamedTuple):
    code: str
    font: str
    set: str = "corpus"
    points: float = 11
    spaced: bool = True


LANGUAGES = {
    "English": Script("en", "DejaVuSerif.ttf"),
    "German": Script("de", "DejaVuSerif.ttf"),
    "French": Script("fr", "DejaVuSerif.ttf"),
    "Russian": Script("ru", "DejaVuSerif.ttf"),
    "Hindi": Script("hi", "NotoSansDevanagari-Regular.ttf"),
    "Chinese": Script("zh", "wqy-microhei.ttc", spaced=False),
}
OTHERS = {
    "English, sans serif": Script("en", "NimbusSans-Regular.otf", points=10),
    "English, 8 points": Script("en", "DejaVuSans.ttf", points=8),
    "German, Times": Script("de", "NimbusRoman-Regular.otf"),
    "Hindi, serif": Script("hi", "NotoSerifDevanagari-Regular.ttf"),
}


def _askew(image: Image.Image) -> Image.Image:
    return image.rotate(2, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def _fax(image: Image.Image) -> Image.Image:
    return _smaller(image).point([0] * 129 + [WHITE] * 127)


def _pressed(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    _smaller(image).save(out, "JPEG", quality=15)
    return Image.open(out).convert("L")


def _grainy(image: Image.Image) -> Image.Image:
    pale = image.filter(ImageFilter.GaussianBlur(0.8)).point(lambda shade: 45 + shade * 0.75)
    return ImageChops.add(pale, Image.effect_noise(pale.size, 18), offset=-128)


def _smaller(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)


Lay = Callable[[Image.Image], Image.Image]
WAYS: dict[str, Lay] = {
    "straight": lambda image: image,
    "askew": _askew,
    "on its side": lambda image: image.rotate(90, expand=True),
    "upside down": lambda image: image.rotate(180),
}
WORN: dict[str, Lay] = {"150 dpi": _smaller, "fax": _fax, "JPEG 15 %": _pressed, "grainy": _grainy}


def main(folder: Path, texts: Path | None, only: list[str]) -> None:
    row("errors of characters", *WAYS, *WORN, "CPU")
    for name, script in {**LANGUAGES, **OTHERS}.items():
        if only and name not in only:
            continue
        image, expected = _drawn(script, _text(folder, script.code))
        ways = WAYS | WORN if name in ("English", "German") else WAYS if name in LANGUAGES else {"straight": _askew}
        errors, seconds = [], []
        for way, lay in (WAYS | WORN).items():
            if way not in ways:
                errors.append("")
                continue
            text, spent = _read(lay(image), texts and texts / f"{name} {way}.txt")
            errors.append(f"{scans.character_errors(text, expected):.4f}")
            seconds.append(spent)
        row(name, *errors, f"{sum(seconds) / len(seconds):.2f}")
    if not only or "tables" in only:
        _tables(folder / "filings" / "pdfs", texts)


def _text(folder: Path, code: str) -> list[str]:
    if code == "fr":
        return FRENCH.split("\n")
    lines = (folder / f"xquad-{code}" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    found = [re.sub(r"\s+", " ", json.loads(line)["text"]).strip() for line in lines]
    return [text for text in found if len(text) > (100 if code == "zh" else 250)][:4]


def _drawn(script: Script, paragraphs: list[str]) -> tuple[Image.Image, str]:
    """A page of A4, and what stands on it."""
    size = round(script.points * DPI / 72)
    font = scans.font(size, script.font)
    width, most = scans.A4[0] - 2 * scans.MARGIN, (scans.A4[1] - 2 * scans.MARGIN) // round(1.4 * size) - 4
    lines: list[str] = []
    for paragraph in paragraphs:
        words = paragraph.split(" ") if script.spaced else list(paragraph)
        line = ""
        for word in words:
            longer = f"{line} {word}" if script.spaced and line else line + word
            if font.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines += [line, ""]
    image = scans.page(font=font)
    draw, other = ImageDraw.Draw(image), scans.font(size, OTHER_FONT)
    for number, line in enumerate(lines[:most]):
        x, baseline = float(scans.MARGIN), scans.MARGIN + number * round(1.4 * size) + font.getmetrics()[0]
        for lacks, run in groupby(re.findall(r"\S+\s*", line), key=lambda word: _lacks(font, word)):
            used, text = other if lacks else font, "".join(run)
            draw.text((round(x), baseline), text, scans.BLACK, used, anchor="ls")
            x += used.getlength(text)
    return image, "\n".join(lines[:most])


def _lacks(font: Any, word: str) -> bool:
    none = bytes(font.getmask(NO_CHARACTER))
    return any(bytes(font.getmask(character)) == none for character in word.strip())


def _tables(folder: Path, texts: Path | None) -> None:
    count = Counter[str]()
    seconds = 0.0
    for path in _companies(folder):
        pages = [table_rows(words) for _, words in page_words(path)]
        most = sorted(range(len(pages)), key=lambda page: -len(pages[page]))[:PAGES]
        with pypdfium2.PdfDocument(path) as document:
            for page in sorted(most):
                image = document[page].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
                text, spent = _read(image, texts and texts / f"{path.stem} {page + 1}.txt")
                seconds += spent
                cells = Counter(cell for line in pages[page] for cell in line if re.fullmatch(r"\d+", cell))
                read = Counter(figure for figure in ("".join(filter(str.isalnum, each)) for each in text.split()))
                found = whole_rows(pages[page], text)
                count.update(rows=len(pages[page]), whole=found, figures=cells.total(), read=(cells & read).total())
                count.update(pages=1)
                print(f"{path.stem} {page + 1}: {found} of {len(pages[page])}, {spent:.1f} s", file=sys.stderr)
    print()
    row("tables", "rows", "whole", "figures", "read", "CPU")
    row(
        f"{count['pages']} pages",
        *(f"{count[each]:,}" for each in ("rows", "whole", "figures", "read")),
        f"{seconds / max(count['pages'], 1):.2f}",
    )


def _companies(folder: Path) -> Iterator[Path]:
    """One report of each of the first companies."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.glob("*.pdf")):
        seen.setdefault(path.name.split("_")[0], path)
    yield from list(seen.values())[:COMPANIES]


def _read(image: Image.Image, kept: Path | None) -> tuple[str, float]:
    started = time.process_time()
    read = recognised(image)
    spent = time.process_time() - started
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(f"{read.text}\n\n{read.reason}\n", encoding="utf-8")
    return read.text, spent


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    main(given.folder, given.texts, given.only)
