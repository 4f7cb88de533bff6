import pytest

from made_log import FIRST_KEY, agent_of, digest_of
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import NOBODY
from probanda.views.custody import history
from probanda.views.finding import find_item
from probanda.views.listing import items_page
from probanda.views.protections import protection_of
from probanda.views.registers import all_agents, all_anchors, all_matters, counts, entries_without_right

REVIEWER = b"r" * 32
STRANGER = b"s" * 32
OTHER = b"o" * 32


@pytest.fixture
def log(log):
    log.enrol(REVIEWER, "A Reviewer", "reviewer")
    log.enrol(OTHER, "Another", "supervisor")
    return log


def listed(views):
    return [(one.kind, one.kept) for one in entries_without_right(views)]


@pytest.mark.parametrize("key", [REVIEWER, STRANGER])
def test_who_is_no_supervisor_changes_no_agent(log, views, key):
    views.catch_up(log)
    before = all_agents(views)
    log.enrol(b"n" * 32, "New", "supervisor")
    log.by(key)
    log.grant(key, "supervisor")
    log.by(key)
    log.revoke(FIRST_KEY)
    log.by(key)
    views.catch_up(log)

    assert all_agents(views) == before
    assert listed(views) == [("agent-enrolled", False), ("role-granted", False), ("agent-revoked", False)]
    assert counts(views).without_right == 3


def test_an_agent_whose_enrolment_had_no_effect_has_no_right_either(log, views):
    log.enrol(STRANGER, "Self-made", "supervisor", "collector")
    log.by(REVIEWER)
    log.receive("a")
    log.by(STRANGER)
    log.grant(REVIEWER, "supervisor")
    log.by(STRANGER)
    views.catch_up(log)

    assert [agent.name for agent in all_agents(views)] == ["First Keeper", "A Reviewer", "Another"]
    assert items_page(views, NOBODY).total == 0
    assert counts(views).without_right == 3


def test_a_right_counts_from_where_it_was_given_to_where_it_was_taken(log, views):
    log.grant(REVIEWER, "supervisor")
    log.enrol(b"1" * 32, "First")
    log.by(REVIEWER)
    log.grant(REVIEWER, "analyst")
    log.enrol(b"2" * 32, "Second")
    log.by(REVIEWER)
    log.revoke(OTHER)
    log.enrol(b"3" * 32, "Third")
    log.by(OTHER)
    views.catch_up(log)

    assert [agent.name for agent in all_agents(views)][3:] == ["First"]
    assert counts(views).without_right == 2


def test_the_last_supervisor_may_step_down(log, views):
    log.revoke(OTHER)
    log.grant(FIRST_KEY, "collector")
    log.enrol(b"n" * 32, "New")
    views.catch_up(log)

    assert not any("supervisor" in agent.roles and agent.is_alive for agent in all_agents(views))
    assert listed(views) == [("agent-enrolled", False)]


def test_a_reception_without_the_right_is_kept_and_counted(log, views):
    log.receive("a")
    log.by(REVIEWER)
    views.catch_up(log)

    assert items_page(views, NOBODY).total == 1
    (one,) = entries_without_right(views)
    assert (one.kind, one.kept, one.agent, one.agent_name) == (
        "item-received",
        True,
        agent_of(REVIEWER),
        "A Reviewer",
    )


def test_without_the_right_labels_can_be_added_and_not_taken_away(log, views):
    log.receive("a", labels=("minor",), confidentiality="confidential")
    log.label("a", add=("graphic",), remove=("minor",), confidentiality="public")
    log.by(REVIEWER)
    log.label("a", remove=("minor",))
    log.by(REVIEWER)
    views.catch_up(log)

    protection = protection_of(views, digest_of("a"))
    assert protection.labels == {Label.MINOR, Label.GRAPHIC}
    assert protection.confidentiality == Confidentiality.CONFIDENTIAL
    assert listed(views) == [("labelled", True), ("labelled", False)]


def test_the_history_tells_only_the_part_of_a_change_that_counts(log, views):
    log.receive("a", labels=("graphic",))
    log.label("a", add=("remains",), remove=("graphic",))
    log.by(REVIEWER)
    log.label("a", remove=("graphic",))
    log.by(REVIEWER)
    views.catch_up(log)

    events = history(views, find_item(views, NOBODY, digest_of("a")))
    assert [event.words for event in events][1:] == ["labels added: remains"]


def test_adding_protection_needs_no_right_and_is_not_listed(log, views):
    log.receive("a")
    log.label("a", add=("minor",), confidentiality="secret")
    log.by(REVIEWER)
    views.catch_up(log)

    assert protection_of(views, digest_of("a")).confidentiality == Confidentiality.SECRET
    assert listed(views) == []


def test_a_revoked_key_has_no_effect_whatever_it_does(log, views):
    log.revoke(OTHER)
    log.receive("a")
    log.by(OTHER)
    log.open_matter("Theirs")
    log.by(OTHER)
    log.label("a", add=("minor",))
    log.by(OTHER)
    log.package("a")
    log.by(OTHER)
    views.catch_up(log)

    assert items_page(views, NOBODY).total == 0
    assert [matter.name for matter in all_matters(views)] == ["Inbox"]
    assert counts(views).packages == 0
    assert counts(views).without_right == 4


def test_matters_and_anchors_need_the_right(log, views):
    log.open_matter("Theirs")
    log.by(REVIEWER)
    log.anchor(2)
    log.by(REVIEWER)
    views.catch_up(log)

    assert [matter.name for matter in all_matters(views)] == ["Inbox"]
    assert all_anchors(views) == ()
    assert listed(views) == [("matter-opened", False), ("anchor-recorded", False)]


def test_a_second_genesis_enrols_nobody(log, views):
    log.add_genesis(STRANGER)
    views.catch_up(log)

    assert len(all_agents(views)) == 3
    assert listed(views) == [("genesis", False)]
