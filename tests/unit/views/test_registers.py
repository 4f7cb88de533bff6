from dataclasses import replace

import pytest

from made_log import FIRST_KEY, agent_of, digest_of, digests
from probanda.errors import NotFound
from probanda.model.entry import Act
from probanda.model.kinds.agent_revoked import AgentRevoked
from probanda.model.kinds.matter_opened import MatterOpened
from probanda.model.policy import NOBODY
from probanda.model.roles import Role
from probanda.views.registers import (
    all_agents,
    all_anchors,
    all_matters,
    counts,
    entry_at,
    find_agent,
    matter_named,
    reader_of,
    unread_entries,
)

KEY = b"2" * 32


def test_agents_have_the_roles_that_were_granted_last(log, views):
    enrolled = log.enrol(KEY, "Second", "reviewer")
    log.grant(KEY, "analyst", "custodian")
    views.catch_up(log)

    second = all_agents(views)[1]
    assert second.roles == {Role.ANALYST, Role.CUSTODIAN}
    assert (second.enrolled, second.index, second.roles_index) == (enrolled, 2, 3)


def test_a_revoked_agent_reads_as_nobody(log, views):
    log.enrol(KEY, "Second", "reviewer")
    log.revoke(KEY)
    views.catch_up(log)

    assert reader_of(views, agent_of(KEY)) == NOBODY
    assert not find_agent(views, "Second").is_alive
    assert reader_of(views, agent_of(FIRST_KEY)).roles == {Role.COLLECTOR, Role.SUPERVISOR}
    assert reader_of(views, agent_of(b"s" * 32)) == reader_of(views, None) == NOBODY


def test_a_revocation_whose_reason_is_disclosed_as_null_still_revokes(log, views):
    log.enrol(KEY, "Second", "reviewer")
    log.add(AgentRevoked(KEY, None).act(digests("key")))
    views.catch_up(log)

    assert find_agent(views, "Second").revoked_index == 3


def test_a_key_is_enrolled_once(log, views):
    log.enrol(KEY, "Second", "reviewer")
    log.revoke(KEY)
    log.enrol(KEY, "Second again", "supervisor")
    views.catch_up(log)

    assert not find_agent(views, "Second").is_alive
    assert counts(views).unreadable == 1


def test_an_agent_is_found_by_name_or_id_and_not_by_half(log, views):
    log.enrol(KEY, "Second", "reviewer")
    log.enrol(b"3" * 32, "Second", "reviewer")
    views.catch_up(log)

    assert find_agent(views, agent_of(KEY)).key == KEY
    assert find_agent(views, "First Keeper").key == FIRST_KEY
    for name in ("Second", "First"):
        with pytest.raises(NotFound):
            find_agent(views, name)


def test_the_first_matter_is_the_inbox(log, views):
    second = log.open_matter("Second")
    log.receive("a", matter=second)
    log.receive("b", matter=second)
    views.catch_up(log)

    assert [(one.ref, one.name, one.items) for one in all_matters(views)] == [
        ("M000", "Inbox", 0),
        ("M001", "Second", 2),
    ]


def test_a_matter_is_found_by_name_reference_or_id(log, views):
    second = log.open_matter("Second")
    log.open_matter("Twice")
    log.open_matter("Twice")
    log.add(MatterOpened(digest_of("nonce"), None, None).act(digests("record")))
    views.catch_up(log)

    assert {matter_named(views, name).id for name in ("Second", "M001", second)} == {second}
    assert matter_named(views, "M004").name is None
    for name in ("Twice", "nothing"):
        with pytest.raises(NotFound):
            matter_named(views, name)


def test_anchors_name_the_head_and_the_token(log, views):
    log.anchor(2)
    views.catch_up(log)

    (anchor,) = all_anchors(views)
    assert (anchor.index, anchor.size, anchor.root) == (2, 2, log.root_at(2))
    assert (anchor.token, anchor.authority) == (digests("token 2").sha256, "An Authority")


def test_an_entry_is_told_in_one_line(log, views):
    id = log.receive("a")
    views.catch_up(log)

    line = entry_at(views, 2)
    assert (line.id, line.kind, line.agent_name) == (id, "item-received", "First Keeper")
    with pytest.raises(NotFound):
        entry_at(views, 3)


def test_unknown_kinds_are_ignored_and_counted(log, views):
    log.add(Act("claim-recorded", (), {}, {}))
    log.add(Act("claim-recorded", (), {}, {}))
    log.receive("a")
    views.catch_up(log)

    assert counts(views).unknown_kinds == {"claim-recorded": 2}
    assert (counts(views).entries, counts(views).items, counts(views).unreadable) == (5, 1, 0)


def test_an_entry_that_does_not_fit_its_kind_is_counted_and_the_next_is_read(log, views):
    log.receive("a")
    broken = log.all.pop()
    body = {**broken.entry.body, "size": "many"}
    log.all.append(replace(broken, entry=replace(broken.entry, body=body)))
    log.receive("b")
    views.catch_up(log)

    assert counts(views).items == 1
    assert [(one.index, one.reason) for one in unread_entries(views)] == [
        (2, "size is not a number from 0 on")
    ]


@pytest.mark.parametrize(
    "wrong", [{"size": 2**64}, {"matter": "0" * 64}, {"container": "0" * 64}, {"container": "zip"}]
)
def test_a_reception_that_rests_on_nothing_makes_no_item(log, views, wrong):
    log.receive("a")
    broken = log.all.pop()
    log.all.append(replace(broken, entry=replace(broken.entry, body={**broken.entry.body, **wrong})))
    views.catch_up(log)

    assert (counts(views).items, counts(views).unreadable) == (0, 1)


def test_everything_is_counted(log, views):
    log.receive("a")
    log.receive("a")
    log.anchor(2)
    log.package("a")
    views.catch_up(log)

    found = counts(views)
    assert (found.entries, found.items, found.receptions) == (6, 1, 2)
    assert (found.agents, found.matters, found.anchors, found.packages) == (1, 1, 1, 1)
