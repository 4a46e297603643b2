"""Which version of this project runs."""


def installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # a third of what `--help` takes

    try:
        return version("rag-api")
    except PackageNotFoundError:  # in a checkout
        return "unknown (not installed)"
