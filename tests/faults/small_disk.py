"""A real file system with little room, that only the commands run through it see."""

import subprocess
from pathlib import Path

_HOLD = """
mount -t tmpfs -o size=$1m none "$2" && echo small && read line &&
mount -o remount,size=$3m "$2" && echo large && read line
"""


class SmallDisk:
    """Mounted at `place` in a namespace of its own, which goes with its holder. Used as a context."""

    def __init__(self, place: Path, small_mib: int, large_mib: int) -> None:
        self.place = place
        place.mkdir()
        self._holder = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", _HOLD, "hold", str(small_mib), str(place), str(large_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.is_mounted = self._answer() == "small"

    def __enter__(self) -> "SmallDisk":
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.communicate()

    @property
    def prefix(self) -> list[str]:
        """What a command that sees the disk begins with."""
        return ["nsenter", "-t", str(self._holder.pid), "-U", "-m", "--preserve-credentials", "--"]

    def why_not(self) -> str:
        """What the system said when it was not mounted."""
        return self._holder.communicate()[1]

    def enlarge(self) -> None:
        assert self._holder.stdin is not None
        self._holder.stdin.write("more\n")
        self._holder.stdin.flush()
        assert self._answer() == "large"

    def size_bytes(self) -> int:
        told = subprocess.run(
            [*self.prefix, "stat", "-f", "-c", "%b %S", self.place],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        return int(told[0]) * int(told[1])

    def _answer(self) -> str:
        assert self._holder.stdout is not None
        return self._holder.stdout.readline().strip()
