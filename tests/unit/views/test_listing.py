import pytest

from made_log import digest_of
from probanda.errors import NotFound, WrongUsage
from probanda.model.policy import NOBODY, Reader
from probanda.model.roles import Role
from probanda.views.listing import containers, items_page, members

KEEPER = Reader(None, frozenset({Role.CUSTODIAN}))


def refs(page):
    return [item.ref for item in page.items]


def test_items_are_numbered_by_first_reception_within_their_matter(log, views):
    other = log.open_matter("Second")
    log.receive("a")
    log.receive("b", matter=other)
    log.receive("c")
    views.catch_up(log)

    assert refs(items_page(views, NOBODY)) == ["PB-M000-000001", "PB-M001-000001", "PB-M000-000002"]


def test_the_same_bytes_in_one_matter_are_one_item(log, views):
    log.receive("a", b"one.jpg")
    log.receive("a", b"two.jpg")
    views.catch_up(log)

    (item,) = items_page(views, NOBODY).items
    assert item.receptions == 2
    assert item.names[0].raw == b"one.jpg"


def test_the_same_bytes_in_two_matters_are_two_items_that_name_each_other(log, views):
    log.receive("a")
    log.receive("a", matter=log.open_matter("Second"))
    views.catch_up(log)

    first, second = items_page(views, NOBODY).items
    assert (first.elsewhere, second.elsewhere) == ((second.ref,), (first.ref,))


def test_pages_follow_one_another_without_gap_or_overlap(log, views):
    for number in range(7):
        log.receive(f"content {number}")
    views.catch_up(log)

    seen, after = [], None
    while True:
        page = items_page(views, NOBODY, after=after, limit=3)
        seen += refs(page)
        if page.next is None:
            break
        after = page.next
    assert seen == [f"PB-M000-{number:06d}" for number in range(1, 8)]


def test_a_full_last_page_has_no_next(log, views):
    log.receive("a")
    views.catch_up(log)

    assert items_page(views, NOBODY, limit=1).next is None


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_of_no_items_or_too_many_is_wrong_usage(log, views, limit):
    views.catch_up(log)

    with pytest.raises(WrongUsage):
        items_page(views, NOBODY, limit=limit)


def test_going_on_from_an_item_that_is_not_there_is_refused(log, views):
    views.catch_up(log)

    with pytest.raises(NotFound):
        items_page(views, NOBODY, after="PB-M000-000009")


@pytest.mark.parametrize("name", ["M001", "Second"])
def test_a_list_of_one_matter_holds_only_its_items(log, views, name):
    log.receive("a")
    log.receive("b", matter=log.open_matter("Second"))
    views.catch_up(log)

    page = items_page(views, NOBODY, matter=name)
    assert (refs(page), page.total) == (["PB-M001-000001"], 1)


@pytest.mark.parametrize(
    ("path", "search"),
    [
        (b"DCIM/IMG_0001.JPG", "img_0"),
        ("Світлини/Полігон.jpg".encode(), "ПОЛІГОН"),
        ("Й.txt".encode(), "и\u0306"),  # the letter composed, and in two parts as some systems write it
        (b"folder/100%_sure.txt", "100%_s"),
        (b"caf\xe9.txt", "caf\\xe9"),
    ],
)
def test_names_are_found_in_either_case_and_form(log, views, path, search):
    log.receive("a", path)
    log.receive("b", b"other.bin")
    views.catch_up(log)

    assert refs(items_page(views, NOBODY, search=search)) == ["PB-M000-000001"]


@pytest.mark.parametrize("search", ["1%2", "1_2"])
def test_signs_of_the_database_have_no_meaning_in_a_search(log, views, search):
    log.receive("a", b"1x2.jpg")
    views.catch_up(log)

    assert items_page(views, NOBODY, search=search).total == 0


def test_a_search_does_not_count_what_is_kept_by_its_name(log, views):
    log.receive("a", b"protected person.jpg", labels=("identity_protected",))
    log.receive("b", b"street.jpg")
    views.catch_up(log)

    fits = items_page(views, NOBODY, search="protected person")
    does_not = items_page(views, NOBODY, search="no such name")
    assert (fits.total, fits.kept_from_you) == (does_not.total, does_not.kept_from_you) == (0, 1)


def test_what_is_kept_from_a_reader_is_counted_and_not_shown(log, views):
    log.receive("a", labels=("identity_protected",))
    log.receive("b", confidentiality="secret")
    log.receive("c")
    views.catch_up(log)

    page = items_page(views, NOBODY)
    assert (refs(page), page.total, page.kept_from_you) == (["PB-M000-000003"], 1, 2)
    assert items_page(views, KEEPER).total == 3


def test_members_are_listed_without_those_kept_from_the_reader(log, views):
    archive = log.receive("zip", b"a.zip")
    log.receive("m1", b"a.zip!/1", container=archive)
    log.receive("m2", b"a.zip!/2", container=archive, labels=("identity_protected",))
    log.receive("loose")
    views.catch_up(log)

    archive_item = items_page(views, NOBODY).items[0]
    page = members(views, NOBODY, archive_item)
    assert (refs(page), page.total, page.kept_from_you) == (["PB-M000-000002"], 1, 1)


def test_a_member_names_its_container(log, views):
    archive = log.receive("zip", b"a.zip")
    log.receive("m1", b"a.zip!/1", container=archive)
    views.catch_up(log)

    member = items_page(views, NOBODY).items[1]
    assert member.containers == ("PB-M000-000001",)
    assert [item.sha256 for item in containers(views, member)] == [digest_of("zip")]


def test_an_inherited_label_says_from_where(log, views):
    archive = log.receive("zip", b"a.zip", labels=("graphic",))
    inner = log.receive("inner", b"a.zip!/b.zip", container=archive)
    log.receive("m", b"a.zip!/b.zip!/m", container=inner, labels=("graphic", "remains"))
    views.catch_up(log)

    member = items_page(views, NOBODY).items[2]
    assert [(one.label, one.is_own, one.inherited_from) for one in member.labels] == [
        ("graphic", True, ("PB-M000-000001",)),
        ("remains", True, ()),
    ]


def test_a_search_goes_on_page_by_page(log, views):
    for number in range(5):
        log.receive(f"content {number}", f"IMG_{number}.jpg".encode())
        log.receive(f"other {number}", f"other {number}.jpg".encode())
    views.catch_up(log)

    first = items_page(views, NOBODY, search="img", limit=3)
    second = items_page(views, NOBODY, search="img", limit=3, after=first.next)
    assert refs(first) == ["PB-M000-000001", "PB-M000-000003", "PB-M000-000005"]
    assert (refs(second), second.total, second.next) == (["PB-M000-000007", "PB-M000-000009"], 5, None)


def test_a_list_of_one_matter_goes_on_page_by_page(log, views):
    other = log.open_matter("Second")
    for number in range(3):
        log.receive(f"content {number}")
        log.receive(f"other {number}", matter=other)
    views.catch_up(log)

    first = items_page(views, NOBODY, matter="Second", limit=2)
    second = items_page(views, NOBODY, matter="Second", limit=2, after=first.next)
    assert refs(first) + refs(second) == ["PB-M001-000001", "PB-M001-000002", "PB-M001-000003"]
    assert second.next is None


def test_an_inherited_label_names_its_container_in_another_matter(log, views):
    archive = log.receive("zip", b"a.zip", labels=("graphic",))
    log.receive("m", b"a.zip!/m", container=archive)
    log.receive("m", b"m", matter=log.open_matter("Second"))
    views.catch_up(log)

    elsewhere = items_page(views, NOBODY).items[2]
    assert [one.inherited_from for one in elsewhere.labels] == [("PB-M000-000001",)]
