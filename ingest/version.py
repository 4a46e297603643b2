"""Which version of this project runs."""

from importlib.metadata import PackageNotFoundError, version


def installed_version() -> str:
    try:
        return version("rag-api")
    except PackageNotFoundError:  # in a checkout
        return "unknown (not installed)"
