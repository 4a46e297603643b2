"""Identifiers that cannot be guessed and do not repeat."""

import secrets


def new_id(prefix: str) -> str:
    """`prefix` and 24 random hexadecimal digits."""
    return prefix + secrets.token_hex(12)
