from made_log import FIRST_KEY, agent_of, digest_of
from probanda.model.policy import NOBODY, Reader
from probanda.model.roles import Role
from probanda.views.custody import history, item_receptions
from probanda.views.finding import find_item


def test_the_history_of_an_item_tells_what_happened_in_order_of_the_log(log, views):
    archive = log.receive("zip", b"DCIM/a.zip", labels=("graphic",))
    log.receive("m1", container=archive)
    log.receive("m2", container=archive)
    log.label("zip", add=("minor",), remove=("graphic",), confidentiality="secret", reason="seen")
    log.package("zip")
    log.anchor(2)
    log.anchor(6)
    log.anchor(7)
    log.receive("zip", b"again.zip")
    log.receive("unrelated")
    views.catch_up(log)

    everything = find_item_of(views, "zip")
    assert [(event.index, event.words) for event in history(views, everything)] == [
        (2, "received with a folder as DCIM/a.zip; labelled graphic"),
        (3, "2 members were taken out of it"),
        (5, "labels added: minor; labels removed: graphic; confidentiality: secret; reason: seen"),
        (6, f"put in the package with the manifest {digest_of('manifest')}; purpose: review"),
        (8, ANCHORED),
        (10, "received with a folder as again.zip"),
    ]


ANCHORED = "first anchored by An Authority, with a log of 6 entries: received not later than the token's time"


def find_item_of(views, content):
    return find_item(views, Reader(None, frozenset(Role)), digest_of(content))


def test_each_event_names_the_agent_and_the_entry(log, views):
    id = log.receive("a")
    views.catch_up(log)

    (event,) = history(views, find_item(views, NOBODY, digest_of("a")))
    assert (event.id, event.kind, event.agent, event.agent_name) == (
        id,
        "item-received",
        agent_of(FIRST_KEY),
        "First Keeper",
    )


def test_a_reception_keeps_what_the_file_claimed(log, views):
    archive = log.receive("zip", b"a.zip")
    log.receive("m", b"a.zip!/\xff", container=archive, labels=("minor",), confidentiality="secret")
    views.catch_up(log)

    (reception,) = item_receptions(views, find_item_of(views, "m"))
    assert reception.path.raw == b"a.zip!/\xff"
    assert reception.root.raw == b"/media/card"
    assert reception.modified == "2025-12-31T23:59:59Z"
    assert (reception.via, reception.container) == ("archive", "PB-M000-000001")
    assert (reception.labels, reception.confidentiality) == (("minor",), "secret")
