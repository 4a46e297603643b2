"""Calls of libc that Python has no functions for."""

import ctypes
import os


class NotConfined(Exception):
    """The kernel does not do it; the message names what and why."""


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call_libc(result: int, what: str, unless: int = 0) -> int:
    """The result of a call of libc's. Raises `NotConfined` if it is -1, unless for that reason."""
    if result == -1 and (error := ctypes.get_errno()) != unless:
        raise NotConfined(f"{what} ({os.strerror(error)})")
    return result
