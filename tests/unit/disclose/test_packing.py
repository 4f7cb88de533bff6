"""What a package holds, and when none is made."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bagit
import pytest

from probanda.errors import NotFound, ProofFails, Refused, StorageFailed, WrongUsage
from probanda.model.digest import AgentId, Sha256, digests_of
from probanda.model.entry import Entry, Head
from probanda.model.kinds.package_made import PackageMade
from probanda.model.policy import Decision
from probanda.proof.envelope import MAX_ENVELOPE_BYTES
from probanda.proof.opening import Opening, parse_opening
from probanda.proof.statement import encode_statement
from probanda.proof.verdict import Outcome
from probanda.work.disclose.packing import MAX_ITEMS, make_package
from probanda.work.disclose.reading import check_package
from unit.disclose.conftest import ARCHIVE, LARGER, MEMBERS, Made, allowed, sha256_of
from unit.disclose.world_source import WorldSource


def opening(made: Made, index: int) -> Opening:
    return parse_opening((made.root / f"proof/entries/{index}.json").read_bytes())


def of_kind(made: Made, kind: str) -> list[Opening]:
    record = json.loads((made.root / "proof/package.json").read_bytes())
    return [one for index in record["entries"] if (one := opening(made, index)).entry.kind == kind]


def test_a_package_holds_together(made: Made) -> None:
    verdict, _ = check_package(made.root, genesis=made.source.genesis)

    assert verdict.findings == ()
    assert verdict.integrity is Outcome.HOLDS
    assert verdict.identity is Outcome.HOLDS
    assert verdict.time is Outcome.UNDECIDED
    assert verdict.exit_code == 0


def test_bagit_finds_a_package_valid(made: Made) -> None:
    assert bagit.Bag(str(made.root)).validate()


def test_the_stand_alone_verifier_in_the_package_accepts_it(made: Made) -> None:
    run = subprocess.run(
        [sys.executable, made.root / "verify.py", "--genesis", made.source.genesis, made.root],
        capture_output=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()


def test_items_lie_under_their_digests(made: Made) -> None:
    found = {path.name: path.read_bytes() for path in (made.root / "data").iterdir()}

    assert found == {sha256_of(data): data for data in (LARGER, MEMBERS[1])}


def test_the_act_of_making_it_travels_with_it_and_binds_its_manifests(made: Made) -> None:
    (act,) = of_kind(made, "package-made")

    manifest = (made.root / "manifest-sha256.txt").read_bytes()
    assert act.entry.body["manifest"] == hashlib.sha256(manifest).hexdigest()
    assert act.fields["purpose"] == "a test"
    assert {one.sha256 for one in act.entry.subjects} == set(made.items)


def test_every_reception_of_an_item_is_named(made: Made) -> None:
    record = json.loads((made.root / "proof/package.json").read_bytes())

    counts = {one["sha256"]: len(one["received"]) for one in record["items"]}
    assert counts == {sha256_of(LARGER): 2, sha256_of(MEMBERS[1]): 1}


def test_where_an_item_came_from_is_withheld_but_not_its_name(made: Made) -> None:
    shown = [set(one.fields) for one in of_kind(made, "item-received") if one.fields]

    assert shown
    assert all("name" in fields and "source" not in fields for fields in shown)


def test_the_container_of_a_member_travels_with_all_fields_withheld(made: Made) -> None:
    (container,) = [
        one for one in of_kind(made, "item-received") if one.entry.subjects[0].sha256 == sha256_of(ARCHIVE)
    ]

    assert container.disclosures == ()
    assert not (made.root / "data" / sha256_of(ARCHIVE)).exists()


def test_matters_and_reasons_are_withheld(made: Made) -> None:
    for kind in ("matter-opened", "role-granted", "agent-revoked"):
        (one,) = of_kind(made, kind)
        assert one.disclosures == ()


def test_nothing_that_is_withheld_can_be_read_from_the_entries(made: Made) -> None:
    paths = made.root.glob("proof/entries/*.json")
    told = [(one.envelope.payload, one.fields) for one in (parse_opening(p.read_bytes()) for p in paths)]

    for secret in ("somebody", "Inbox", "stays inside", "in/archive.zip'"):
        assert secret not in str(told)


def test_both_manifests_and_the_enclosed_pages_are_there(made: Made) -> None:
    names = {path.name for path in made.root.iterdir()}

    assert names >= {"README.txt", "verify.py", "spec", "bagit.txt", "bag-info.txt"}
    assert names >= {f"{tag}manifest-{a}.txt" for tag in ("", "tag") for a in ("sha256", "sha512")}
    assert (made.root / "spec/package.md").read_bytes().startswith(b"# Package")


def test_the_page_for_the_recipient_names_the_genesis_and_what_is_not_shown(made: Made) -> None:
    page = (made.root / "README.txt").read_text()

    assert made.source.genesis in page
    assert "who made the material" in page


def test_the_anchor_that_covers_an_item_travels_with_it(made: Made) -> None:
    verdict, tokens = check_package(made.root)

    assert len(verdict.tokens) == len(tokens) == 1
    assert of_kind(made, "anchor-recorded")


def test_the_agents_are_shown_with_their_roles_and_revocation(made: Made) -> None:
    verdict, _ = check_package(made.root)

    by_name = {agent.name: agent for agent in verdict.agents}
    assert by_name["The second agent"].roles == ("analyst",)
    assert by_name["The second agent"].revoked_at is not None
    assert by_name["First agent"].revoked_at is None


def test_the_same_base_and_act_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    class Again(WorldSource):
        def append(self, _: object) -> int:
            return made.receipt.made

    again = make_package(Again(made.source.world), made.items, tmp_path / "again", may_leave=allowed).out

    def contents(root: Path) -> dict[str, bytes]:
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert contents(again) == contents(made.root)


def test_an_item_that_may_not_leave_stops_the_package_and_every_one_is_named(
    source: WorldSource, tmp_path: Path
) -> None:
    before = source.world.seen()
    items = [sha256_of(data) for data in (LARGER, *MEMBERS)]
    held = items[1:3]

    with pytest.raises(Refused) as raised:
        make_package(
            source,
            items,
            tmp_path / "out",
            may_leave=lambda item: Decision(item not in held, "it shows a minor"),
        )

    assert all(item in str(raised.value) for item in held)
    assert items[0] not in str(raised.value)
    assert not list(tmp_path.glob("out*"))
    assert source.world.seen() == before


def test_a_label_that_comes_while_items_are_copied_stops_the_package(
    source: WorldSource, tmp_path: Path
) -> None:
    before = source.world.seen()
    answers = iter([Decision(True, ""), Decision(False, "it shows a minor")])

    with pytest.raises(Refused):
        make_package(source, [sha256_of(LARGER)], tmp_path / "out", may_leave=lambda _: next(answers))

    assert not list(tmp_path.glob("out*"))
    assert source.world.seen() == before


def test_more_items_than_one_act_can_name_are_refused(source: WorldSource, tmp_path: Path) -> None:
    many = [sha256_of(b"%d" % i) for i in range(MAX_ITEMS + 1)]

    with pytest.raises(WrongUsage, match="at most"):
        make_package(source, many, tmp_path / "out", may_leave=allowed)


def test_the_largest_package_can_be_named_by_one_act() -> None:
    items = tuple(digests_of(b"%d" % i) for i in range(MAX_ITEMS))
    act = PackageMade(items, items[0].sha256, items[0].sha256).act()
    entry = Entry(
        act.kind, AgentId("0" * 64), None, "o" * 200, Head(0, bytes(32)), "", act.subjects, act.clear
    )

    assert len(encode_statement(entry)) * 4 // 3 < MAX_ENVELOPE_BYTES - 10_000


def test_an_existing_folder_is_never_written_into(source: WorldSource, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    before = source.world.seen()

    with pytest.raises(WrongUsage):
        make_package(source, [sha256_of(LARGER)], tmp_path / "out", may_leave=allowed)

    assert list((tmp_path / "out").iterdir()) == []
    assert source.world.seen() == before


def test_a_package_of_nothing_is_not_made(source: WorldSource, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        make_package(source, [], tmp_path / "out", may_leave=allowed)


def test_bytes_that_were_never_received_are_not_found(source: WorldSource, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        make_package(source, [sha256_of(b"never seen")], tmp_path / "out", may_leave=allowed)

    assert not list(tmp_path.glob("out*"))


def test_a_damaged_original_stops_the_package_and_nothing_is_recorded(
    source: WorldSource, tmp_path: Path
) -> None:
    before = source.world.seen()

    class Damaged(WorldSource):
        def read_original(self, item: Sha256) -> Iterator[bytes]:
            yield b"other bytes"

    with pytest.raises(ProofFails):
        make_package(Damaged(source.world), [sha256_of(LARGER)], tmp_path / "out", may_leave=allowed)

    assert not list(tmp_path.glob("out*"))
    assert source.world.seen() == before


def test_a_disk_that_fails_after_the_act_is_told_with_the_entry_it_left(
    source: WorldSource, tmp_path: Path
) -> None:
    class Full(WorldSource):
        def inclusion_proof(self, index: int, size: int) -> list[bytes]:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageFailed, match=f"entry {source.world.seen().size}"):
        make_package(Full(source.world), [sha256_of(LARGER)], tmp_path / "out", may_leave=allowed)

    assert not list(tmp_path.glob("out*"))


def test_fields_named_by_the_caller_are_withheld(source: WorldSource, tmp_path: Path) -> None:
    receipt = make_package(
        source,
        [sha256_of(LARGER)],
        tmp_path / "out",
        may_leave=allowed,
        withhold=frozenset({"source", "name", "path", "modified"}),
    )

    made = Made(source, receipt)
    assert all(one.disclosures == () for one in of_kind(made, "item-received"))
    assert check_package(receipt.out)[0].integrity is Outcome.HOLDS
    assert replace(receipt, made=0) != receipt
