"""Laws of views, over random logs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from made_log import MadeLog, digest_of
from probanda.model.entry import Act, Head
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Action, Protection, Reader, decide
from probanda.model.roles import Role
from probanda.views.folds.items import received
from probanda.views.listing import items_page
from probanda.views.protections import protection_for_export, protection_of
from probanda.views.read_ahead import read_ahead
from probanda.views.store import Views
from probanda.views.tables import metadata

CONTENTS = "abcdefg"
contents = st.sampled_from(CONTENTS)
labels = (
    st.lists(st.sampled_from([*Label, "from-a-later-version"]), max_size=2, unique=True)
    .map(sorted)
    .map(tuple)
)
degrees = st.none() | st.sampled_from(Confidentiality)
small = st.integers(0, 30)

steps = st.one_of(
    st.tuples(st.just("receive"), contents, small, small, st.booleans(), labels, degrees),
    st.tuples(st.just("label"), contents, labels, labels, degrees),
    st.tuples(st.just("matter"), small),
    st.tuples(st.just("enrol"), small),
    st.tuples(st.just("grant"), small),
    st.tuples(st.just("revoke"), small),
    st.tuples(st.just("package"), contents, contents),
    st.tuples(st.just("anchor"), small),
    st.tuples(st.just("unknown")),
)
histories = st.lists(steps, max_size=25)

# Nobody of these may do any of that. Each is alone in its log: the rest is done by the first supervisor.
ROGUES = {"never enrolled": b"S" * 32, "revoked": b"R" * 32, "no role": b"N" * 32, "reader": b"E" * 32}
rogue_acts = st.one_of(
    st.tuples(st.just("matter"), small),
    st.tuples(st.just("enrol"), small),
    st.tuples(st.just("grant"), st.just(b"E" * 32)),
    st.tuples(st.just("revoke"), st.sampled_from([b"f" * 32, b"E" * 32])),
    st.tuples(st.just("anchor"), small),
    st.tuples(st.just("genesis")),
    st.tuples(st.just("unlabel"), contents, labels.filter(bool)),
)
rogue_steps = st.tuples(st.just("rogue"), st.sampled_from(sorted(ROGUES)), rogue_acts)
mixed_histories = st.lists(steps | rogue_steps, max_size=25)
readers = st.builds(Reader, st.none(), st.frozensets(st.sampled_from(Role), max_size=2))


def act_as(log: MadeLog, key: bytes, act: tuple) -> None:
    """One act that its agent has no right to."""
    match act:
        case "matter", number:
            log.open_matter(f"matter {number}")
        case "enrol", number:
            log.enrol(bytes([number]) * 32, f"agent {number}", "supervisor")
        case "grant", whom:
            log.grant(whom, "supervisor")
        case "revoke", whom:
            log.revoke(whom)
        case "anchor", size:
            log.anchor(min(size, len(log.all)))
        case ("genesis",):
            log.add_genesis(key)
        case "unlabel", content, remove:
            log.label(content, remove=remove, confidentiality="public")
    log.by(key)


def play(history: list[tuple], *, rogues: bool = True) -> MadeLog:
    """The log that results. An archive may hold itself, as a quine does. Without `rogues`, entries of a
    later version stand in the place of theirs.
    """
    log = MadeLog()
    for name in ("revoked", "no role", "reader"):
        log.enrol(ROGUES[name], name, *(["supervisor"] if name == "revoked" else []))
    log.grant(ROGUES["reader"], "external-reader")
    log.revoke(ROGUES["revoked"])
    matters, receptions = [log.inbox], []
    for name, *with_ in history:
        match name, with_:
            case "receive", (content, matter, container, is_member, marks, degree):
                inside = receptions[container % len(receptions)] if is_member and receptions else None
                receptions.append(
                    log.receive(
                        content,
                        f"folder {container}/{content}".encode(),
                        matter=matters[matter % len(matters)],
                        container=inside,
                        labels=marks,
                        confidentiality=degree,
                    )
                )
            case "label", (content, add, remove, degree):
                log.label(content, add=add, remove=remove, confidentiality=degree)
            case "matter", (number,):
                matters.append(log.open_matter(f"matter {number}"))
            case "enrol", (number,):
                log.enrol(bytes([number]) * 32, f"agent {number}", "reviewer")
            case "grant", (number,):
                log.grant(bytes([number]) * 32, "analyst")
            case "revoke", (number,):
                log.revoke(bytes([number]) * 32)
            case "package", (one, other):
                log.package(*sorted({one, other}))
            case "anchor", (size,):
                log.anchor(min(size, len(log.all)))
            case "rogue", (who, act) if rogues:
                act_as(log, ROGUES[who], act)
            case "unknown" | "rogue", _:
                log.add(Act("claim-recorded", (), {"text": "of a later version"}, {}))
    return log


@contextmanager
def folded(log: MadeLog | Shorter, *, sizes: list[int] | None = None) -> Iterator[Views]:
    """Views of `log`: from scratch, or stopping at each of `sizes`."""
    with tempfile.TemporaryDirectory() as folder:
        views = Views.open(Path(folder))
        for size in sizes or []:
            views.catch_up(Shorter(log, size))
        views.catch_up(log)
        yield views
        views.close()


class Shorter:
    """A log as it was."""

    def __init__(self, log: MadeLog, size: int) -> None:
        self.log, self.size = log, size

    def head(self):
        return Head(self.size, self.log.root_at(self.size))

    def root_at(self, size):
        return self.log.root_at(size)

    def records(self, start, end):
        return self.log.records(start, end)


class Ahead(Shorter):
    """The same log, of which other processes read the receptions."""

    def records(self, start, end):
        return read_ahead(self.read, start, end)

    def read(self, start, end):
        for record in self.log.records(start, end):
            yield received(record) if record.kind == "item-received" else record


def tables(views: Views) -> dict[str, list[tuple]]:
    with views.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


@pytest.mark.slow
@settings(max_examples=40)  # each makes databases on disk
@given(histories, st.lists(small, max_size=6))
def test_steps_and_scratch_give_the_same_tables(history, stops):
    log = play(history)
    sizes = sorted({min(size, len(log.all)) for size in stops} - {0})

    with folded(log) as scratch, folded(log, sizes=sizes) as stepped:
        assert tables(stepped) == tables(scratch)


@pytest.mark.slow
@settings(max_examples=40)  # each makes databases on disk
@given(mixed_histories)
def test_entries_without_the_right_leave_the_state_as_it_was(history):
    told = {"entries", "unread", "without_right"}

    with folded(play(history)) as mixed, folded(play(history, rogues=False)) as without:
        one, other = tables(mixed), tables(without)
        for name in one.keys() - told:
            assert one[name] == other[name], name
        assert len(one["without_right"]) == sum(step[0] == "rogue" for step in history)


@pytest.mark.slow
@settings(max_examples=20)  # each makes databases on disk, and processes
@given(mixed_histories)
def test_reading_ahead_gives_the_same_tables(history):
    log = play(history)

    with folded(log) as read_here, folded(Ahead(log, len(log.all))) as read_ahead_of:
        assert tables(read_ahead_of) == tables(read_here)


@pytest.mark.slow
@settings(max_examples=40)  # each makes databases on disk
@given(histories)
def test_a_rebuild_gives_the_live_tables(history):
    log = play(history)

    with folded(log, sizes=list(range(1, len(log.all), 7))) as views:
        live = tables(views)
        views.rebuild(log)
        assert tables(views) == live


@pytest.mark.slow
@settings(max_examples=40)  # each makes databases on disk
@given(histories, readers)
def test_a_list_shows_exactly_what_policy_lets_the_reader_list(history, reader):
    log = play(history)

    with folded(log) as views:
        everything = items_page(views, Reader(None, frozenset(Role)))
        allowed = [
            item.ref
            for item in everything.items
            if decide(reader, Action.LIST, protection_of(views, item.sha256)).allowed
        ]
        page = items_page(views, reader)
    assert everything.kept_from_you == 0
    assert [item.ref for item in page.items] == allowed
    assert page.total == len(allowed)
    assert page.kept_from_you == everything.total - len(allowed)


@pytest.mark.slow
@settings(max_examples=40)  # each makes databases on disk
@given(histories)
def test_protection_is_what_a_walk_over_the_log_says(history):
    log = play(history)
    own, held_by = walked(log)

    with folded(log) as views:
        for content in CONTENTS:
            sha256 = digest_of(content)
            above = closure(sha256, held_by)
            below = {other for other in own if sha256 in closure(other, held_by)} | {sha256}
            below_and_above = set().union(*(closure(one, held_by) for one in below))
            if sha256 in own:
                assert protection_of(views, sha256) == union(own[one] for one in above)
                assert protection_for_export(views, sha256) == union(own[one] for one in below_and_above)


def walked(log):
    """Own protection by digest, and the containers of each, told in the plainest way."""
    own, held_by, digest_by_id = {}, {}, {}
    for record in log.all:
        body = record.entry.body
        if record.entry.kind not in ("item-received", "labelled"):
            continue
        sha256 = record.entry.subjects[0].sha256
        words = set(body.get("labels", ())) | set(body.get("add", ()))
        degree = body.get("confidentiality")
        if words - set(Label):
            degree = "secret"
        had = own.get(sha256)
        if record.entry.kind == "labelled":
            had_labels, had_degree = had or (set(), "restricted")
            own[sha256] = (had_labels - set(body["remove"])) | words, degree or had_degree
        else:
            digest_by_id[record.id] = sha256
            if had is None:
                own[sha256] = words, degree or "restricted"
            else:
                stricter = max(had[1], degree or had[1], key=lambda one: Confidentiality(one).rank)
                own[sha256] = had[0] | words, stricter
            if "container" in body:
                held_by.setdefault(sha256, set()).add(digest_by_id[body["container"]])
    return own, held_by


def closure(sha256, held_by):
    reached, waiting = {sha256}, [sha256]
    while waiting:
        for container in held_by.get(waiting.pop(), set()) - reached:
            reached.add(container)
            waiting.append(container)
    return reached


def union(protections):
    all_of_them = list(protections)
    words = {label for labels, _ in all_of_them for label in labels} & set(Label)
    degree = max((Confidentiality(degree) for _, degree in all_of_them), key=lambda one: one.rank)
    return Protection(frozenset(map(Label, words)), degree)
