"""The child's side of the sandbox: give up what could do harm, then run the module or script that is named.

Started as `python -I -m probanda.work.examine.confined MODULE_OR_SCRIPT ARGUMENT...`. Every limit is set
before the named program is imported. Exit status 70: neither wall against the network (namespace, system
call filter) could be put up, and nothing was run.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import runpy
import signal
import struct
import sys

NOT_CONFINED_STATUS = 70

# Address space: decoders of 60 million pixels fit, a bomb does not.
MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
# Processor time: a preview takes well under a second.
PROCESSOR_LIMIT_S = 10
# Standard streams, and what importing a decoder holds open for a moment.
OPEN_FILES_LIMIT = 32

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CLONE_NEWUSER_NEWNET_NEWIPC = 0x10000000 | 0x40000000 | 0x08000000
_SECCOMP_MODE_FILTER = 2

# System calls denied from the start, because no decoder needs them, by name in the order of the numbers.
# Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux 6.1.
_DENIED = {
    "x86_64": (
        *(56, 57, 58, 59, 322, 435),  # clone fork vfork execve execveat clone3
        *(101, 310, 311, 312, 424, 438, 440),  # ptrace process_vm_* kcmp pidfd_* process_madvise
        *(62, 200, 234, 129, 297),  # kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo
        *(141, 142, 144, 203, 314, 251, 302, 256, 279),  # priority, processors, limits and pages of others
        *(41, 42, 165, 272, 308, 321, 323, 425),  # socket connect mount unshare setns bpf userfaultfd …
        *(248, 249, 250, 298),  # add_key request_key keyctl perf_event_open
        *(29, 30, 64, 68, 240),  # shared memory, semaphores and queues of other processes
    ),
    "aarch64": (
        *(220, 221, 281, 435),
        *(117, 270, 271, 272, 424, 438, 440),
        *(129, 130, 131, 138, 240),
        *(140, 118, 119, 122, 274, 30, 261, 238, 239),
        *(198, 203, 40, 97, 268, 280, 282, 425),
        *(217, 218, 219, 241),
        *(194, 196, 190, 186, 180),
    ),
}
# Denied once the decoders are imported: opening, making, changing, renaming and removing files.
_DENIED_FILES = {
    "x86_64": (
        *(2, 85, 257, 437, 303, 304, 428),  # open creat openat openat2 *_handle_at open_tree
        *(76, 82, 264, 316, 86, 265, 87, 263, 88, 266, 83, 258, 84, 133, 259),  # names and folders
        *(90, 91, 268, 452, 92, 93, 94, 260, 132, 235, 261, 280),  # modes, owners, times
        *(188, 189, 190, 197, 198, 199, 463, 466),  # extended attributes
        *(253, 294, 254, 300),  # watching files
    ),
    "aarch64": (
        *(56, 437, 264, 265, 428),
        *(45, 38, 276, 37, 35, 36, 34, 33),
        *(52, 53, 452, 54, 55, 88),
        *(5, 6, 7, 14, 15, 16, 463, 466),
        *(26, 27, 262),
    ),
}
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000


def confine() -> bool:
    """Put up every wall this system allows; whether at least one keeps this process from the network."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_LIMIT_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES_LIMIT),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    namespace = libc.unshare(_CLONE_NEWUSER_NEWNET_NEWIPC) == 0
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _filter_system_calls(_DENIED) or namespace


def give_up_files() -> None:
    """Open nothing from now on: for a program that has imported all it needs and read no input yet."""
    _filter_system_calls(_DENIED_FILES)


def _filter_system_calls(denied_by_machine: dict[str, tuple[int, ...]]) -> bool:
    machine = platform.machine()
    if machine not in denied_by_machine:
        return False
    program = _berkeley_filter(_AUDIT_ARCHITECTURE[machine], denied_by_machine[machine])
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) == 0)


def _berkeley_filter(architecture: int, denied: tuple[int, ...]) -> bytes:
    """Kill on a foreign architecture, answer EPERM to what is denied, allow the rest."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    kill, not_permitted, allow = 0x80000000, 0x00050001, 0x7FFF0000
    steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, kill), (load, 0, 0, 0)]
    steps.append((at_least, len(denied) + 1, 0, _X32_BIT))
    steps += [(equal, len(denied) - position, 0, number) for position, number in enumerate(denied)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, not_permitted)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def main() -> None:
    """Confine this process and become the named program."""
    if not confine():
        raise SystemExit(NOT_CONFINED_STATUS)
    name = sys.argv[1]
    sys.argv = sys.argv[1:]
    if name.endswith(".py"):
        runpy.run_path(name, run_name="__main__")
    else:
        runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
