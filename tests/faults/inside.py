"""A whole intake inside this process: the same classes, with threads where the program has processes."""

import mmap
import os
import socket
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import pytest
from forgetful import Recorder, RecordingLastSigned, RecordingOperations, RecordingWrites

from person import PASSPHRASE, Person
from probanda.base import Base, Session
from probanda.proof.envelope import key_id
from probanda.proof.leaf import leaf_hash
from probanda.vault import originals
from probanda.vault.keys import KeyRing, Unlocked
from probanda.vault.ledger import Ledger
from probanda.vault.storage.folder import Folder, Operations
from probanda.views.registers import all_matters
from probanda.work.intake import child, pipeline
from probanda.work.intake.commits import Desk
from probanda.work.intake.crew import Crew
from probanda.work.intake.messages import Answer, Settings
from probanda.work.intake.pipeline import Ending, Request
from probanda.work.intake.progress import Progress
from world import Signer


class _Thread(Thread):
    """What a crew has in place of a process."""

    def wait(self) -> None:
        self.join(60)
        assert not self.is_alive()


class Threads(Crew):
    """A crew whose workers are threads that run what a worker's process runs."""

    def _start(self, settings: Settings, chunks: int, flag: int) -> None:
        ours, own = socket.socketpair()
        arguments = socket.socket(fileno=os.dup(chunks)), Connection(own.detach()), mmap.mmap(flag, 1)
        thread = _Thread(target=child.main, args=arguments, daemon=True)
        thread.start()
        connection = Connection(ours.detach())
        connection.send(settings)
        self._processes.append(thread)
        self.connections.append(connection)


def unlocked(person: Person) -> Unlocked:
    ring = KeyRing(person.home / "keys")
    return ring.unlock(ring.files()[0], PASSPHRASE)


def session_of(person: Person, opened: Unlocked | None = None) -> Session:
    """`opened` are keys that were unlocked before, which takes long."""
    return Base(person.base).session(KeyRing(person.home / "keys"), opened or unlocked(person))


@dataclass
class Inside:
    """Somebody who takes things in; answers are kept as they are told."""

    session: Session
    desk: Desk
    recorder: Recorder | None = None
    answers: list[Answer] = field(default_factory=list)

    def add(self, *paths: Path) -> Ending:
        request = Request(all_matters(self.session.base.views)[0].id)
        given = [os.fsencode(path) for path in paths]
        return pipeline.add(given, self.desk, request, progress=Progress(0), tell=self.tell)

    def tell(self, answer: Answer) -> None:
        self.answers.append(answer)
        if self.recorder and answer.index is not None:
            reader = self.desk.ledger.reader
            self.recorder.acknowledged(answer.index, leaf_hash(reader.leaf(answer.index, answer.index + 1)))

    def outcomes(self) -> dict[str, str]:
        return {os.fsdecode(answer.path): answer.outcome.value for answer in self.answers}


def take_inside(
    person: Person, operations: Operations | None = None, opened: Unlocked | None = None
) -> Inside:
    session = session_of(person, opened)
    desk = session.intake()
    if operations is not None:
        ledger = Ledger(Folder(person.base, operations), session.base.identity.log_key)
        desk = replace(desk, ledger=ledger)
    return Inside(session, desk)


def take_recorded(person: Person, recorder: Recorder, patch: pytest.MonkeyPatch) -> Inside:
    """As `take_inside`, with every operation of ledger, packs, objects and key folder on record."""
    patch.setattr(originals, "Writes", lambda: RecordingWrites(recorder))
    taken = take_inside(person, RecordingOperations(recorder))
    key = taken.session.log_key
    record = person.home / "keys" / f"{key_id(key.key.key)}.signed"
    assert record.exists()
    signer = Signer(RecordingLastSigned(record, recorder), key.key, key.sign)
    return Inside(taken.session, replace(taken.desk, signer=signer), recorder)
