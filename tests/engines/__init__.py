"""The engines of an installation on many machines, as real servers on this one: one module each."""
