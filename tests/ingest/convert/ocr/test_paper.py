"""What is done to a page before it is read."""

import random

import pytest

from tests.ingest.convert.scans import needs_ocr


@needs_ocr
@pytest.mark.parametrize("reach", [1, 2, 4, 8])
@pytest.mark.parametrize("size", [(1, 1), (3, 40), (57, 31)])
def test_points_spread_as_by_the_filter_that_takes_longer(reach: int, size: tuple[int, int]) -> None:
    from PIL import Image, ImageFilter

    from ingest.convert.ocr.paper import _spread

    chance = random.Random(reach)
    image = Image.frombytes("L", size, bytes(chance.choice((0, 0, 0, 90, 255)) for _ in range(size[0] * size[1])))
    assert _spread(image, reach).tobytes() == image.filter(ImageFilter.MaxFilter(2 * reach + 1)).tobytes()
