import hashlib
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from probanda.model.digest import EntryId, Sha256, Sha512, digests_of
from probanda.model.entry import Head
from probanda.model.kinds.acts_sealed import ActsSealed
from probanda.model.kinds.agent_enrolled import AgentEnrolled
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.kinds.labelled import Labelled
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.kinds.role_granted import RoleGranted
from probanda.proof.envelope import key_id
from probanda.proof.note import NoteKey, sign_checkpoint
from probanda.proof.verdict import Outcome
from probanda.vault.audit import audit
from probanda.vault.audit_report import AuditReport
from probanda.vault.group import Group, group_of
from probanda.vault.ledger import Ledger
from probanda.vault.log_reader import CHECKPOINT, HEAD
from probanda.vault.signed import LastSigned
from world import (
    ORIGIN,
    Signer,
    World,
    anchor,
    author_of,
    empty_world,
    enrol,
    genesis_of,
    new_world,
    open_world,
    private_key,
    public_key,
    small_world,
)

DATA = b"received by a test"
NOT_A_ROOT = bytes(32)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = new_world(tmp_path)
    world.keep(DATA)
    return world


def look(world: World, *, both: bool = False, since: bytes | None = None) -> AuditReport:
    world.ledger.settle()
    return audit(world.root, both=both, since=since, processes=1)


def findings(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.name, finding.where) for finding in report.findings]


def entry(index: int) -> str:
    return f"entries/000.jsonl entry {index}"


def append(world: World, group: Group) -> int:
    return world.ledger.append(group, world.signer)


def unsigned(world: World, count: int = 2) -> Group:
    acts = [world.received(DATA, str(number)) for number in range(count)]
    return group_of([world.author.opening(act, world.seen(), signed=False) for act in acts])


# What holds


def test_a_base_with_one_of_everything_holds_and_is_counted(tmp_path: Path) -> None:
    report = look(small_world(tmp_path), both=True)

    assert (report.integrity, report.findings, report.notes) == (Outcome.HOLDS, (), ())
    counts = report.counts
    assert (counts.entries, counts.objects, counts.packs, counts.packed, counts.anchors) == (16, 1, 1, 6, 1)
    assert report.exit_code == 0


def test_a_base_of_several_files_of_openings_and_two_levels_of_tiles_holds(tmp_path: Path) -> None:
    report = look(small_world(tmp_path, bulk=700))

    assert (report.integrity, report.findings, report.counts.entries) == (Outcome.HOLDS, (), 710)


@pytest.mark.parametrize("threads", [0, 1])
def test_several_processes_say_the_same_as_one(world: World, threads: int) -> None:
    end = threading.Event()
    others = [threading.Thread(target=end.wait) for _ in range(threads)]  # then processes start otherwise
    for thread in others:
        thread.start()
    world.keep(bytes(17 << 20))  # large enough for several processes to be started
    world.act(world.received(bytes(17 << 20), "large"), world.received(b"never kept", "absent"))
    world.ledger.settle()

    several, one = audit(world.root, processes=2), audit(world.root, processes=1)
    end.set()

    assert several == one
    assert several.integrity is Outcome.FAILS


@pytest.mark.parametrize("length", range(1, 7))
def test_an_enrolment_is_found_wherever_it_stands_in_its_bytes(world: World, length: int) -> None:
    key = public_key("second")
    act = AgentEnrolled(key, ("r" * length,), "Second", "self").act(digests_of(key))
    group, openings = world.author.sign([act], world.seen())
    append(world, group)
    second = author_of("second", EntryId(openings[0].leaf_hash.hex()), world.clock)
    world.act(world.received(DATA, "by the second"), author=second)

    assert findings(look(world)) == []


def test_progress_is_told(world: World) -> None:
    told: list[tuple[str, int, int]] = []

    audit(world.root, processes=1, progress=lambda *step: told.append(step))

    assert ("entries", 2, 2) in told
    assert told[-1][0] == "bytes"


def test_an_audit_changes_nothing(tmp_path: Path) -> None:
    world = small_world(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in sorted(world.root.rglob("*"))}

    look(world, both=True)

    assert {path: path.stat().st_mtime_ns for path in sorted(world.root.rglob("*"))} == before


# Who signed


def test_an_entry_by_a_key_that_nobody_enrolled_is_named(world: World) -> None:
    stranger = author_of("stranger", world.author.enrolled, world.clock)
    index = world.act(world.received(DATA, "x"), author=stranger)

    assert set(findings(look(world))) == {("E-KEY", entry(index))}


def test_an_entry_after_the_revocation_of_its_key_is_named_and_one_before_is_not(world: World) -> None:
    second = enrol(world, "second")
    world.act(world.received(DATA, "before"), author=second)
    world.act(AgentRevoked(public_key("second"), "left").act(digests_of(public_key("second"))))
    index = world.act(world.received(DATA, "after"), author=second)

    assert findings(look(world)) == [("E-KEY", entry(index))]


def test_acts_without_the_right_are_noted_and_do_not_count_against_the_log(world: World) -> None:
    second = enrol(world, "second")
    key = public_key("first")
    index = world.act(
        AgentRevoked(key, "taken over").act(digests_of(key)),
        AgentEnrolled(public_key("third"), ("supervisor",), "Third", "self").act(
            digests_of(public_key("third"))
        ),
        Labelled(digests_of(DATA), remove=("minor",)).act(),
        Labelled(digests_of(DATA), add=("minor",)).act(),
        RoleGranted(public_key("second"), ("supervisor",), None).act(digests_of(public_key("second"))),
        author=second,
    )
    world.act(world.received(DATA, "x"))

    report = look(world)
    assert (report.integrity, report.findings) == (Outcome.HOLDS, ())
    assert [(note.name, note.where) for note in report.notes] == [
        ("E-AUTHORITY", entry(index + place)) for place in (0, 1, 2, 4)
    ]


def test_a_right_counts_until_it_is_taken_away(world: World) -> None:
    second = enrol(world, "second")
    key = public_key("second")
    opened = MatterOpened(Sha256("22" * 32), "Theirs", None).act(digests_of(b"a record"))
    world.act(opened, author=second)
    world.act(RoleGranted(key, ("reviewer",), None).act(digests_of(key)))
    index = world.act(opened, author=second)

    notes = [note.where for note in look(world).notes if note.name == "E-AUTHORITY"]
    assert notes == [entry(index)]


def test_an_entry_before_the_enrolment_of_its_key_is_named(world: World) -> None:
    key = public_key("second")
    group, openings = world.author.sign(
        [AgentEnrolled(key, (), "Second", "self").act(digests_of(key))], world.seen()
    )
    early = author_of("second", EntryId(openings[0].leaf_hash.hex()), world.clock)
    index = world.act(world.received(DATA, "early"), author=early)
    append(world, group)

    assert findings(look(world)) == [("E-KEY", entry(index))]


def test_a_signature_by_another_key_under_the_name_of_the_agent_is_named(world: World) -> None:
    forger = replace(world.author, signers={world.author.agent: private_key("stranger").sign})
    index = world.act(world.received(DATA, "x"), author=forger)

    assert findings(look(world)) == [("E-SIGNATURE", entry(index))]


def test_an_entry_signed_only_by_somebody_else_is_named(world: World) -> None:
    second = enrol(world, "second")
    other = replace(world.author, signers=second.signers)
    index = world.act(world.received(DATA, "x"), author=other)

    assert findings(look(world)) == [("E-SIGNATURE", entry(index))]


def test_an_unsigned_entry_of_a_kind_that_must_be_signed_is_named(world: World) -> None:
    act = Labelled(digests_of(DATA), add=("graphic",)).act()
    index = append(world, group_of([world.author.opening(act, world.seen(), signed=False)]))

    assert findings(look(world)) == [("E-SIGNATURE", entry(index))]


# Seals


def test_unsigned_entries_without_a_seal_are_named(world: World) -> None:
    index = append(world, unsigned(world))
    world.act(world.received(DATA, "signed"))

    assert findings(look(world)) == [("E-SEAL", entry(index))]


def test_unsigned_entries_at_the_end_of_the_log_are_named(world: World) -> None:
    index = append(world, unsigned(world))

    assert findings(look(world)) == [("E-SEAL", entry(index))]


def test_a_seal_of_the_last_of_several_leaves_the_others_unsealed(world: World) -> None:
    group = unsigned(world, 3)
    seal, _ = world.author.seal(group.hashes[64:], world.seen())
    index = append(world, group + seal)

    report = look(world)

    assert findings(report) == [("E-SEAL", entry(index))]
    assert str(index + 1) in report.findings[0].says


def test_a_seal_in_another_order_is_named(world: World) -> None:
    group = unsigned(world)
    seal, _ = world.author.seal(group.hashes[32:] + group.hashes[:32], world.seen())
    index = append(world, group + seal)

    assert findings(look(world)) == [("E-SEAL", entry(index + 2))]


def test_a_second_seal_over_the_same_entries_is_named(world: World) -> None:
    group = unsigned(world)
    first, opening = world.author.seal(group.hashes, world.seen())
    second, _ = world.author.seal(group.hashes + opening.leaf_hash, world.seen())
    index = append(world, group + first + second)

    assert set(findings(look(world))) == {("E-SEAL", entry(index + 3))}


def test_a_seal_over_the_acts_of_another_agent_is_named(world: World) -> None:
    second = enrol(world, "second")
    group = unsigned(world)
    seal, _ = second.seal(group.hashes, world.seen())
    index = append(world, group + seal)

    assert findings(look(world)) == [("E-SEAL", entry(index + 2))]


def test_a_seal_by_a_revoked_key_is_named(world: World) -> None:
    second = enrol(world, "second")
    world.act(AgentRevoked(public_key("second"), "left").act(digests_of(public_key("second"))))
    index = world.bulk([world.received(DATA, "x")], second)

    assert findings(look(world)) == [("E-KEY", entry(index + 1))]


def test_a_seal_that_reaches_before_the_log_is_named(world: World) -> None:
    ids = tuple(EntryId("ab" * 32) for _ in range(9))
    index = world.act(ActsSealed(ids).act(digests_of(b"x")))

    assert set(findings(look(world))) == {("E-SEAL", entry(index))}


def test_a_seal_over_more_than_one_file_of_openings_holds(world: World) -> None:
    world.bulk([world.received(DATA, str(number)) for number in range(600)])

    assert findings(look(world)) == []


# What an entry says


def test_an_entry_of_another_log_is_named(world: World) -> None:
    foreign = replace(world.author, origin="another.example/log")
    index = world.act(world.received(DATA, "x"), author=foreign)

    assert findings(look(world)) == [("E-STATEMENT", entry(index))]


@pytest.mark.parametrize("size", [1, 2])
def test_an_entry_that_saw_another_root_is_named(world: World, size: int) -> None:
    group, _ = world.author.sign([world.received(DATA, "x")], Head(size, NOT_A_ROOT))
    index = append(world, group)

    assert findings(look(world)) == [("E-SEEN", entry(index))]


def test_an_entry_that_saw_what_came_after_it_is_named(world: World) -> None:
    group, _ = world.author.sign([world.received(DATA, "x")], Head(3, NOT_A_ROOT))
    index = append(world, group)

    assert findings(look(world)) == [("E-SEEN", entry(index))]


def test_an_envelope_that_stands_there_twice_is_named(world: World) -> None:
    opening = world.author.opening(world.received(DATA, "x"), world.seen())
    again = replace(opening, salt=os.urandom(32))
    index = append(world, group_of([opening, again]))

    assert findings(look(world)) == [("E-REPEATED", entry(index + 1))]


def test_a_disclosure_that_the_entry_does_not_list_is_named(world: World) -> None:
    one, other = (world.author.opening(world.received(DATA, path), world.seen()) for path in "ab")
    mixed = replace(one, disclosures=other.disclosures)
    index = append(world, group_of([mixed]))

    assert findings(look(world)) == [("E-STATEMENT", entry(index))]


def test_a_withheld_field_is_no_fault(world: World) -> None:
    opening = world.author.opening(world.received(DATA, "x"), world.seen())
    append(world, group_of([opening.withholding(frozenset({"path"}))]))

    assert findings(look(world)) == []


def test_a_second_genesis_is_named(world: World) -> None:
    group, _ = genesis_of(world.clock)
    index = append(world, group)

    assert ("E-GENESIS", entry(index)) in findings(look(world))


def test_a_genesis_that_the_log_key_did_not_sign_is_named(tmp_path: Path) -> None:
    original = new_world(tmp_path / "a") if (tmp_path / "a").mkdir() is None else None
    assert original is not None
    opening = original.ledger.reader.opening(0, 2)
    log = key_id(public_key("log"))
    kept = tuple(s for s in opening.envelope.signatures if s.keyid != log)
    lone = replace(opening, envelope=replace(opening.envelope, signatures=kept))
    (tmp_path / "b").mkdir()
    world = empty_world(tmp_path / "b")
    append(world, group_of([lone]))
    text = (original.root / "probanda.json").read_text()
    old, new = opening.leaf_hash.hex(), lone.leaf_hash.hex()
    (world.root / "probanda.json").write_text(text.replace(old, new))

    assert findings(look(world)) == [("E-GENESIS", entry(0))]


def test_a_log_without_entries_is_named(tmp_path: Path) -> None:
    world = empty_world(tmp_path)

    report = look(world)

    assert report.integrity is Outcome.FAILS
    assert {"E-PROJECT", "E-GENESIS"} <= {finding.name for finding in report.findings}


# Originals


def test_an_item_that_is_received_and_not_held_is_named(world: World) -> None:
    index = world.act(world.received(b"never kept", "x"))

    report = look(world)

    digest = hashlib.sha256(b"never kept").hexdigest()
    where = f"objects/{digest[:2]}/{digest[2:4]}/{digest} (entry {index})"
    assert findings(report) == [("E-ITEM", where)]


def test_an_item_held_with_another_size_than_its_entry_says_is_named(world: World) -> None:
    act = world.received(DATA, "x")
    world.act(replace(act, clear={**act.clear, "size": 4}))

    assert [name for name, _ in findings(look(world))] == ["E-ITEM"]


def test_another_sha_512_is_named_where_both_are_asked_for(world: World) -> None:
    digests = replace(digests_of(DATA), sha512=Sha512("ab" * 64))
    item = ItemReceived(digests, world.matter, len(DATA), "text/plain", via="file")
    world.act(item.act())

    assert findings(look(world)) == []
    report = look(world, both=True)
    assert [name for name, _ in findings(report)] == ["E-ITEM"]
    assert "SHA-512" in report.findings[0].says


def test_an_object_that_no_entry_names_is_noted_and_is_no_fault(world: World) -> None:
    path = world.keep(b"kept before a crash")
    world.act(world.received(DATA, "x"))

    report = look(world)

    assert report.integrity is Outcome.HOLDS
    assert [(note.name, note.where) for note in report.notes] == [
        ("E-UNNAMED", path.relative_to(world.root).as_posix())
    ]


def test_a_product_is_hashed_and_noted_where_no_entry_names_it(world: World) -> None:
    world.act(world.received(DATA, "x"))
    digest = hashlib.sha256(b"product").hexdigest()
    place = world.root / "derived" / digest[:2] / digest[2:4]
    place.mkdir(parents=True)
    (place / digest).write_bytes(b"product")
    assert [note.name for note in look(world).notes] == ["E-UNNAMED"]

    (place / digest).write_bytes(b"another")

    assert [name for name, _ in findings(look(world))] == ["E-OBJECT"]


# Several faults


def test_the_first_bad_thing_does_not_hide_the_others(tmp_path: Path) -> None:
    world = small_world(tmp_path)
    changed = [world.root / "probanda.json", world.root / "log/tile/0/000.p/16"]
    changed += [*world.root.glob("objects/*/*/*"), *world.root.glob("packs/*.tar")]
    for path in changed:
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(data)

    named = [finding.where.split(" ")[0] for finding in look(world).findings]

    assert {path.relative_to(world.root).as_posix() for path in changed} <= set(named)
    assert named[0] == "probanda.json"


def test_a_damaged_entry_tile_is_told_apart_from_a_damaged_opening(tmp_path: Path) -> None:
    world = small_world(tmp_path)
    tile = world.root / "log/tile/entries/000.p/16"
    data = bytearray(tile.read_bytes())
    data[99 * 5 + 50] ^= 1
    tile.write_bytes(data)

    assert findings(look(world)) == [("E-TILE", "log/tile/entries/000.p/16 bytes 495 to 593")]


# Anchors


def test_a_changed_token_is_named(world: World) -> None:
    anchor(world)
    (token,) = world.root.glob("log/anchors/2/*.tsr")
    token.write_bytes(b"another token")

    assert findings(look(world)) == [("E-ANCHOR", token.relative_to(world.root).as_posix())]


def test_an_anchor_that_no_entry_names_is_noted(world: World) -> None:
    place = world.root / "log/anchors/2"
    place.mkdir(parents=True)
    (place / f"{'ab' * 32}.tsr").write_bytes(b"token")
    world.act(world.received(DATA, "x"))

    report = look(world)

    assert report.integrity is Outcome.HOLDS
    assert [note.name for note in report.notes] == ["E-UNNAMED"]


# Earlier checkpoints, and other bases


def test_a_log_that_grew_from_an_earlier_checkpoint_holds(world: World) -> None:
    earlier = world.ledger.reader.checkpoint()
    world.act(world.received(DATA, "x"))

    assert look(world, since=earlier).integrity is Outcome.HOLDS


def test_a_log_that_was_set_back_is_found_by_a_later_checkpoint(world: World, tmp_path: Path) -> None:
    world.ledger.settle()
    shutil.copytree(world.root, tmp_path / "older")
    world.act(world.received(DATA, "x"))
    later = world.ledger.reader.checkpoint()

    report = audit(tmp_path / "older", since=later, processes=1)

    assert [finding.name for finding in report.findings] == ["E-ROLLBACK"]


def test_a_log_that_was_forked_is_found_by_a_checkpoint_of_the_other_side(
    world: World, tmp_path: Path
) -> None:
    world.ledger.settle()
    shutil.copytree(world.place, tmp_path / "copy")
    copy = open_world(tmp_path / "copy")
    copy.signer = Signer(LastSigned(tmp_path / "other memory"))
    copy.act(copy.received(DATA, "one"))
    world.act(world.received(DATA, "other"))

    report = look(world, since=copy.ledger.reader.checkpoint())

    assert [finding.name for finding in report.findings] == ["E-FORK"]


def test_an_earlier_checkpoint_of_another_log_is_named(world: World) -> None:
    key = NoteKey(ORIGIN, public_key("stranger"))
    foreign = sign_checkpoint(ORIGIN, world.seen(), key, private_key("stranger").sign)

    assert [name for name, _ in findings(look(world, since=foreign))] == ["E-SINCE"]


def test_identity_holds_only_for_the_genesis_that_the_reader_expects(world: World) -> None:
    genesis = world.author.enrolled
    world.ledger.settle()

    assert audit(world.root, processes=1).identity is Outcome.UNDECIDED
    assert audit(world.root, genesis=genesis, processes=1).identity is Outcome.HOLDS
    other = audit(world.root, genesis=EntryId("ab" * 32), processes=1)
    assert (other.integrity, other.identity, other.exit_code) == (Outcome.HOLDS, Outcome.FAILS, 3)


# After a crash


def test_what_stands_only_in_staging_is_derived_from_there(world: World) -> None:
    world.ledger.settle()
    before = {path: path.read_bytes() for path in world.root.rglob("*") if path.is_file()}
    world.bulk([world.received(DATA, str(number)) for number in range(400)])
    for folder in ("log/tile", "entries"):  # as if the power had taken every copy
        shutil.rmtree(world.root / folder)
    for path, data in before.items():
        if "tile" in path.parts or "entries" in path.parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    report = audit(world.root, processes=1)

    assert (report.integrity, report.counts.entries) == (Outcome.HOLDS, 403)
    assert [note.name for note in report.notes] == ["E-UNFINISHED"]


def test_a_damaged_group_in_staging_is_undecided_and_named(world: World) -> None:
    world.act(world.received(DATA, "x"))
    (staged,) = (world.root / "staging").glob("3-*")
    staged.write_bytes(staged.read_bytes()[:-5])

    report = audit(world.root, processes=1)

    assert staged.relative_to(world.root).as_posix() in [finding.where for finding in report.findings]
    assert report.integrity is Outcome.UNDECIDED


def test_a_committed_head_that_is_not_signed_yet_is_undecided(world: World) -> None:
    older = (world.root / CHECKPOINT).read_bytes()
    world.act(world.received(DATA, "x"))
    world.ledger.settle()
    (world.root / CHECKPOINT).write_bytes(older)

    report = audit(world.root, processes=1)

    assert findings(report) == [("E-UNSIGNED", CHECKPOINT)]
    assert (report.integrity, report.exit_code) == (Outcome.UNDECIDED, 4)


def test_a_log_cut_back_to_an_earlier_head_is_named_by_its_own_checkpoint(
    world: World, tmp_path: Path
) -> None:
    world.ledger.settle()
    shutil.copytree(world.root, tmp_path / "older")
    world.act(world.received(DATA, "x"))
    world.ledger.settle()
    for name in (HEAD, "log/tile", "entries"):
        if (world.root / name).is_dir():
            shutil.rmtree(world.root / name)
            shutil.copytree(tmp_path / "older" / name, world.root / name)
        else:
            shutil.copy(tmp_path / "older" / name, world.root / name)

    assert findings(audit(world.root, processes=1)) == [("E-CHECKPOINT", CHECKPOINT)]


def test_the_report_is_plain_data(world: World) -> None:
    world.act(world.received(b"never kept", "x"))

    told = look(world).json()

    assert (told["format"], told["integrity"], told["time"]) == ("probanda-audit/1", "fails", "undecided")
    assert isinstance(told["findings"], list)


def test_every_finding_is_explained(tmp_path: Path) -> None:
    sources = Path(Ledger.append.__code__.co_filename).parent.glob("audit*.py")
    used = {word for path in sources for word in path.read_text().split('"') if word.startswith("E-")}
    page = Path(__file__).parents[3] / "docs/reference/findings.md"

    assert used
    assert sorted(name for name in used if f"`{name}`" not in page.read_text()) == []
