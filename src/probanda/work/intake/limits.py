"""What an archive may cost before the rest of it is refused. The archive itself is always kept whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from probanda.work.intake.outcomes import MemberFailed, Outcome

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40

MAX_DEPTH = 3  # archives: real material nests once or twice, deeper nesting is how bombs are built
MAX_MEMBERS = 1_000_000  # members: the largest platform exports hold some hundred thousand
MAX_MEMBER_BYTES = 256 * GIB  # bytes: above the image of any phone
MAX_EXPANDED_BYTES = TIB  # bytes: above what one seized drive gives, below what would fill a store unseen
MAX_RATIO = 200  # bytes out per byte in: text reaches 20, logs 100, bombs start at 1000
RATIO_FREE_BYTES = 64 * MIB  # bytes: below this no ratio can hurt, and tiny files of zeros are common
MAX_NAME_BYTES = 4 * KIB  # bytes: no file system that we know can hold a longer path
MAX_FOLDER_NAMES_BYTES = 32 * MIB  # bytes: memory for the folders an archive lists, to tell the empty ones
MAX_TAR_EXTENSION_BYTES = MIB  # bytes: an extended header carries names and times, some kilobytes at most
MAX_SPARSE_PARTS = 100_000  # parts: a disk image in small holes stays below this
MAX_DICTIONARY_BYTES = 128 * MIB  # bytes: xz at its strongest preset needs 65 MiB


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one intake; the defaults are right unless someone has looked at the archive first."""

    depth: int = MAX_DEPTH
    members: int = MAX_MEMBERS
    member_bytes: int = MAX_MEMBER_BYTES
    expanded_bytes: int = MAX_EXPANDED_BYTES
    ratio: int = MAX_RATIO
    ratio_free_bytes: int = RATIO_FREE_BYTES

    def ratio_passed(self, out_bytes: int, in_bytes: int) -> bool:
        """True if `out_bytes` came from so few `in_bytes` that it looks like a bomb."""
        return out_bytes > self.ratio_free_bytes and out_bytes > self.ratio * max(in_bytes, 1)

    @property
    def ratio_reason(self) -> str:
        """The words for `ratio_passed`."""
        return f"limit: it expands to more than {self.ratio} times its packed size"


@dataclass(slots=True)
class _Spent:
    members: int = 0
    expanded_bytes: int = 0
    passed: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the outermost archive and everything nested in it may still cost, counted in bytes really read.

    Make one for each outermost archive, with its size; give `below()` of it to each archive found inside.
    """

    archive_bytes: int
    limits: Limits = Limits()
    depth: int = 1
    _spent: _Spent = field(default_factory=_Spent)

    def below(self) -> Allowance:
        """The same account, one archive deeper."""
        return Allowance(self.archive_bytes, self.limits, self.depth + 1, self._spent)

    @property
    def passed(self) -> str:
        """The limit that was passed, in words; empty while none was. Once passed, nothing more is read."""
        return self._spent.passed

    def count_member(self) -> None:
        """Count one more member; `passed` says afterwards if it is still allowed."""
        self._spent.members += 1
        if self._spent.members > self.limits.members:
            self._pass(f"limit: more than {self.limits.members:,} members")

    def count_bytes(self, count: int) -> None:
        """Count bytes that came out of a member.

        Raises:
            MemberFailed: a limit of the whole archive is passed; `passed` names it from now on.
        """
        self._spent.expanded_bytes += count
        if self._spent.expanded_bytes > self.limits.expanded_bytes:
            self._pass(f"limit: it expands to more than {self.limits.expanded_bytes:,} bytes")
        if self.limits.ratio_passed(self._spent.expanded_bytes, self.archive_bytes):
            self._pass(self.limits.ratio_reason)
        if self.passed:
            raise MemberFailed(Outcome.REFUSED, self.passed)

    def _pass(self, reason: str) -> None:
        self._spent.passed = self._spent.passed or reason
