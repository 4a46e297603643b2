"""Which files and folders this process may still open: Landlock."""

import os
import struct
from collections.abc import Iterable

from ingest.convert.confinement.kernel import call_libc, libc

# <linux/landlock.h>, whose calls have the same numbers everywhere
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION, RULE_PATH_BENEATH = 1, 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# How many rights there are to files and folders from each version of Landlock on: 2 has moves between folders, 3
# truncation, 5 control of devices. All of them are taken.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
TCP_FROM, TCP = 4, 0b11  # to bind and to connect
SCOPED_FROM, SCOPED = 6, 0b11  # no abstract sockets and no signals of others


def version() -> int:
    return call_libc(libc().syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION), "Landlock")


def restrict_files(readable: Iterable[str]) -> None:
    known = version()
    files = (1 << max(rights for since, rights in FILE_RIGHTS.items() if known >= since)) - 1
    attributes = struct.pack("Q", files)  # a kernel takes those that it knows
    attributes += struct.pack("Q", TCP) if known >= TCP_FROM else b""
    attributes += struct.pack("Q", SCOPED) if known >= SCOPED_FROM else b""
    rules = call_libc(libc().syscall(CREATE_RULESET, attributes, len(attributes), 0), "Landlock")
    try:
        for path in readable:
            try:
                beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:  # gone meanwhile, or not for this user
                continue
            rights = READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE
            rule = struct.pack("=Qi", rights, beneath)
            call_libc(libc().syscall(ADD_RULE, rules, RULE_PATH_BENEATH, rule, 0), "Landlock")
            os.close(beneath)
        call_libc(libc().syscall(RESTRICT_SELF, rules, 0), "Landlock")
    finally:
        os.close(rules)
