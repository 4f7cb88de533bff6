"""Each kind comes back from the act it makes, whatever of it is known."""

from collections.abc import Callable

import pytest

from probanda.model.digest import AgentId, Digests, EntryId, Sha256, Sha512
from probanda.model.entry import Act, Entry, Head
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

SHA = Sha256("a" * 64)
ITEM = Digests(SHA, Sha512("b" * 128))
ID = EntryId("c" * 64)
KEY = bytes(31) + b"k"
ROLES = ("collector", "supervisor")


def entry_of(act: Act) -> Entry:
    return Entry(
        act.kind, AgentId("d" * 64), ID, "example/log", Head(0, bytes(32)), "2026-01-01T00:00:00Z",
        act.subjects, act.clear,
    )  # fmt: skip


CASES: dict[str, tuple[object, Callable[[], Act]]] = {}


def case(name: str, value: object, act: Callable[[], Act]) -> None:
    CASES[name] = value, act


for known in ("all", None):
    text = known and "some words"
    genesis = Genesis(KEY, KEY, SHA, ROLES, text)
    case(f"genesis, {known}", genesis, lambda v=genesis: v.act((ITEM, ITEM)))
    enrolled = AgentEnrolled(KEY, ROLES, text, text)
    case(f"enrolled, {known}", enrolled, lambda v=enrolled: v.act(ITEM))
    revoked = AgentRevoked(KEY, text)
    case(f"revoked, {known}", revoked, lambda v=revoked: v.act(ITEM))
    granted = RoleGranted(KEY, (), text)
    case(f"granted, {known}", granted, lambda v=granted: v.act(ITEM))
    opened = MatterOpened(SHA, text, text)
    case(f"matter, {known}", opened, lambda v=opened: v.act(ITEM))
    anchored = AnchorRecorded(Head(3, bytes(32)), ITEM, SHA, text)
    case(f"anchor, {known}", anchored, lambda v=anchored: v.act())
    labelled = Labelled(ITEM, ("graphic",), (), text and "secret", text)
    case(f"labelled, {known}", labelled, lambda v=labelled: v.act())
    packaged = PackageMade((ITEM,), SHA, SHA, text)
    case(f"package, {known}", packaged, lambda v=packaged: v.act())
sealed = ActsSealed((ID,))
case("sealed", sealed, lambda: sealed.act(ITEM))
plain = ItemReceived(ITEM, ID, 0, "text/plain", via="stdin")
case("received, bare", plain, plain.act)
full = ItemReceived(
    ITEM, ID, 5, "text/plain", container=ID, labels=("graphic",), confidentiality="secret", name=b"a",
    path=b"b/\xff", modified="2026-01-01T00:00:00", via="archive", root=b"/x",
)  # fmt: skip
case("received, full", full, full.act)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_kind_comes_back_from_its_act(name: str) -> None:
    value, act = CASES[name]

    made = act()

    assert type(value).read(entry_of(made), dict(made.hidden)) == value  # type: ignore[attr-defined]  # each has read


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_is_not_known_is_absent_and_never_null(name: str) -> None:
    made = CASES[name][1]()

    assert None not in made.hidden.values()
    assert None not in made.clear.values()
