"""Labels: what protects an item, added by anyone on the staff, taken away only by those who keep it."""

from __future__ import annotations

from probanda.errors import WrongUsage
from probanda.model.digest import Digests
from probanda.model.kinds.labelled import Labelled
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Action, Protection
from probanda.work.session import Acting, Recorded, require


def label(
    acting: Acting,
    item: Digests,
    protection: Protection,
    *,
    add: frozenset[Label] = frozenset(),
    remove: frozenset[Label] = frozenset(),
    confidentiality: Confidentiality | None = None,
    reason: str | None = None,
) -> Recorded:
    """Change an item's labels. To protect less (remove a label, open the degree) needs a reason and
    another right.

    Raises:
        Refused: the acting agent may not.
        WrongUsage: nothing to change, or no reason for protecting less.
    """
    if not add and not remove and confidentiality is None:
        raise WrongUsage("No label was named. Nothing was changed.")
    opens = confidentiality is not None and confidentiality.rank < protection.confidentiality.rank
    if remove or opens:
        require(acting.reader, Action.UNLABEL, protection)
        if not reason:
            raise WrongUsage("To protect an item less, say why with --reason. Nothing was changed.")
    require(acting.reader, Action.LABEL)
    change = Labelled(item, tuple(add), tuple(remove), confidentiality, reason)
    return acting.record([change.act()])
