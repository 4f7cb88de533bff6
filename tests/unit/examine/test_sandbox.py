"""A child that does what it should not: what it may not do, and that it is gone afterwards."""

import io
import os
import textwrap
from pathlib import Path

import pytest

from probanda.work.examine import sandbox
from probanda.work.examine.sandbox import Stop, run_confined


@pytest.fixture
def child(tmp_path):
    """Writes a child from lines of Python and runs it confined."""

    def run(lines: str, fed: bytes = b"", time_limit_s: float = 20):
        script = tmp_path / "child.py"
        script.write_text(textwrap.dedent(lines))
        return run_confined((str(script),), io.BytesIO(fed), time_limit_s)

    return run


def alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_what_is_fed_comes_back_whole(child):
    content = os.urandom(1_000_000)

    ran = child("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())", content)

    assert (ran.untrusted_output, ran.exit_status, ran.stopped) == (content, 0, None)


def test_a_child_has_no_environment_and_only_its_three_streams(child):
    ran = child("""
        import os
        print(set(os.environ) - {'LC_CTYPE'}, sorted(os.listdir('/proc/self/fd')))
        """)

    assert ran.untrusted_output == b"set() ['0', '1', '2', '3']\n"  # 3 is the folder being listed


NO_FILES = "from probanda.work.examine.confined import give_up_files; give_up_files()"


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import _thread; _thread.start_new_thread(print, ())",
        "import os; os.kill(os.getppid(), 0)",
        "import os, ctypes; assert not ctypes.CDLL(None).tgkill(os.getppid(), os.getppid(), 0)",
        "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "import os; os.sched_setaffinity(os.getppid(), {0})",
        "import ctypes; assert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0",
        "open('made', 'wb', buffering=0).write(b'x')",
        f"{NO_FILES}; open('/etc/passwd')",
        f"{NO_FILES}; import os; os.unlink(__file__)",
        f"{NO_FILES}; import os; os.utime(__file__)",
        f"{NO_FILES}; import os; os.setxattr(__file__, 'user.seen', b'x')",
        f"{NO_FILES}; import os; os.mkfifo('made')",
        "[open('/dev/null') for _ in range(100)]",
        "bytearray(2 * 1024 ** 3)",
    ],
)
def test_a_child_may_not(child, attempt):
    ran = child(f"{attempt}\nprint('done')")

    assert b"done" not in ran.untrusted_output
    assert ran.exit_status != 0


STUBBORN = {
    "ignores every signal it can": """
        import signal
        for each in (1, 2, 3, 13, 15): signal.signal(each, signal.SIG_IGN)
        while True: signal.pause()
        """,
    "blocks signals and spins": """
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        while True: pass
        """,
    "closes its output and stays": "import time; os.close(1); time.sleep(600)",
    "never reads what it is fed": "import time; time.sleep(600)",
    "tries to leave its session": """
        import time
        try: os.setsid()
        except OSError: time.sleep(600)
        """,
    "reads everything and stays": "import sys, time; sys.stdin.buffer.read(); time.sleep(600)",
}


@pytest.mark.parametrize("lines", STUBBORN.values(), ids=STUBBORN.keys())
def test_a_child_that_will_not_end_is_ended(child, lines):
    greeting = "import os; os.write(1, b'%d' % os.getpid())\n"

    ran = child(greeting + textwrap.dedent(lines), b"x" * 300_000, time_limit_s=2.5)

    assert ran.stopped is Stop.TIME
    assert ran.exit_status == -9
    assert not alive(int(ran.untrusted_output))


def test_a_child_that_floods_is_ended(child):
    ran = child("import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)")

    assert ran.stopped is Stop.OUTPUT
    assert len(ran.untrusted_output) <= sandbox.OUTPUT_LIMIT_BYTES + 65536


def test_too_much_input_is_refused(child, monkeypatch):
    monkeypatch.setattr(sandbox, "INPUT_LIMIT_BYTES", 1_000_000)

    ran = child("import sys; print(len(sys.stdin.buffer.read()))", b"x" * 1_200_000)

    assert ran.stopped is Stop.INPUT


def test_a_child_that_uses_the_processor_for_too_long_is_ended_by_the_system(child, tmp_path):
    # By the old call: the module `resource` uses prlimit, which reaches other processes and is denied.
    ran = child("""
        import ctypes, platform
        setrlimit = {'x86_64': 160, 'aarch64': 164}[platform.machine()]
        ctypes.CDLL(None).syscall(setrlimit, 0, (ctypes.c_ulong * 2)(1, 10))
        while True: pass
        """)

    assert ran.exit_status == -24  # SIGXCPU


def test_a_failing_source_is_told_to_the_caller_and_the_child_is_gone(tmp_path):
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "disk error")

    script = tmp_path / "child.py"
    script.write_text("import time; time.sleep(600)")

    with pytest.raises(OSError, match="disk error"):
        run_confined((str(script),), Failing())
