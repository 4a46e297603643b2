"""Values that a Haystack pipeline passes on without copying them.

A pipeline makes a deep copy of what it passes from one component to the next. That takes longer than finding eight
passages, and a third of the time of writing the chunks of many small files.
"""

from typing import Any, Self


class NoCopy:
    """Never changed after it was made, so it needs no copy."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
