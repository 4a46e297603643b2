"""A fingerprint of any number of values, whatever their order: how many they are, and the sum of their hashes."""

import hashlib
import json
from dataclasses import dataclass


@dataclass
class Fingerprint:
    count: int = 0
    sum: int = 0

    def add(self, value: object) -> None:
        """What JSON can say, or bytes in it."""
        text = json.dumps(value, sort_keys=True, default=bytes.hex)
        self.count += 1
        self.sum = (self.sum + int.from_bytes(hashlib.sha256(text.encode()).digest())) % (1 << 256)
