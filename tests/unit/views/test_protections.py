import pytest

from made_log import digest_of
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Reader
from probanda.model.roles import Role
from probanda.views.listing import items_page
from probanda.views.protections import own_protection, protection_for_export, protection_of

EVERYBODY = Reader(None, frozenset(Role))


def words(protection):
    return sorted(protection.labels), protection.confidentiality


def test_nothing_said_means_restricted(log, views):
    log.receive("a")
    views.catch_up(log)

    assert words(protection_of(views, digest_of("a"))) == ([], "restricted")


def test_labels_belong_to_the_bytes_in_every_matter(log, views):
    log.receive("a")
    log.receive("a", matter=log.open_matter("Second"), labels=("minor",), confidentiality="secret")
    views.catch_up(log)

    assert words(protection_of(views, digest_of("a"))) == (["minor"], "secret")


def test_a_label_given_before_the_bytes_came_holds_when_they_come(log, views):
    log.label("a", add=("minor",))
    log.receive("a")
    views.catch_up(log)

    assert protection_of(views, digest_of("a")).labels == {Label.MINOR}


def test_labelling_adds_and_removes_and_sets_the_degree(log, views):
    log.receive("a", labels=("minor", "sgbv"), confidentiality="secret")
    log.label("a", add=("graphic",), remove=("minor",), confidentiality="public")
    views.catch_up(log)

    assert words(protection_of(views, digest_of("a"))) == (["graphic", "sgbv"], "public")


def test_of_several_receptions_the_strictest_degree_holds(log, views):
    for degree in ("public", "confidential", "restricted", None):
        log.receive("a", confidentiality=degree)
    views.catch_up(log)

    assert protection_of(views, digest_of("a")).confidentiality is Confidentiality.CONFIDENTIAL


def test_members_of_members_follow_a_label_put_on_and_taken_off_the_archive(log, views):
    archive = log.receive("zip")
    inner = log.receive("inner", container=archive)
    log.receive("m", container=inner)
    log.label("zip", add=("minor",), confidentiality="secret")
    views.catch_up(log)
    assert words(protection_of(views, digest_of("m"))) == (["minor"], "secret")

    log.label("zip", remove=("minor",), confidentiality="restricted")
    views.catch_up(log)
    assert words(protection_of(views, digest_of("m"))) == ([], "restricted")


def test_what_is_inherited_is_not_said_of_the_bytes_themselves(log, views):
    archive = log.receive("zip", labels=("minor",))
    log.receive("m", container=archive)
    views.catch_up(log)

    assert own_protection(views, digest_of("m")).labels == frozenset()


def test_known_bytes_inherit_when_they_are_found_in_a_labelled_archive(log, views):
    log.receive("m")
    views.catch_up(log)
    archive = log.receive("zip", labels=("minor",))
    log.receive("m", container=archive)
    views.catch_up(log)

    assert protection_of(views, digest_of("m")).labels == {Label.MINOR}


def test_an_archive_leaves_with_the_protection_of_its_members(log, views):
    archive = log.receive("zip")
    inner = log.receive("inner", container=archive)
    log.receive("m", container=inner, labels=("minor",), confidentiality="secret")
    views.catch_up(log)

    assert words(protection_of(views, digest_of("zip"))) == ([], "restricted")
    assert words(protection_for_export(views, digest_of("zip"))) == (["minor"], "secret")


@pytest.mark.parametrize(
    "said", [{"labels": ("of-a-later-version",)}, {"confidentiality": "of-a-later-version"}]
)
def test_a_word_of_a_later_version_protects_as_strictly_as_can_be(log, views, said):
    log.receive("a", **said)
    views.catch_up(log)

    assert protection_of(views, digest_of("a")).confidentiality is Confidentiality.SECRET


def test_an_archive_that_holds_itself_is_protected_like_any_other(log, views):
    archive = log.receive("quine")
    log.receive("quine", b"quine!/quine", container=archive)
    log.label("quine", add=("minor",))
    views.catch_up(log)
    log.label("quine", remove=("minor",))
    views.catch_up(log)

    assert protection_for_export(views, digest_of("quine")).labels == frozenset()


def test_bytes_that_are_labelled_come_labelled_into_another_matter(log, views):
    archive = log.receive("zip", labels=("minor",), confidentiality="secret")
    log.receive("m", container=archive)
    log.receive("m", matter=log.open_matter("Second"))
    views.catch_up(log)

    assert [words(item.protection) for item in items_page(views, EVERYBODY).items] == [
        (["minor"], "secret"),
        (["minor"], "secret"),
        (["minor"], "secret"),
    ]
