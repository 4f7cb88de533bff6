"""REQ-7: deleting or editing one record makes verification fail and names the first bad record."""

from collections.abc import Callable
from pathlib import Path

import pytest

from probanda.proof.encoding import base64_bytes, base64_text, canonical, parse_canonical
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from world import small_world

ENTRIES = 16


def edited(line: bytes) -> bytes:
    """The same record with another claimed time, in good form."""
    value = parse_canonical(line[:-1])
    assert isinstance(value, dict)
    envelope = value["envelope"]
    assert isinstance(envelope, dict)
    payload = base64_bytes(str(envelope["payload"]))
    changed = payload.replace(b'"stated":"2024', b'"stated":"2023')
    assert changed != payload
    return canonical({**value, "envelope": {**envelope, "payload": base64_text(changed)}}) + b"\n"


def deleted(line: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("change", [edited, deleted])
def test_req_7_changing_any_record_fails_and_names_it_first(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    world = small_world(tmp_path)
    path = world.root / "entries/000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == ENTRIES
    for index, line in enumerate(lines):
        path.write_bytes(b"".join([*lines[:index], change(line), *lines[index + 1 :]]))

        report = audit(world.root, processes=1)

        assert report.integrity is Outcome.FAILS
        assert report.first is not None
        assert report.first.where == f"entries/000.jsonl entry {index}", report.findings[:3]
