import json
from pathlib import Path

import pytest

from probanda.errors import KeyUnavailable
from probanda.proof.ed25519 import verifies
from probanda.proof.note import NoteKey
from probanda.vault import unlocked as kept
from probanda.vault.keys import KeyRing, new_private_key, public_of


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def test_an_agent_made_here_is_unlocked_by_its_passphrase(ring: KeyRing) -> None:
    made = ring.create("Mira", "correct horse")

    again = ring.unlock(ring.find("Mira"), "correct horse")

    assert again == made
    assert verifies(again.public, again.sign(b"x"), b"x")


def test_another_passphrase_does_not_open_the_file(ring: KeyRing) -> None:
    ring.create("Mira", "correct horse")

    with pytest.raises(KeyUnavailable, match="does not open"):
        ring.unlock(ring.find("Mira"), "wrong horse")


def test_an_empty_passphrase_is_refused_and_leaves_no_file(ring: KeyRing) -> None:
    with pytest.raises(KeyUnavailable, match="empty passphrase"):
        ring.create("Mira", "")

    assert ring.files() == []


def test_two_agents_of_one_name_are_refused(ring: KeyRing) -> None:
    ring.create("Mira", "a")

    with pytest.raises(KeyUnavailable, match="already"):
        ring.create("Mira", "b")


def test_key_files_are_for_their_user_only(ring: KeyRing) -> None:
    ring.create("Mira", "a")

    (file,) = ring.files()

    assert file.path.stat().st_mode & 0o077 == 0
    assert ring.folder.stat().st_mode & 0o077 == 0


def test_no_private_key_stands_in_the_file(ring: KeyRing) -> None:
    made = ring.create("Mira", "a", {"log": new_private_key()})

    content = ring.files()[0].path.read_text()

    assert made.private.hex() not in content
    assert made.logs["log"].hex() not in content


@pytest.mark.parametrize("part", ["name", "public", "nonce", "kdf", "box"])
def test_a_file_changed_in_any_part_does_not_open(ring: KeyRing, part: str) -> None:
    ring.create("Mira", "a")
    (file,) = ring.files()
    content = file.path.read_text()
    at = content.index(f'"{part}"') + len(part) + 6
    at += content[at:].index('"salt"') + 10 if part == "kdf" else 0
    flipped = "b" if content[at] != "b" else "c"
    file.path.write_text(content[:at] + flipped + content[at + 1 :])

    with pytest.raises(KeyUnavailable):
        ring.unlock(ring.files()[0], "a")


def test_a_log_key_that_an_agent_does_not_hold_is_said_so(ring: KeyRing) -> None:
    made = ring.create("Mira", "a")
    key = NoteKey("some/log", public_of(new_private_key()))

    with pytest.raises(KeyUnavailable, match="does not hold the log key"):
        ring.log_key(made, key)


def test_keys_kept_open_are_given_back_until_they_are_locked(ring: KeyRing) -> None:
    made = ring.create("Mira", "a", {"log": new_private_key()})

    kept.keep_open(ring, made, idle_s=60)

    assert kept.ask(ring, made.id) == made
    assert kept.forget(ring, made.id)
    assert kept.ask(ring, made.id) is None


def test_two_agents_are_kept_open_side_by_side(ring: KeyRing) -> None:
    mira, tomas = ring.create("Mira", "a"), ring.create("Tomas", "b")

    kept.keep_open(ring, mira, idle_s=60)
    kept.keep_open(ring, tomas, idle_s=60)

    assert kept.ask(ring, tomas.id) == tomas
    assert kept.forget(ring, mira.id)
    assert kept.ask(ring, tomas.id) == tomas
    assert kept.forget(ring, tomas.id)


def test_keys_not_used_for_the_idle_time_are_forgotten(ring: KeyRing) -> None:
    made = ring.create("Mira", "a")

    kept.keep_open(ring, made, idle_s=0)

    # A first call may still be in time; each one that was is followed by an idle time of nothing.
    assert any(kept.ask(ring, made.id) is None for _ in range(100))


def test_keys_are_kept_open_under_a_path_longer_than_a_socket_name(
    ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / ("long" * 30)
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    made = ring.create("Mira", "a")

    kept.keep_open(ring, made, idle_s=60)

    assert kept.ask(ring, made.id) == made
    assert kept.forget(ring, made.id)


@pytest.mark.parametrize("parameter", ["passes", "lanes", "memory_kib"])
def test_a_key_file_from_elsewhere_that_asks_for_too_much_is_not_even_tried(
    ring: KeyRing, parameter: str
) -> None:
    ring.create("Mira", "correct horse")
    file = ring.find("Mira")
    value = json.loads(file.path.read_bytes())
    value["kdf"][parameter] = 2**20 + 1 if parameter == "memory_kib" else 65
    file.path.write_bytes(json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n")

    with pytest.raises(KeyUnavailable) as refused:
        ring.unlock(file, "correct horse")

    assert "too much" in str(refused.value.__cause__)
