"""Part of an audit: what goes to a process that checks a stretch of the log, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from probanda.model.digest import AgentId, EntryId
from probanda.model.entry import Entry
from probanda.proof.tiles import number
from probanda.vault.audit_report import Found

MARK_BYTES = 8  # of an envelope's digest: enough to find candidates for repeats, which are then looked at
SALT_TAIL_BYTES = len(',"salt":""}\n') + 64


@dataclass(frozen=True, slots=True)
class Log:
    """What a page needs to know about the log it stands in."""

    root: Path
    origin: str
    log_key: bytes
    size: int
    keys: dict[AgentId, bytes]
    both: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Files of openings; `leaves` and `lines` are staged, from `overlay_start` on."""

    log: Log
    first: int
    end: int
    overlay_start: int
    leaves: bytes = b""
    lines: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Run:
    """Neighbouring entries by one agent, all signed or all not. `agent` is None where they cannot be read."""

    start: int
    end: int
    agent: AgentId | None
    enrolled: EntryId | None
    signed: bool


@dataclass(slots=True)
class Stretch:
    """What a stretch of the log gives to those who look at the whole."""

    found: Found = field(default_factory=Found)
    hashes: bytearray = field(default_factory=bytearray)
    marks: bytearray = field(default_factory=bytearray)
    runs: list[Run] = field(default_factory=list)
    seen: list[tuple[int, int, bytes]] = field(default_factory=list)
    ordered: list[tuple[int, Entry]] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    named: bytearray = field(default_factory=bytearray)


def openings_path(n: int) -> str:
    """Where the openings of entries 256·n to 256·n + 255 lie."""
    return f"entries/{number(n)}.jsonl"


def read_untrusted(root: Path, path: str, found: Found) -> bytes | None:
    """The bytes of a file; None, and a finding, if the disk does not give them.

    Raises:
        FileNotFoundError: there is none.
    """
    try:
        return (root / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise FileNotFoundError(path) from error
    except OSError as error:
        found.undecided("E-UNREADABLE", path, f"could not be read: {error.strerror}")
        return None


def envelope_of(line: bytes) -> bytes:
    """The envelope in a canonical line of an opening, as it was hashed."""
    return line[line.find(b'],"envelope":') + 13 : -SALT_TAIL_BYTES]
