import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from probanda.errors import NotFound, ProofFails, StorageFailed
from probanda.model.digest import Sha256
from probanda.vault.originals import DERIVED, Originals
from probanda.vault.pack_writer import PackWriter
from probanda.vault.stream import Writes, clear_unfinished

MIB = 1 << 20


def name_of(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


def pack(originals: Originals, *contents: bytes) -> Path:
    writer = PackWriter(originals)
    for data in contents:
        writer.room(len(data))[: len(data)] = data
        writer.add(name_of(data), len(data))
    name = writer.close().result().name
    writer.shut_down()
    return originals.packs / f"{name}.tar"


def flip(path: Path, at: int) -> None:
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def files(root: Path) -> set[str]:
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and "cache" not in p.parts}


class RefusingWrites(Writes):
    """A disk that refuses one operation."""

    def __init__(self, operation: str, number: int) -> None:
        self.operation, self.number = operation, number

    def fail(self, operation: str) -> None:
        if operation == self.operation:
            raise OSError(self.number, os.strerror(self.number))

    def create(self, path: Path) -> int:
        self.fail("create")
        return super().create(path)

    def write(self, descriptor: int, view: memoryview, offset: int) -> None:
        self.fail("write")
        super().write(descriptor, view, offset)

    def sync(self, descriptor: int, size_bytes: int) -> None:
        self.fail("sync")
        super().sync(descriptor, size_bytes)

    def name(self, temporary: Path, final: Path) -> bool:
        self.fail("name")
        return super().name(temporary, final)

    def sync_folder(self, path: Path) -> None:
        if path.name not in ("objects", "packs", "base"):
            self.fail("sync_folder")
        super().sync_folder(path)


class OrderedWrites(Writes):
    """Notes the order of what is done."""

    def __init__(self, root: Path) -> None:
        self.root, self.done = root, list[str]()

    def sync(self, descriptor: int, size_bytes: int) -> None:
        self.done.append("sync contents")
        super().sync(descriptor, size_bytes)

    def name(self, temporary: Path, final: Path) -> bool:
        self.done.append("name")
        return super().name(temporary, final)

    def sync_folder(self, path: Path) -> None:
        self.done.append(f"sync {path.relative_to(self.root)}")
        super().sync_folder(path)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, MIB, 8 * MIB, 8 * MIB + 1, 33 * MIB + 7])
def test_what_was_put_is_read_back_and_lies_under_its_digest(tmp_path: Path, size: int) -> None:
    data = os.urandom(min(size, MIB)) * (size // MIB + 1)
    data = data[:size]
    originals = Originals(tmp_path)

    stored = originals.put(io.BytesIO(data))
    originals.close()

    digest = name_of(data)
    assert (stored.sha256, stored.size_bytes, stored.new) == (digest, size, True)
    assert stored.sha512 == hashlib.sha512(data).hexdigest()
    assert (tmp_path / "objects" / digest[:2] / digest[2:4] / digest).read_bytes() == data
    assert b"".join(originals.read_checked(digest)) == data
    assert originals.size(digest) == size
    assert len(files(tmp_path)) == 1


def test_products_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    derived = Originals(tmp_path, place=DERIVED)

    digest = derived.put(io.BytesIO(b"preview")).sha256
    derived.close()

    assert files(tmp_path) == {f"derived/{digest[:2]}/{digest[2:4]}/{digest}"}
    assert not Originals(tmp_path).contains(digest)


def test_contents_are_synced_then_named_and_then_every_new_folder_is_on_disk(tmp_path: Path) -> None:
    writes = OrderedWrites(tmp_path)
    originals = Originals(tmp_path, writes=writes)

    digest = originals.put(io.BytesIO(b"x")).sha256
    originals.close()

    folder = f"objects/{digest[:2]}"
    assert writes.done == [
        "sync .",
        "sync contents",
        "sync objects",
        f"sync {folder}",
        "name",
        f"sync {folder}/{digest[2:4]}",
    ]


def test_bytes_that_are_held_are_left_alone_and_their_folder_is_synced(tmp_path: Path) -> None:
    first = Originals(tmp_path)
    digest = first.put(io.BytesIO(b"x")).sha256
    first.close()
    path = tmp_path / "objects" / digest[:2] / digest[2:4] / digest
    inode = path.stat().st_ino
    writes = OrderedWrites(tmp_path)
    second = Originals(tmp_path, writes=writes)

    again = second.put(io.BytesIO(b"x"))
    second.close()

    assert not again.new
    assert path.stat().st_ino == inode
    assert writes.done[-1] == f"sync {path.parent.relative_to(tmp_path)}"
    assert len(files(tmp_path)) == 1


def test_bytes_that_lie_in_a_pack_are_not_stored_again(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    path = pack(originals, b"one", b"two")

    stored = originals.put(io.BytesIO(b"two"))
    originals.close()

    assert not stored.new
    assert files(tmp_path) == {f"packs/{path.name}"}


@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_a_damaged_held_copy_is_reported_and_both_are_kept(tmp_path: Path, damage: str) -> None:
    originals = Originals(tmp_path)
    digest = originals.put(io.BytesIO(b"evidence")).sha256
    path = tmp_path / "objects" / digest[:2] / digest[2:4] / digest
    if damage == "flip":
        flip(path, 3)
    else:
        path.chmod(0o644)
        os.truncate(path, 4)
    damaged = path.read_bytes()

    with pytest.raises(ProofFails, match="damaged"):
        originals.put(io.BytesIO(b"evidence"))
    originals.close()

    assert path.read_bytes() == damaged
    assert (tmp_path / "cache" / "rescued" / digest).read_bytes() == b"evidence"


def test_reading_damaged_bytes_fails(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    digest = originals.put(io.BytesIO(b"evidence")).sha256
    originals.close()
    flip(tmp_path / "objects" / digest[:2] / digest[2:4] / digest, 0)

    with pytest.raises(ProofFails, match=digest):
        list(originals.read_checked(digest))


def test_a_damaged_member_of_a_pack_is_never_given_out(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    flip(pack(originals, b"one", b"two"), 1536)
    given: list[bytes] = []

    with pytest.raises(ProofFails, match=name_of(b"two")):
        given.extend(originals.read_checked(name_of(b"two")))

    assert given == []
    assert originals.open(name_of(b"one")).read() == b"one"


def test_a_whole_copy_is_found_behind_a_damaged_one(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    flip(pack(originals, b"one", b"two"), 512)
    pack(originals, b"one", b"three")

    assert originals.open(name_of(b"one")).read() == b"one"
    assert originals.holds(name_of(b"one"), 3)


def test_what_is_not_held_is_not_found(tmp_path: Path) -> None:
    originals = Originals(tmp_path)

    assert not originals.contains(name_of(b"x"))
    assert not originals.holds(name_of(b"x"), 1)
    with pytest.raises(NotFound):
        originals.open(name_of(b"x"))


def test_members_are_found_by_another_process_from_the_packs_alone(tmp_path: Path) -> None:
    early = Originals(tmp_path)
    assert not early.contains(name_of(b"one"))
    pack(Originals(tmp_path), b"one")

    assert early.contains(name_of(b"one"))
    for path in (tmp_path / "cache" / "positions").iterdir():
        path.unlink()
    assert Originals(tmp_path).open(name_of(b"one")).read() == b"one"


def test_many_members_are_found_after_the_table_has_grown(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    contents = [b"%d" % number for number in range(9000)]
    for start in range(0, 9000, 1000):
        pack(originals, *contents[start : start + 1000])

    fresh = Originals(tmp_path)
    assert all(fresh.contains(name_of(data)) for data in contents)
    assert not fresh.contains(name_of(b"9000"))
    assert fresh.open(name_of(b"8999")).read() == b"8999"


def test_a_member_is_read_where_the_cache_cannot_be_written(tmp_path: Path) -> None:
    pack(Originals(tmp_path), b"one")
    for path in (tmp_path / "cache" / "positions").iterdir():
        path.unlink()
    (tmp_path / "cache" / "positions").rmdir()
    (tmp_path / "cache" / "positions").write_bytes(b"in the way")

    assert Originals(tmp_path).open(name_of(b"one")).read() == b"one"


def test_a_flipped_bit_anywhere_in_the_table_never_gives_wrong_bytes(tmp_path: Path) -> None:
    pack(Originals(tmp_path), b"one", b"two")
    table = tmp_path / "cache" / "positions" / "table"
    good = table.read_bytes()
    used = [at for at, byte in enumerate(good) if byte]

    for at in used:
        bad = bytearray(good)
        bad[at] ^= 1
        table.write_bytes(bad)
        assert Originals(tmp_path).open(name_of(b"one")).read() == b"one"
        assert Originals(tmp_path).put(io.BytesIO(b"two")).size_bytes == 3


def test_an_empty_or_foreign_table_is_made_anew(tmp_path: Path) -> None:
    pack(Originals(tmp_path), b"one")
    table = tmp_path / "cache" / "positions" / "table"

    for content in (b"", b"x" * 10_000, table.read_bytes()[:5000]):
        table.write_bytes(content)
        assert Originals(tmp_path).open(name_of(b"one")).read() == b"one"


def test_a_pack_that_was_taken_away_is_no_longer_looked_in(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    path = pack(originals, b"one")
    assert originals.contains(name_of(b"one"))

    path.unlink()

    assert not originals.contains(name_of(b"one"))


@pytest.mark.parametrize("operation", ["create", "write", "sync", "name", "sync_folder"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_refuses_leaves_no_half_named_file(tmp_path: Path, operation: str, number: int) -> None:
    root = tmp_path / "base"
    root.mkdir()
    originals = Originals(root, writes=RefusingWrites(operation, number))

    with pytest.raises(StorageFailed, match=os.strerror(number)):
        originals.put(io.BytesIO(b"x" * 20 * MIB))
    originals.close()

    left = files(root)
    assert not left or (operation == "sync_folder" and len(left) == 1)
    assert not [name for name in left if ".new-" in name]


def test_a_disk_that_refuses_loses_the_pack_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    originals = Originals(root, writes=RefusingWrites("sync", errno.ENOSPC))

    with pytest.raises(StorageFailed, match="Free some space"):
        pack(originals, b"one")

    assert not files(root)
    assert not originals.contains(name_of(b"one"))


def test_a_source_that_is_refused_at_its_end_is_not_kept(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    sizes = []

    def refuse(size_bytes: int) -> None:
        sizes.append(size_bytes)
        raise ValueError("changed")

    with pytest.raises(ValueError, match="changed"):
        originals.begin_put(io.BytesIO(b"abc"), accept=refuse)
    originals.close()

    assert sizes == [3]
    assert not files(tmp_path)


def test_leftovers_of_dead_writers_go_and_living_ones_stay(tmp_path: Path) -> None:
    dead, other = tmp_path / ".new-dead", tmp_path / "kept"
    dead.write_bytes(b"x")
    other.write_bytes(b"y")
    writes = Writes()
    living = tmp_path / ".new-living"
    descriptor = writes.create(living)

    removed = clear_unfinished(tmp_path)

    assert removed == 1
    assert {p.name for p in tmp_path.iterdir()} == {".new-living", "kept"}
    writes.close(descriptor)


def test_what_cannot_be_written_past_the_cache_is_written_through_it(tmp_path: Path) -> None:
    writes = Writes()
    descriptor = writes.create(tmp_path / "file")

    writes.write(descriptor, memoryview(b"not aligned"), 3)
    writes.sync(descriptor, 14)
    writes.close(descriptor)

    assert (tmp_path / "file").read_bytes() == b"\0\0\0not aligned"


def test_a_disk_that_refuses_early_ends_a_long_file_before_it_is_read(tmp_path: Path) -> None:
    source = io.BytesIO(b"x" * (64 * MIB))
    originals = Originals(tmp_path, writes=RefusingWrites("write", errno.ENOSPC))

    with pytest.raises(StorageFailed):
        originals.put(source)

    assert source.tell() < 64 * MIB
    originals.close()


def test_the_size_of_a_held_copy_is_checked(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    digest = originals.put(io.BytesIO(b"x")).sha256
    originals.close()

    assert originals.holds(digest, 1)
    with pytest.raises(ProofFails):
        originals.holds(digest, 2)
