"""What each known kind demands of an entry's body and subjects. Kinds that are not known here demand nothing.

Source: spec/kinds.md; spec/entry.md entry-3, entry-4.
"""

from __future__ import annotations

from collections.abc import Callable

from probanda.errors import Malformed
from probanda.model.digest import digests_of
from probanda.model.entry import Entry
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.model.kinds.genesis import Genesis
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.package_made import PackageMade
from probanda.model.kinds.role_granted import RoleGranted
from probanda.proof.encoding import canonical
from probanda.proof.fields import HIDDEN


def check_kind(entry: Entry) -> None:
    """Returns if the clear fields are there and the subjects are what the act is about, or raises Malformed.

    Hidden fields are not looked at: they are claims, and each may be withheld.
    """
    check = _CHECKS.get(entry.kind)
    if check is not None:
        check(entry)


def _genesis(entry: Entry) -> None:
    genesis = Genesis.read(entry, {})
    _is_about(entry, genesis.log_key, genesis.agent_key)


def _enrolled(entry: Entry) -> None:
    _is_about(entry, AgentEnrolled.read(entry, {}).key)


def _granted(entry: Entry) -> None:
    _is_about(entry, RoleGranted.read(entry, {}).key)


def _revoked(entry: Entry) -> None:
    _is_about(entry, AgentRevoked.read(entry, {}).key)


def _opened(entry: Entry) -> None:
    MatterOpened.read(entry, {})
    _is_about(entry, canonical({name: value for name, value in entry.body.items() if name != HIDDEN}))


def _sealed(entry: Entry) -> None:
    _is_about(entry, canonical(ActsSealed.read(entry, {}).record()))


def _made(entry: Entry) -> None:
    if not PackageMade.read(entry, {}).items:
        raise Malformed("a package was made of nothing")


def _received(entry: Entry) -> None:
    ItemReceived.read(entry, {})  # about exactly one item


def _labelled(entry: Entry) -> None:
    Labelled.read(entry, {})  # about exactly one item


def _anchored(entry: Entry) -> None:
    AnchorRecorded.read(entry, {})  # about exactly the token it names


_CHECKS: dict[str, Callable[[Entry], None]] = {
    Genesis.KIND: _genesis,
    AgentEnrolled.KIND: _enrolled,
    RoleGranted.KIND: _granted,
    AgentRevoked.KIND: _revoked,
    MatterOpened.KIND: _opened,
    ItemReceived.KIND: _received,
    Labelled.KIND: _labelled,
    ActsSealed.KIND: _sealed,
    AnchorRecorded.KIND: _anchored,
    PackageMade.KIND: _made,
}


def _is_about(entry: Entry, *records: bytes) -> None:
    """The subjects are the keys or canonical records that the act is about, in this order."""
    if entry.subjects != tuple(map(digests_of, records)):
        raise Malformed("the subjects are not what an act of this kind is about")
