"""Fuzzing: each parser of our own is fed what a search by coverage thinks up, and must keep what its target says of it.

`python -m fuzz` runs all targets, `python -m fuzz rtf --seconds 3600` one of them; CONTRIBUTING.md has the rest. To add
one: a module in `fuzz/targets/`, named after its parser, that ends in `TARGET`.
"""
