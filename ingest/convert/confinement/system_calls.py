"""The system calls that a parser has no use for, by what they could do."""

from collections.abc import Mapping
from typing import NamedTuple


class Denied(NamedTuple):
    """A system call by its numbers on x86_64 and on aarch64, which has not all of them."""

    x86_64: int
    aarch64: int | None = None


# No program and no thread is started, and no other process looked into, signalled or slowed down. No limit that holds
# for root, too, counts threads, and their stacks in the kernel are not among the memory that is limited.
PROCESSES = {
    "clone": Denied(56, 220),
    "fork": Denied(57),
    "vfork": Denied(58),
    "execve": Denied(59, 221),
    "execveat": Denied(322, 281),
    "ptrace": Denied(101, 117),
    "process_vm_readv": Denied(310, 270),
    "process_vm_writev": Denied(311, 271),
    "process_madvise": Denied(440, 440),
    "process_mrelease": Denied(448, 448),
    "kcmp": Denied(312, 272),
    "pidfd_open": Denied(434, 434),
    "pidfd_getfd": Denied(438, 438),
    "pidfd_send_signal": Denied(424, 424),
    "rt_sigqueueinfo": Denied(129, 138),
    "rt_tgsigqueueinfo": Denied(297, 240),
    "setpriority": Denied(141, 140),
    "ioprio_set": Denied(251, 30),
    "sched_setscheduler": Denied(144, 119),
    "sched_setparam": Denied(142, 118),
    "sched_setattr": Denied(314, 274),
    "sched_setaffinity": Denied(203, 122),
    "migrate_pages": Denied(256, 238),
    "move_pages": Denied(279, 239),
    "setpgid": Denied(109, 154),
    "setsid": Denied(112, 157),
}
LIMITS = {"setrlimit": Denied(160, 164)}
NETWORK = {  # nor sockets in the file system, which Landlock does not know
    "socket": Denied(41, 198),
    "socketpair": Denied(53, 199),
    "connect": Denied(42, 203),
    "bind": Denied(49, 200),
    "listen": Denied(50, 201),
    "accept": Denied(43, 202),
    "accept4": Denied(288, 242),
}
FILES = {  # nothing is changed, not even by the descriptor of the file that is read, nor its owner, mode and times
    "creat": Denied(85),
    "truncate": Denied(76, 45),
    "ftruncate": Denied(77, 46),
    "fallocate": Denied(285, 47),
    "rename": Denied(82),
    "renameat": Denied(264, 38),
    "renameat2": Denied(316, 276),
    "link": Denied(86),
    "linkat": Denied(265, 37),
    "symlink": Denied(88),
    "symlinkat": Denied(266, 36),
    "unlink": Denied(87),
    "unlinkat": Denied(263, 35),
    "rmdir": Denied(84),
    "mkdir": Denied(83),
    "mkdirat": Denied(258, 34),
    "mknod": Denied(133),
    "mknodat": Denied(259, 33),
    "chmod": Denied(90),
    "fchmod": Denied(91, 52),
    "fchmodat": Denied(268, 53),
    "chown": Denied(92),
    "fchown": Denied(93, 55),
    "lchown": Denied(94),
    "fchownat": Denied(260, 54),
    "utime": Denied(132),
    "utimes": Denied(235),
    "utimensat": Denied(280, 88),
    "futimesat": Denied(261),
    "setxattr": Denied(188, 5),
    "lsetxattr": Denied(189, 6),
    "fsetxattr": Denied(190, 7),
    "removexattr": Denied(197, 14),
    "lremovexattr": Denied(198, 15),
    "fremovexattr": Denied(199, 16),
    "chroot": Denied(161, 51),
    "name_to_handle_at": Denied(303, 264),  # which Landlock would not see used
    "open_by_handle_at": Denied(304, 265),
    "inotify_init": Denied(253),  # the names of others' files
    "inotify_init1": Denied(294, 26),
    "inotify_add_watch": Denied(254, 27),
    "fanotify_init": Denied(300, 262),
    "fanotify_mark": Denied(301, 263),
    "flock": Denied(73, 32),
    "sync": Denied(162, 81),
    "syncfs": Denied(306, 267),
}
MEMORY = {  # that is outside the process, where no limit counts it, and stays when the process ends
    "memfd_create": Denied(319, 279),
    "memfd_secret": Denied(447, 447),
    "shmget": Denied(29, 194),
    "shmat": Denied(30, 196),
    "shmctl": Denied(31, 195),
    "semget": Denied(64, 190),
    "semop": Denied(65, 193),
    "semtimedop": Denied(220, 192),
    "semctl": Denied(66, 191),
    "msgget": Denied(68, 186),
    "msgsnd": Denied(69, 189),
    "msgrcv": Denied(70, 188),
    "msgctl": Denied(71, 187),
    "mq_open": Denied(240, 180),
    "mq_unlink": Denied(241, 181),
}
KERNEL = {  # large parts of the kernel in which faults were found, and what root may do
    "io_uring_setup": Denied(425, 425),  # which would do all of the above unfiltered
    "io_uring_enter": Denied(426, 426),
    "io_uring_register": Denied(427, 427),
    "io_setup": Denied(206, 0),  # which takes of what all processes have together
    "io_submit": Denied(209, 2),
    "bpf": Denied(321, 280),
    "perf_event_open": Denied(298, 241),
    "userfaultfd": Denied(323, 282),
    "keyctl": Denied(250, 219),
    "add_key": Denied(248, 217),
    "request_key": Denied(249, 218),
    "mount": Denied(165, 40),
    "umount2": Denied(166, 39),
    "pivot_root": Denied(155, 41),
    "fsopen": Denied(430, 430),
    "fsconfig": Denied(431, 431),
    "fsmount": Denied(432, 432),
    "fspick": Denied(433, 433),
    "move_mount": Denied(429, 429),
    "open_tree": Denied(428, 428),
    "mount_setattr": Denied(442, 442),
    "unshare": Denied(272, 97),
    "setns": Denied(308, 268),
    "init_module": Denied(175, 105),
    "finit_module": Denied(313, 273),
    "delete_module": Denied(176, 106),
    "kexec_load": Denied(246, 104),
    "kexec_file_load": Denied(320, 294),
    "reboot": Denied(169, 142),
    "swapon": Denied(167, 224),
    "swapoff": Denied(168, 225),
    "acct": Denied(163, 89),
    "quotactl": Denied(179, 60),
    "quotactl_fd": Denied(443, 443),
    "syslog": Denied(103, 116),
    "settimeofday": Denied(164, 170),
    "clock_settime": Denied(227, 112),
    "clock_adjtime": Denied(305, 266),
    "adjtimex": Denied(159, 171),
    "sethostname": Denied(170, 161),
    "setdomainname": Denied(171, 162),
    "iopl": Denied(172),
    "ioperm": Denied(173),
    "modify_ldt": Denied(154),
    "vhangup": Denied(153, 58),
    "personality": Denied(135, 92),
}
DENIED: Mapping[str, Denied] = PROCESSES | LIMITS | NETWORK | FILES | MEMORY | KERNEL

# Denied by their arguments:
OPEN, OPENAT = Denied(2), Denied(257, 56)  # for writing
KILL, TKILL, TGKILL = Denied(62, 129), Denied(200, 130), Denied(234, 131)  # others; a library may abort
PRLIMIT64 = Denied(302, 261)  # to set, or of others
FCNTL = Denied(72, 25)  # by which a descriptor sends signals to others
IOCTL = Denied(16, 29)  # all but those by which files are read
PRCTL = Denied(157, 167)  # all but the names of threads and of memory
# Said not to be there, as their flags lie where a filter cannot look: libc then uses `clone` and `openat`.
CLONE3, OPENAT2 = Denied(435, 435), Denied(437, 437)
FIRST_UNKNOWN = 451  # of Linux 6.4; and all numbers of the x32 variant of x86_64
