from made_log import digest_of
from probanda.views.holding import held, held_many


def test_the_same_bytes_at_the_same_path_of_the_same_matter_are_held(log, views):
    log.receive("a", b"x.jpg")
    log.receive("a", b"x.jpg")
    views.catch_up(log)

    assert held(views, log.inbox, b"x.jpg", digest_of("a")) == 2


def test_other_bytes_another_path_or_another_matter_are_not_held(log, views):
    other = log.open_matter("Second")
    log.receive("a", b"x.jpg")
    views.catch_up(log)

    assert held(views, log.inbox, b"x.jpg", digest_of("b")) is None
    assert held(views, log.inbox, b"y.jpg", digest_of("a")) is None
    assert held(views, other, b"x.jpg", digest_of("a")) is None


def test_many_are_answered_in_the_order_they_were_asked(log, views):
    asked = [(f"{number}.jpg".encode(), digest_of(f"content {number}")) for number in range(2_500)]
    for number in range(0, 2_500, 2):
        log.receive(f"content {number}", asked[number][0])
    views.catch_up(log)

    answers = held_many(views, log.inbox, asked)
    assert answers == [2 + number // 2 if number % 2 == 0 else None for number in range(2_500)]


def test_a_path_that_is_not_utf8_is_held_by_its_bytes(log, views):
    log.receive("a", b"\xff.jpg")
    views.catch_up(log)

    assert held(views, log.inbox, b"\xff.jpg", digest_of("a")) == 2
    assert held(views, log.inbox, b"\\xff.jpg", digest_of("a")) is None
