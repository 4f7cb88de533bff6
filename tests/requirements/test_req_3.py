"""REQ-3: any changed byte of the evidentiary copy is detected by the next fixity run."""

import random
from pathlib import Path

import pytest

from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from world import small_world

KINDS = ["objects/*/*/*", "packs/*.tar"]


@pytest.mark.parametrize("kind", KINDS)
def test_req_3_any_changed_byte_of_what_was_received_is_detected(tmp_path: Path, kind: str) -> None:
    world = small_world(tmp_path)
    (path,) = world.root.glob(kind)
    whole, rng = path.read_bytes(), random.Random(3)
    path.chmod(0o644)
    for at in {0, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(50))}:
        changed = whole[:at] + bytes([whole[at] ^ rng.randrange(1, 256)]) + whole[at + 1 :]
        path.write_bytes(changed)

        report = audit(world.root, processes=1)

        assert report.integrity is Outcome.FAILS
        assert report.first is not None
        assert report.first.where.startswith(path.relative_to(world.root).as_posix())
    path.write_bytes(whole)
    assert audit(world.root, processes=1).integrity is Outcome.HOLDS


def test_req_3_what_was_received_is_kept_write_protected(tmp_path: Path) -> None:
    world = small_world(tmp_path)

    modes = {path.stat().st_mode & 0o777 for kind in KINDS for path in world.root.glob(kind)}

    assert modes == {0o444}
