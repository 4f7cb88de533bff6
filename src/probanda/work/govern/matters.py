"""Matters: what items belong to."""

from __future__ import annotations

import os

from probanda.model.digest import Sha256, digests_of
from probanda.model.entry import Act
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.policy import Action
from probanda.proof.encoding import canonical
from probanda.work.session import Acting, Recorded, require


def matter_act(name: str, purpose: str | None) -> Act:
    """The act that opens a matter, with a fresh nonce."""
    matter = MatterOpened(Sha256(os.urandom(32).hex()), name, purpose)
    return matter.act(digests_of(canonical(matter.record())))


def open_matter(acting: Acting, name: str, *, purpose: str | None = None) -> Recorded:
    """Open a matter.

    Raises:
        Refused: the acting agent may not.
    """
    require(acting.reader, Action.OPEN_MATTER)
    return acting.record([matter_act(name, purpose)])
