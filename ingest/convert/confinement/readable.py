"""What a parser reads of the system: libraries, time zones, fonts that a PDF lacks, models of languages."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

OF_THE_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/mime.types",
    "/usr/share/zoneinfo",
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/X11/fonts",
    "/sys/devices/system/cpu",
    "/dev/null",
    "/dev/urandom",
)
PACKAGES = ("site-packages", "dist-packages")  # how folders of packages are called


def readable_paths() -> list[str]:
    """The files and folders that the interpreter and its packages may still read, with those of `TESSDATA_PREFIX`.

    Of other folders that modules are imported from, such as the working directory, only the packages and modules in it:
    documents and `.env` may lie beside them.
    """
    paths = list(OF_THE_SYSTEM) + os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    paths += [os.environ.get("TESSDATA_PREFIX", "")]
    paths += [str(Path(__file__).parents[2])]  # a checkout that is installed need not be on `sys.path`
    paths += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        paths += [f"{prefix}/lib", f"{prefix}/lib64", f"{prefix}/share/tessdata"]
    for entry in map(Path, filter(None, sys.path)):
        paths += [str(entry)] if entry.name in PACKAGES or entry.suffix == ".zip" else map(str, _modules(entry))
    real = {os.path.realpath(path) for path in paths if path and os.path.exists(path)}
    return sorted(path for path in real if not any(str(parent) in real for parent in Path(path).parents))


def _modules(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.suffix in {".py", ".so"} or (path / "__init__.py").exists():
            yield path
