import multiprocessing
import os
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_log import NO_HEAD
from probanda.errors import Malformed, ProofFails
from probanda.model.digest import EntryId, Sha256, digests_of
from probanda.model.entry import Act
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.labels import Confidentiality, Label
from probanda.proof.opening import parse_opening
from probanda.views.folds.items import received
from probanda.views.log_source import LogSource
from probanda.views.parsing import Unfit, parse
from probanda.views.read_ahead import STRETCH, read_ahead
from probanda.views.record import Received, Record
from world import Clock, author_of, new_world

ID = EntryId("ab" * 32)
AUTHOR = author_of("first", EntryId("cd" * 32), Clock())
PLAIN = ItemReceived(digests_of(b"x"), EntryId("ef" * 32), 1, "text/plain", name=b"x", path=b"x", via="file")

names = st.none() | st.text(st.characters(exclude_categories=["Cs"])).map(str.encode) | st.binary()
receptions = st.builds(
    ItemReceived,
    item=st.binary().map(digests_of),
    matter=st.just(EntryId("ef" * 32)),
    size_bytes=st.integers(0, 2**53 - 1),
    media_type=st.text("abc/", min_size=1),
    container=st.none() | st.just(EntryId("01" * 32)),
    labels=st.lists(st.sampled_from([*Label, "later"]), unique=True).map(sorted).map(tuple),
    confidentiality=st.none() | st.sampled_from([*map(str, Confidentiality), "later"]),
    name=names,
    path=names,
    modified=st.none() | st.text("0123-:T"),
    via=st.sampled_from(["file", "folder", "archive"]),
    root=names,
)


def line_of(act: Act) -> bytes:
    return AUTHOR.opening(act, NO_HEAD, signed=False).line()


def long_way(line: bytes) -> Record:
    opening = parse_opening(line)
    return Record(7, ID, opening.entry, opening.fields)


@given(receptions)
def test_a_reception_is_read_as_its_entry_says(reception):
    line = line_of(reception.act())

    assert parse(7, ID, line) == received(long_way(line))


@pytest.mark.parametrize(
    "changed",
    [
        {"size": -1},
        {"size": True},
        {"matter": "EF" * 32},
        {"matter": 7},
        {"media_type": None},
        {"labels": ["minor", "graphic"]},
        {"labels": None},
        {"container": "x"},
        {"container": None},
        {"confidentiality": None},
    ],
)
def test_what_does_not_fit_its_kind_is_left_for_the_fold_to_name(changed):
    act = PLAIN.act()
    line = line_of(replace(act, clear={**act.clear, **changed}))

    read = parse(7, ID, line)
    assert isinstance(read, Record)
    with pytest.raises(Malformed):
        received(read)


@pytest.mark.parametrize("hidden", [{"name": {"base64": "YQ=="}}, {"source": "x"}, {"modified": 7}])
def test_hidden_fields_that_do_not_fit_are_left_for_the_fold_to_name(hidden):
    line = line_of(replace(PLAIN.act(), hidden=hidden))

    assert isinstance(parse(7, ID, line), Record)


def test_a_source_without_its_way_is_read_the_long_way():
    line = line_of(replace(PLAIN.act(), hidden={"path": "x"}))

    assert parse(7, ID, line) == received(long_way(line))


def test_an_entry_about_something_that_is_no_digest_is_refused():
    act = PLAIN.act()
    item = replace(act.subjects[0], sha256=Sha256("no digest"))

    with pytest.raises(Unfit):
        parse(7, ID, AUTHOR.opening(act, NO_HEAD, signed=False).line().replace(b"payload", b"other", 1))
    with pytest.raises(Unfit):
        parse(7, ID, line_of(replace(act, subjects=(item,))))


# Reading ahead


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A log on disk of a few stretches, with signed entries among the sealed ones."""
    world = new_world(tmp_path_factory.mktemp("log"))
    world.bulk([world.received(b"x", f"{number}") for number in range(STRETCH)])
    world.act(world.received(b"x", "single"))
    world.bulk([world.received(b"x", f"more {number}") for number in range(STRETCH + 30)])
    world.close()
    return LogSource(world.ledger.reader)


@pytest.mark.parametrize("start", [0, 1, STRETCH - 1, STRETCH, 2 * STRETCH + 5])
def test_reading_ahead_gives_the_same_entries_in_order(source, start):
    end = source.head().size

    assert list(read_ahead(source.records, start, end)) == list(source.records(start, end))


def test_no_process_is_left_when_reading_stops_early(source):
    reading = read_ahead(source.records, 0, source.head().size)
    next(reading)
    assert len(multiprocessing.active_children()) > 0
    reading.close()

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("how", ["raises", "ends"])
def test_what_a_process_fails_to_read_is_read_here(source, how):
    here, end = os.getpid(), source.head().size

    def read(start, end):
        if os.getpid() != here and start >= STRETCH:
            if how == "ends":
                os._exit(9)
            raise ProofFails("not there")
        return source.records(start, end)

    assert list(read_ahead(read, 0, end)) == list(source.records(0, end))


def test_a_damaged_opening_is_named_whoever_meets_it(source, tmp_path):
    world = new_world(tmp_path)
    world.bulk([world.received(b"x", f"{number}") for number in range(600)])
    world.close()
    page = world.root / "entries/001.jsonl"
    lines = page.read_bytes().splitlines(keepends=True)
    page.write_bytes(
        b"".join([*lines[:44], re.sub(b'"payload":"..', b'"payload":"!!', lines[44]), *lines[45:]])
    )
    damaged = LogSource(world.ledger.reader)

    for read in (damaged.records, lambda start, end: read_ahead(damaged.records, start, end)):
        with pytest.raises(ProofFails, match="entry 300 is damaged"):
            list(read(0, damaged.head().size))


def test_openings_that_are_missing_are_named(tmp_path):
    world = new_world(tmp_path)
    world.bulk([world.received(b"x", f"{number}") for number in range(300)])
    world.close()
    page = world.root / "entries/001.jsonl"
    page.write_bytes(b"".join(page.read_bytes().splitlines(keepends=True)[:10]))

    with pytest.raises(ProofFails, match="entry 266 on are missing"):
        list(LogSource(world.ledger.reader).records(0, world.ledger.head().size))


def test_most_of_a_log_is_read_as_receptions(source):
    read = list(source.records(0, source.head().size))

    assert sum(isinstance(one, Received) for one in read) == len(read) - 4  # genesis, Inbox, two seals
