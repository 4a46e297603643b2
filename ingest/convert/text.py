"""Plain text and source code: bytes -> characters, whatever the encoding."""
import re
from pathlib import Path
from charset_normalizer import from_bytes
from ingest.convert import Extracted
from ingest.errors import ConversionFailed
