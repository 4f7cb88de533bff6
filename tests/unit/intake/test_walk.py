"""The walk answers once for every single thing, and never opens or follows what it should not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from probanda.work.intake.opening import open_regular, same_before_and_after
from probanda.work.intake.outcomes import NotOpened, Outcome, Told
from probanda.work.intake.walk import MAX_FOLDER_DEPTH, Input, walk


def answers(*roots: Path, exclude: tuple[Path, ...] = ()) -> list[Input | Told]:
    return list(walk([os.fsencode(root) for root in roots], exclude=[os.fsencode(path) for path in exclude]))


def told(*roots: Path, exclude: tuple[Path, ...] = ()) -> list[tuple[str, bytes]]:
    return [(one.outcome, one.path) for one in answers(*roots, exclude=exclude) if isinstance(one, Told)]


def only_input(root: Path) -> Input:
    (one,) = answers(root)
    assert isinstance(one, Input)
    return one


def test_files_come_in_the_order_of_their_raw_names_whatever_the_disk_says(tmp_path: Path) -> None:
    for name in (b"b", b"\xff", b"a/2", b"a/1", b"B"):
        path = tmp_path / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name)

    found = [one.below for one in answers(tmp_path) if isinstance(one, Input)]

    assert found == [b"B", b"a/1", b"a/2", b"b", b"\xff"]


def test_a_file_in_a_folder_tells_its_root_and_one_given_itself_has_none(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(b"12345")

    below, given = only_input(tmp_path), only_input(tmp_path / "one.txt")

    assert (below.below, below.root, below.size_bytes) == (b"one.txt", os.fsencode(tmp_path), 5)
    assert (given.below, given.root, given.path) == (b"one.txt", None, below.path)


def test_a_relative_root_gives_paths_that_open_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.txt").write_bytes(b"")
    monkeypatch.chdir(tmp_path)

    (one,) = walk([b"."])

    assert isinstance(one, Input)
    assert one.path.startswith(b"/") and one.below == b"one.txt" and one.root == b"."


def test_links_are_told_with_their_target_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to("absent")

    first, second = answers(tmp_path)

    assert isinstance(first, Told) and isinstance(second, Told)
    assert first.outcome is second.outcome is Outcome.LINK
    assert str(tmp_path) in first.reason and "absent" in second.reason


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_a_link_given_itself_is_told_and_not_followed(tmp_path: Path, ending: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("folder")

    (one,) = walk([os.fsencode(tmp_path / "link") + ending.encode()])

    assert isinstance(one, Told) and one.outcome is Outcome.LINK


def test_a_pipe_and_a_socket_are_special_and_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        assert told(tmp_path) == [("special", b"pipe"), ("special", b"socket")]


def test_a_device_is_special(tmp_path: Path) -> None:
    assert told(Path("/dev/null")) == [("special", b"null")]


def test_a_missing_path_is_unreadable_and_says_so(tmp_path: Path) -> None:
    (one,) = answers(tmp_path / "absent")

    assert isinstance(one, Told) and one.outcome is Outcome.UNREADABLE
    assert one.path == os.fsencode(tmp_path / "absent") and "not there" in one.reason


def test_a_path_with_a_zero_byte_is_unreadable(tmp_path: Path) -> None:
    (one,) = walk([b"a\0b"])

    assert isinstance(one, Told) and one.outcome is Outcome.UNREADABLE and "zero byte" in one.reason


def test_an_empty_folder_is_told_also_as_the_root(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert told(tmp_path) == [("refused", b"empty")]
    assert told(tmp_path / "empty") == [("refused", os.fsencode(tmp_path / "empty"))]


def test_the_base_itself_is_refused_below_a_root_and_as_one(tmp_path: Path) -> None:
    (tmp_path / "base" / "log").mkdir(parents=True)
    (tmp_path / "base" / "log" / "head").write_bytes(b"0")
    base = (tmp_path / "base",)
    log = tmp_path / "base" / "log"

    assert told(tmp_path, exclude=base) == [("refused", b"base")]
    assert told(log, exclude=base) == [("refused", os.fsencode(log))]
    assert told(log / "head", exclude=base) == [("refused", b"head")]


def test_folders_too_deep_are_refused_and_named(tmp_path: Path) -> None:
    here = tmp_path
    for _ in range(MAX_FOLDER_DEPTH + 1):
        here = here / "d"
    here.mkdir(parents=True)
    (here / "file").write_bytes(b"x")

    (one,) = answers(tmp_path)

    assert isinstance(one, Told) and one.outcome is Outcome.REFUSED and str(MAX_FOLDER_DEPTH) in one.reason


def test_a_folder_mounted_inside_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "again" / "again").mkdir(parents=True)
    real = os.lstat
    # Only root can mount, so the system's answer for the inner folder is that for the outer one.
    monkeypatch.setattr(os, "lstat", lambda path: real(path.removesuffix(b"/again")))

    (one,) = answers(tmp_path)

    assert isinstance(one, Told) and (one.outcome, one.path) == (Outcome.REFUSED, b"again")
    assert "contains itself" in one.reason


def test_a_folder_that_vanishes_while_walking_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").mkdir()
    walking = walk([os.fsencode(tmp_path)])
    next(walking)

    (tmp_path / "b").rmdir()

    (one,) = walking
    assert isinstance(one, Told) and (one.outcome, one.path) == (Outcome.UNREADABLE, b"b")


# Root may read everything, so as root the walk is tried as nobody.
_AS_NOBODY = """
import os, sys
from probanda.work.intake.opening import open_regular
from probanda.work.intake.outcomes import NotOpened
from probanda.work.intake.walk import Input, walk
if os.geteuid() == 0:
    os.setegid(65534); os.seteuid(65534)
for one in walk([os.fsencode(sys.argv[1])]):
    if isinstance(one, Input):
        try:
            os.close(open_regular(one))
            print("opened", one.below)
        except NotOpened as error:
            print(error.outcome, one.below, error.reason)
    else:
        print(one.outcome, one.path, one.reason)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_files_and_folders_without_permission_are_unreadable_with_the_reason(public_folder: Path) -> None:
    (public_folder / "closed").mkdir(mode=0o000)
    (public_folder / "secret").write_bytes(b"x")
    (public_folder / "secret").chmod(0o000)
    (public_folder / "open").write_bytes(b"x")
    (public_folder / "open").chmod(0o644)

    run = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(public_folder)], capture_output=True, text=True, check=True
    )

    assert run.stdout.splitlines() == [
        "unreadable b'closed' permission denied",
        "opened b'open'",
        "unreadable b'secret' permission denied",
    ]


def opening_says(seen: Input) -> Outcome:
    with pytest.raises(NotOpened) as refused:
        open_regular(seen)
    return refused.value.outcome


def test_an_opened_file_is_read_and_its_time_of_access_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    os.utime(tmp_path / "file", ns=(1, 2))

    descriptor = open_regular(only_input(tmp_path))
    content = os.read(descriptor, 100)
    os.close(descriptor)

    assert content == b"content"
    assert (tmp_path / "file").stat().st_atime_ns == 1


def test_what_took_the_place_of_a_file_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    seen = only_input(tmp_path)
    file.rename(tmp_path / "kept")

    assert opening_says(seen) is Outcome.UNREADABLE
    file.symlink_to("kept")
    assert opening_says(seen) is Outcome.LINK
    file.unlink()
    os.mkfifo(file)
    assert opening_says(seen) is Outcome.SPECIAL
    file.unlink()
    file.write_bytes(b"x")
    assert opening_says(seen) is Outcome.CHANGED


def test_a_file_that_grew_or_was_written_while_read_is_not_the_same(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"1234")
    before = file.stat()

    assert same_before_and_after(before, file.stat(), 4)
    assert not same_before_and_after(before, file.stat(), 3)
    os.utime(file, ns=(1, 1))
    assert not same_before_and_after(before, file.stat(), 4)
