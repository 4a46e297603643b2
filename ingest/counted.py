"""A number of things, as a person says it: `1 file`, `1,200 files`."""


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
