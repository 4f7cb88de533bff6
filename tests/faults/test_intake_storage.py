"""A whole intake on disks that forget, refuse and break."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from inside import session_of, take_inside
from whole_intake import make_source

from person import Person
from probanda.vault.ledger import Ledger
from probanda.vault.storage.folder import Folder, Operations
from probanda.work.govern.matters import matter_act


class Pause(Operations):
    """Stops between the commit of a group and its copies in the log, until told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def write(self, path: Path, data: bytes, *, at: int | None = None, exclusive: bool = False) -> None:
        if path.parent.name == "entries":
            self.reached.set()
            self.go_on.wait(60)
        super().write(path, data, at=at, exclusive=exclusive)


def test_a_held_archive_is_found_while_somebody_else_is_between_commit_and_copies(
    tmp_path: Path, person: Person, threads: pytest.MonkeyPatch
) -> None:
    source = make_source(tmp_path / "given", 20)
    person("add", str(source.root))
    other, pause = session_of(person), Pause()
    ledger = Ledger(Folder(person.base, pause), other.base.identity.log_key)
    acts = [matter_act(str(number), None) for number in range(256)]
    group, _ = other.author.sign(acts, ledger.head())
    writer = threading.Thread(target=ledger.append, args=(group, other.log_key))
    taken = take_inside(person)
    find_held = taken.desk.find_held

    def asked(*question: object) -> object:
        if not writer.ident:
            writer.start()
            assert pause.reached.wait(60)
        return find_held(*question)

    taken.desk = replace(taken.desk, find_held=asked)
    tell = taken.tell
    taken.tell = lambda answer: (tell(answer), pause.go_on.set())
    ending = taken.add(source.root / "archive.zip")
    pause.go_on.set()
    writer.join()

    assert ending.failure is None
    assert set(taken.outcomes().values()) == {"held"}
