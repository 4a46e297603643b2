"""The version of this project that is running."""


def installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # a third of the time of `--help`

    try:
        return version("rag-api")
    except PackageNotFoundError:  # a checkout that is not installed
        return "unknown (not installed)"
