import sqlite3
import threading
from itertools import islice

import pytest
from sqlalchemy import update

from made_log import MadeLog, digest_of
from probanda.errors import Forked, ProbandaError, StorageFailed
from probanda.model.entry import Head
from probanda.model.labels import Label
from probanda.model.policy import NOBODY, Reader
from probanda.model.roles import Role
from probanda.views.database import transaction
from probanda.views.listing import items_page
from probanda.views.protections import protection_of
from probanda.views.store import FOLD_BATCH, NOTHING, Views
from probanda.views.tables import VIEWS_VERSION, applied


def database_of(folder):
    (path,) = folder.glob("db-*.sqlite")
    return path


def test_views_remember_the_head_that_they_have_applied(log, views):
    assert views.applied() == NOTHING
    views.catch_up(log)

    assert views.applied() == log.head()


def test_what_was_caught_up_is_there_when_opened_again(log, views, tmp_path):
    log.receive("a")
    views.catch_up(log)
    views.close()

    again = Views.open(tmp_path)
    assert again.applied() == log.head()
    assert items_page(again, NOBODY).total == 1
    again.close()


def test_catching_up_folds_only_what_is_new(log, views):
    views.catch_up(log)
    log.receive("a")
    log.receive("b")

    assert views.catch_up(log) == 2
    assert views.catch_up(log) == 0


def test_records_just_committed_are_folded_without_reading_the_log(log, views):
    views.catch_up(log)
    log.receive("a")

    assert views.apply(log.all[-1:], log.head(), log.root_at)
    assert views.applied() == log.head()


def test_records_that_others_have_folded_meanwhile_are_passed_over(log, views):
    views.catch_up(log)
    log.receive("a")
    log.receive("b")
    views.apply(log.all[2:3], Head(3, log.root_at(3)), log.root_at)

    assert views.apply(log.all[2:], log.head(), log.root_at)
    assert items_page(views, NOBODY).total == 2


def test_records_that_leave_a_gap_are_not_folded(log, views):
    views.catch_up(log)
    log.receive("a")
    log.receive("b")

    assert not views.apply(log.all[-1:], log.head(), log.root_at)
    assert views.applied().size == 2


def test_records_out_of_order_change_nothing(log, views):
    views.catch_up(log)
    before = views.applied()
    log.receive("a")
    log.receive("b")
    log.receive("c")

    with pytest.raises(ProbandaError):
        views.apply([log.all[2], log.all[4], log.all[3]], log.head(), log.root_at)
    assert views.applied() == before
    assert items_page(views, NOBODY).total == 0


def test_another_log_in_the_same_place_is_a_fork(log, views):
    views.catch_up(log)
    other = MadeLog("other")

    with pytest.raises(Forked):
        views.catch_up(other)
    other.receive("a")
    with pytest.raises(Forked):
        views.catch_up(other)
    with pytest.raises(Forked):
        views.apply(other.all[2:], other.head(), other.root_at)


def test_a_log_that_was_rolled_back_is_a_fork(log, views):
    log.receive("a")
    views.catch_up(log)
    log.all.pop()

    with pytest.raises(Forked, match="rolled back"):
        views.catch_up(log)


def test_views_of_another_version_are_rebuilt(log, views, tmp_path):
    log.receive("a")
    views.catch_up(log)
    with transaction(views._current(), writes=True) as connection:
        connection.execute(update(applied).values(version=VIEWS_VERSION + 1))
    views.close()

    again = Views.open(tmp_path)
    assert again.applied() == NOTHING
    assert again.catch_up(log) == 3
    assert items_page(again, NOBODY).total == 1
    again.close()


@pytest.mark.parametrize("version", [VIEWS_VERSION, VIEWS_VERSION + 1])
def test_a_rebuild_does_not_forget_which_log_the_tables_were_made_of(log, views, tmp_path, version):
    views.catch_up(log)
    before = database_of(tmp_path)
    with transaction(views._current(), writes=True) as connection:
        connection.execute(update(applied).values(version=version))
    views.close()
    other = MadeLog("other")
    other.receive("a")

    for opened in (Views.open(tmp_path), Views.open(tmp_path)):
        with pytest.raises(Forked, match="delete the folder"):
            opened.rebuild(other)
        with pytest.raises(Forked):
            opened.catch_up(other)
        opened.close()
    assert database_of(tmp_path) == before


def test_a_rebuild_refuses_a_log_that_was_rolled_back(log, views):
    log.receive("a")
    views.catch_up(log)
    log.all.pop()

    with pytest.raises(Forked, match="rolled back"):
        views.rebuild(log)


def test_views_that_were_deleted_remember_nothing(log, views, tmp_path):
    views.catch_up(log)
    views.close()
    for path in tmp_path.iterdir():
        path.unlink()
    other = MadeLog("other")

    again = Views.open(tmp_path)
    assert again.catch_up(other) == 2
    again.close()


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_rebuilt(log, views, tmp_path, damage):
    log.receive("a")
    views.catch_up(log)
    views.close()
    database_of(tmp_path).write_bytes(damage)

    again = Views.open(tmp_path)
    again.catch_up(log)
    assert items_page(again, NOBODY).total == 1
    again.close()


@pytest.mark.parametrize("pointer", [b"", b"../db-1.sqlite", b"db-gone.sqlite", b"\xff"])
def test_a_damaged_pointer_means_a_rebuild(log, views, tmp_path, pointer):
    views.catch_up(log)
    (tmp_path / "current").write_bytes(pointer)

    assert views.applied() == NOTHING
    views.catch_up(log)
    assert views.applied() == log.head()


def test_reading_views_that_were_never_made_says_what_to_do(views):
    with pytest.raises(StorageFailed, match="rebuild"):
        items_page(views, NOBODY)


def test_a_rebuild_is_seen_by_views_that_were_open_before(log, views, tmp_path):
    views.catch_up(log)
    other = Views.open(tmp_path)
    other.catch_up(log)
    log.receive("a")

    views.rebuild(log)
    assert items_page(other, NOBODY).total == 1
    other.close()


def test_a_rebuild_leaves_one_database_and_no_unfinished_one(log, views, tmp_path):
    (tmp_path / "new-0.sqlite").write_bytes(b"half")
    views.catch_up(log)
    views.rebuild(log)

    views.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["current", database_of(tmp_path).name, "rebuilding"]


def test_a_rebuild_that_stops_half_way_leaves_the_tables_as_they_were(log, views):
    log.receive("a")
    views.catch_up(log)
    log.receive("b")

    class Breaks(MadeLog):
        def records(self, start, end):
            yield from islice(self.all, 1)
            raise StorageFailed("the disk does not answer")

    breaks = Breaks()
    breaks.all = log.all
    with pytest.raises(StorageFailed):
        views.rebuild(breaks)
    assert items_page(views, NOBODY).total == 1


def test_a_log_that_gives_fewer_entries_than_its_head_is_not_taken_for_whole(log, views):
    class Short(MadeLog):
        def records(self, start, end):
            return islice(self.all, end - 1)

    with pytest.raises(ProbandaError):
        views.catch_up(Short())
    assert views.applied() == NOTHING


def test_progress_is_reported_until_all_is_done(log, views):
    seen = []
    views.rebuild(log, lambda done, total: seen.append((done, total)))

    assert seen == [(2, 2)]


def test_two_that_catch_up_at_the_same_time_fold_each_entry_once(log, views, tmp_path):
    views.catch_up(log)
    for number in range(400):
        log.receive(f"content {number}", f"{number}.jpg".encode())
    both = threading.Barrier(2)
    failures = []

    def catch_up():
        mine = Views.open(tmp_path)
        both.wait()
        try:
            for size in range(10, len(log.all) + 1, 10):
                mine.apply(log.all[:size], Head(size, log.root_at(size)), log.root_at)
            mine.catch_up(log)
        except (ProbandaError, sqlite3.Error) as error:
            failures.append(error)
        mine.close()

    threads = [threading.Thread(target=catch_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert views.applied() == log.head()
    assert items_page(views, NOBODY).total == 400


def test_what_one_batch_has_made_the_next_batch_knows(log, views):
    log.label("a", add=("minor",))
    archive = log.receive("zip", labels=("sgbv",))
    for number in range(FOLD_BATCH):
        log.receive(f"content {number % 7}", f"{number}.jpg".encode())
    log.receive("a", container=archive)
    views.catch_up(log)

    assert protection_of(views, digest_of("a")).labels == {Label.MINOR, Label.SGBV}
    assert items_page(views, Reader(None, frozenset(Role))).total == 9
