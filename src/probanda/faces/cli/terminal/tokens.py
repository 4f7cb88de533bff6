"""What the time-stamp tokens kept in a base say to somebody who brings certificates of authorities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from probanda.proof.timestamp import check_token
from probanda.proof.verdict import Outcome

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


@dataclass(frozen=True, slots=True)
class CheckedToken:
    """A token by its digest, over the checkpoint of `size`, and what was found."""

    size: int
    token: str
    outcome: Outcome
    says: str

    def json(self) -> dict[str, object]:
        return {"size": self.size, "token": self.token, "outcome": self.outcome.value, "says": self.says}


def check_tokens(root: Path, authorities: Sequence[Certificate]) -> list[CheckedToken]:
    """Every token that lies in the base at `root`, by rising size. If an entry names it, the audit says."""
    return list(_checked(root, authorities))


def _checked(root: Path, authorities: Sequence[Certificate]) -> Iterator[CheckedToken]:
    folders = [one for one in (root / "log" / "anchors").glob("*") if one.name.isdecimal() and one.is_dir()]
    for folder in sorted(folders, key=lambda one: int(one.name)):
        for response in sorted(folder.glob("*.tsr")):
            query, checkpoint = response.with_suffix(".tsq"), folder / "checkpoint"
            if not checkpoint.is_file():
                continue  # the audit names it
            request = query.read_bytes() if query.is_file() else None
            verdict = check_token(response.read_bytes(), request, checkpoint.read_bytes(), authorities)
            yield CheckedToken(int(folder.name), response.stem, verdict.outcome, verdict.says)
