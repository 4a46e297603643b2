"""The stem of a Hindi word: without its ending, if it has one.

Of a folded word: the endings are those of Ramanathan and Rao, "A lightweight stemmer for Hindi" (2003).
"""

from functools import lru_cache

_ENDINGS = (
    "ो े ू ु ी ि ा "
    "कर ाओ िए ाई ाए ने नी ना ते ीं ती ता ां ों ें "
    "ाकर ाइए ाईं ाया ेगी ेगा ोगी ोगे ाने ाना ाते ाती ाता तीं ाओं ाएं ुओं ुएं ुआं "
    "ाएगी ाएगा ाओगी ाओगे एंगी ेंगी एंगे ेंगे ूंगी ूंगा ातीं नाओं नाएं ताओं ताएं ियों ियां "
    "ाएंगी ाएंगे ाऊंगी ाऊंगा ाइयों ाइयां"
).split()
_LONGEST_FIRST = tuple(sorted(_ENDINGS, key=len, reverse=True))
_SHORTEST_STEM = 2  # characters


@lru_cache(100_000)
def stem(word: str) -> str:
    for ending in _LONGEST_FIRST:
        if word.endswith(ending) and len(word) >= len(ending) + _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
