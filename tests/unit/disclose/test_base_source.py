from pathlib import Path

from probanda import base
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.roles import Role
from probanda.vault.group import digests_of
from probanda.vault.keys import KeyRing
from probanda.work.govern.agents import enrol

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
