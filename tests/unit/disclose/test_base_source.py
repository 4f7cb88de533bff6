import base64
import io
import re
from pathlib import Path

from probanda import base
from probanda.model.digest import Digests, EntryId
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.policy import Decision
from probanda.model.roles import Role
from probanda.vault.group import digests_of
from probanda.vault.keys import KeyRing
from probanda.work.disclose.packing import make_package
from probanda.work.govern.agents import enrol
from probanda.work.govern.matters import open_matter

PASSPHRASE = "a passphrase for tests"


def test_a_revocation_without_the_right_does_not_stand_in_a_package(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    made = base.init(tmp_path / "base", ring, "Mira", PASSPHRASE)
    mira = made.session(ring, ring.unlock(ring.find("Mira"), PASSPHRASE))
    tomas_key = ring.create("Tomas", PASSPHRASE, mira.unlocked.logs)
    enrol(mira, tomas_key.public, name="Tomas", roles=frozenset({Role.ANALYST}))
    tomas = made.session(ring, tomas_key)

    forged = AgentRevoked(mira.unlocked.public, "by an analyst, with other software")
    receipt = tomas.record([forged.act(digests_of(mira.unlocked.public))])

    assert receipt.index not in made.source().about_agent(mira.unlocked.id)
    mira.still_enrolled()


def test_a_package_tells_nothing_of_another_matter_that_holds_the_same_bytes(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    made = base.init(tmp_path / "base", ring, "Mira", PASSPHRASE)
    mira = made.session(ring, ring.unlock(ring.find("Mira"), PASSPHRASE))
    other = open_matter(mira, "Other").ids[0]
    inbox = EntryId(made.opening(1).leaf_hash.hex())
    stored = made.originals.put(io.BytesIO(b"the same bytes"))
    item = Digests(stored.sha256, stored.sha512)
    for matter, name in ((inbox, b"x"), (other, b"who told us")):
        received = ItemReceived(
            item, matter, stored.size_bytes, "text/plain", name=name, path=name, via="file"
        )
        mira.record([received.act()])

    make_package(
        mira.package_source(),
        [item.sha256],
        tmp_path / "out",
        may_leave=lambda _: Decision(True, ""),
        matters={item.sha256: {inbox}},
    )

    content = b"".join(path.read_bytes() for path in (tmp_path / "out" / "proof" / "entries").iterdir())
    disclosed = b"".join(base64.urlsafe_b64decode(d + b"==") for d in re.findall(rb'"(WyJ[\w-]+)"', content))
    assert b'"x"' in disclosed
    assert b"who told us" not in disclosed
