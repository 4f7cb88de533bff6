"""REQ-2: every captured file gets SHA-256 and SHA-512 before another process opens it; both are recorded."""

import ctypes
import hashlib
import os
import struct
from collections import Counter
from contextlib import contextmanager

import pytest

from person import Person

pytestmark = pytest.mark.slow

IN_OPEN, IN_ISDIR = 0x20, 0x40000000
EVENT = struct.Struct("iIII")
NAMES = ["letter.txt", "photo.jpg", "empty", "large.bin"]


@contextmanager
def opens_in(folder):
    """Counts, by name, how often any process opens a file of this folder. Source: inotify(7)."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert libc.inotify_add_watch(watch, os.fsencode(folder), IN_OPEN) >= 0
    counts = Counter()
    try:
        yield counts
        while data := _read(watch):
            while data:
                _, mask, _, length = EVENT.unpack_from(data)
                name = data[EVENT.size : EVENT.size + length].rstrip(b"\0").decode()
                data = data[EVENT.size + length :]
                if not mask & IN_ISDIR:
                    counts[name] += 1
    finally:
        os.close(watch)


def _read(watch):
    try:
        return os.read(watch, 1 << 16)
    except BlockingIOError:
        return b""


def test_req_2_each_file_is_opened_once_and_its_entry_has_both_digests(tmp_path):
    person = Person(tmp_path)
    person("init", "base")
    material = tmp_path / "material"
    material.mkdir()
    for number, name in enumerate(NAMES):
        (material / name).write_bytes(os.urandom(2_000_000) if name == "large.bin" else b"x" * number)
    (material / "empty").write_bytes(b"")

    with opens_in(material) as opened:
        answers = person("add", str(material), "--json").json["outcomes"]

    assert opened == dict.fromkeys(NAMES, 1)
    for answer in answers:
        data = (material / answer["path"]).read_bytes()
        (subject,) = person("prove", str(answer["index"]), "--json").json["subjects"]
        assert subject == {
            "sha256": hashlib.sha256(data).hexdigest(),
            "sha512": hashlib.sha512(data).hexdigest(),
        }
