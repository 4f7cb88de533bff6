import pytest

from made_log import digest_of, digests
from probanda.errors import NotFound
from probanda.model.policy import NOBODY
from probanda.views.finding import find_item


def test_every_name_of_an_item_finds_it(log, views):
    reception = log.receive("a", b"one.jpg")
    log.receive("b")
    views.catch_up(log)
    both = digests("a")

    for name in (
        "PB-M000-000001",
        "pb-m000-000001",
        "PB-M000-000001 ",
        both.sha256,
        both.sha256.upper(),
        both.sha256[:4],
        both.sha256[:7],
        both.sha512,
        reception,
    ):
        assert find_item(views, NOBODY, name).sha256 == both.sha256


def test_the_beginning_of_a_reference_finds_the_only_item_that_has_it(log, views):
    log.receive("a")
    log.receive("b", matter=log.open_matter("Second"))
    views.catch_up(log)

    assert find_item(views, NOBODY, "PB-M001").sha256 == digest_of("b")
    assert find_item(views, NOBODY, "PB-M001-0000").sha256 == digest_of("b")


def test_a_beginning_that_fits_several_items_names_some_of_them(log, views):
    log.receive("a")
    log.receive("b")
    views.catch_up(log)

    with pytest.raises(NotFound, match="PB-M000-000001, PB-M000-000002"):
        find_item(views, NOBODY, "PB-M000-00000")


@pytest.mark.parametrize(
    "name", ["", "abc", "0000", "PB-M000-000009", "PB-M009", "PB-M000-x", "no name", "f" * 65, "'\"%_"]
)
def test_what_names_nothing_is_not_found(log, views, name):
    log.receive("a")
    views.catch_up(log)

    with pytest.raises(NotFound):
        find_item(views, NOBODY, name)


def test_an_item_kept_from_the_reader_answers_as_if_it_were_not_there(log, views):
    log.receive("a", labels=("identity_protected",))
    views.catch_up(log)

    told = set()
    for name in ("PB-M000-000001", "PB-M000-000002"):
        with pytest.raises(NotFound) as refusal:
            find_item(views, NOBODY, name)
        told.add(str(refusal.value).replace(name, "NAME"))
    assert len(told) == 1


def test_a_beginning_counts_only_items_that_the_reader_may_see(log, views):
    log.receive("a", labels=("identity_protected",))
    log.receive("b")
    views.catch_up(log)

    assert find_item(views, NOBODY, "PB-M000").sha256 == digest_of("b")


def test_bytes_in_several_matters_are_answered_by_the_first_reception(log, views):
    log.receive("a", matter=log.open_matter("Second"))
    log.receive("a")
    views.catch_up(log)

    item = find_item(views, NOBODY, digest_of("a"))
    assert (item.ref, item.elsewhere) == ("PB-M001-000001", ("PB-M000-000001",))


def test_the_page_of_an_item_has_all_its_names_once(log, views):
    for path in (b"x/one.jpg", b"y/one.jpg", b"\xff.jpg"):
        log.receive("a", path)
    views.catch_up(log)

    item = find_item(views, NOBODY, digest_of("a"))
    assert [name.raw for name in item.names] == [b"one.jpg", b"\xff.jpg"]
    assert [path.raw for path in item.paths] == [b"x/one.jpg", b"y/one.jpg", b"\xff.jpg"]
    assert item.names[1].text == "\\xff.jpg"
