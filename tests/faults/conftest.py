"""What whole intakes in these tests share."""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from inside import Threads

from person import Person
from probanda.work.intake import pipeline


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch):
    """From now on the workers of an intake are threads of this process."""
    before = gc.get_threshold()
    monkeypatch.setattr(pipeline, "Crew", Threads)
    monkeypatch.setattr(os, "_exit", sys.exit)  # a worker whose parent is gone ends its thread only
    yield monkeypatch
    gc.set_threshold(*before)


@pytest.fixture
def person(tmp_path) -> Person:
    """Somebody with an empty base."""
    person = Person(tmp_path / "home")
    person.home.mkdir()
    person("init", str(person.base))
    return person


@pytest.fixture
def memory(tmp_path: Path):
    """A folder in memory where there is one with room, since syncing a real disk takes most of the time."""
    shared = Path("/dev/shm")  # noqa: S108  # below it, in a folder of its own
    if not (shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >> 28):
        yield tmp_path / "memory"
        return
    with tempfile.TemporaryDirectory(dir=shared, prefix="probanda-tests-") as place:
        yield Path(place) / "memory"
