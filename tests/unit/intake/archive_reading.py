"""Reads archives in tests to the end, as an intake does."""

from __future__ import annotations

import io
from dataclasses import dataclass

from probanda.work.intake.archives import members
from probanda.work.intake.limits import Allowance, Limits
from probanda.work.intake.media_type import media_type_of
from probanda.work.intake.members import Member
from probanda.work.intake.outcomes import MemberFailed, Told

ROOMY = Limits()


@dataclass(frozen=True)
class Read:
    """A member, and its bytes or the words of its failure."""

    path: bytes
    modified: str | None
    size_bytes: int | None
    content: bytes | str


def read_all(
    archive: bytes, *, kind: str = "", limits: Limits = ROOMY, name: bytes = b"archive", depth: int = 1
) -> list[Read | Told]:
    file = io.BytesIO(archive)
    kind = kind or media_type_of(file)
    file.seek(0)
    allowance = Allowance(len(archive), limits, depth)
    return [_read(one) for one in members(file, kind, name=name, allowance=allowance)]


def contents(archive: bytes, *, kind: str = "", limits: Limits = ROOMY) -> list[tuple[bytes, bytes | str]]:
    """Paths with bytes, or with `outcome: reason`."""
    return [(one.path, _said(one)) for one in read_all(archive, kind=kind, limits=limits)]


def _said(one: Read | Told) -> bytes | str:
    return one.content if isinstance(one, Read) else f"{one.outcome}: {one.reason}"


def _read(one: Member | Told) -> Read | Told:
    if isinstance(one, Told):
        return one
    taken = []
    try:
        while piece := one.read(1000):
            taken.append(piece)
    except MemberFailed as failure:
        return Read(one.path, one.modified, one.size_bytes, f"{failure.outcome}: {failure.reason}")
    return Read(one.path, one.modified, one.size_bytes, b"".join(taken))
