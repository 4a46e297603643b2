"""Extremes: how a question asks for the most or the least, in each language."""

import re
from functools import cache

from rag_api.answer.language.languages import AnswerLanguage

# Words for the most, and for the least.
_WORDS = {
    "en": ("most|highest|largest|biggest|greatest|maximum", "least|lowest|smallest|fewest|minimum"),
    "de": ("meisten?|höchste[nrsm]?|größte[nrsm]?", "wenigsten?|niedrigste[nrsm]?|kleinste[nrsm]?|geringste[nrsm]?"),
    "fr": (r"le plus (?:de|d'|grand|élevé|haut)\w*|la plus (?:grande|élevée|haute)", r"le moins|le plus (?:petit|bas)"),
    "es": ("más (?:alt|elevad)[oa]s?|mayor|máxim[oa]|más", "más baj[oa]s?|menor|mínim[oa]|menos"),
    "it": (r"più (?:alt|grand|elevat)\w|maggiore?|massim[oa]|più", r"più (?:bass|piccol)\w|minore?|minim[oa]|meno"),
    "pt": (r"mais (?:alt|elevad)\w|maior|máxim[oa]|mais", r"mais baix\w|menor|mínim[oa]|menos"),
    "nl": ("meeste|hoogste|grootste", "minste|laagste|kleinste"),
    "ru": (
        r"больше всего|наибольш\w+|сам\w+ (?:высок|больш)\w+|максимальн\w+",
        r"меньше всего|наименьш\w+|сам\w+ (?:низк|маленьк)\w+|минимальн\w+",
    ),
    "ar": ("الأكثر|أكثر|الأعلى|أعلى|الأكبر|أكبر", "الأقل|أقل|الأدنى|أدنى|الأصغر|أصغر"),
    "hi": ("सबसे (?:अधिक|ज़्यादा|ज्यादा|बड़ा|बड़ी|ऊँचा|ऊँची)", "सबसे (?:कम|छोटा|छोटी)"),
    "zh": ("最(?:高|大|多)", "最(?:低|小|少)"),
    "ja": (
        "(?:最も|一番)(?:高い|大きい|多い)|最(?:高|大|多)の?",
        "(?:最も|一番)(?:低い|小さい|少ない)|最(?:低|小|少)の?",
    ),
    "ko": ("가장 (?:높은|큰|많은)", "가장 (?:낮은|작은|적은)"),
    "th": ("(?:มาก|สูง|ใหญ่)ที่สุด", "(?:น้อย|ต่ำ|เล็ก)ที่สุด"),
}


def extreme(question: str, language: AnswerLanguage) -> tuple[bool, str] | None:
    """Whether the most is asked for, or the least, and the question without the words that say so; None if neither."""
    text = question.lower()
    for most, pattern in zip((False, True), reversed(_patterns(language)), strict=True):  # "más bajo" has "más" in it
        if pattern.search(text):
            return most, pattern.sub(" ", text)
    return None


@cache
def _patterns(language: AnswerLanguage) -> list[re.Pattern[str]]:
    return [re.compile(language.whole(words)) for words in _WORDS.get(language.name, ("(?!)", "(?!)"))]
