import hashlib
import os
import tarfile
from pathlib import Path

import pytest

from probanda.errors import Malformed, ProofFails
from probanda.model.digest import Sha256
from probanda.vault import packs
from probanda.vault.originals import Originals
from probanda.vault.pack_writer import PackWriter

CONTENTS = [b"", b"a", b"b" * 511, b"c" * 512, b"d" * 5000]


def name_of(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


def write_pack(root: Path, contents: list[bytes]) -> Path:
    originals = Originals(root)
    writer = PackWriter(originals)
    for data in contents:
        writer.room(len(data))[: len(data)] = data
        writer.add(name_of(data), len(data))
    pack = writer.close().result()
    writer.shut_down()
    return root / "packs" / f"{pack.name}.tar"


def faults(path: Path, name: str | None = None) -> list[packs.Fault]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(packs.check(descriptor, name or path.stem))
    finally:
        os.close(descriptor)


def test_any_tar_reader_finds_the_members_under_their_digests(tmp_path: Path) -> None:
    path = write_pack(tmp_path, CONTENTS)

    with tarfile.open(path) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive.getmembers()}  # type: ignore[union-attr]

    index = members.pop("index")
    assert members == {name_of(data): data for data in CONTENTS}
    assert path.stem == hashlib.sha256(index).hexdigest()


def test_a_pack_is_named_by_its_index_which_says_where_members_and_itself_begin(tmp_path: Path) -> None:
    path = write_pack(tmp_path, CONTENTS)
    raw = path.read_bytes()

    with tarfile.open(path) as archive:
        index = archive.extractfile("index").read().decode()  # type: ignore[union-attr]
        start = archive.getmember("index").offset_data

    *lines, last = index.splitlines()
    assert last == f"index {start}"
    for line, data in zip(lines, CONTENTS, strict=True):
        digest, offset, size = line.split()
        assert (digest, raw[int(offset) : int(offset) + int(size)]) == (name_of(data), data)


def test_a_pack_has_the_canonical_size_and_no_fault(tmp_path: Path) -> None:
    path = write_pack(tmp_path, CONTENTS)

    assert path.stat().st_size % packs.PAGE_BYTES == 0
    assert faults(path) == []


def test_a_header_is_what_another_tar_writer_makes_of_the_same_fields() -> None:
    info = tarfile.TarInfo("0" * 64)
    info.size, info.mode, info.mtime = 1234, 0o444, 0

    other = info.tobuf(tarfile.USTAR_FORMAT)

    ours = packs.header("0" * 64, 1234)
    assert ours[:329] == other[:329].replace(b"\0" * 8, b"\0" * 8)
    assert tarfile.TarInfo.frombuf(ours, "ascii", "strict").size == 1234


def test_the_check_shows_each_member_that_is_whole(tmp_path: Path) -> None:
    path = write_pack(tmp_path, CONTENTS)
    seen = []

    descriptor = os.open(path, os.O_RDONLY)
    assert not list(packs.check(descriptor, path.stem, lambda m, view: seen.append((m.sha256, bytes(view)))))
    os.close(descriptor)

    assert seen == [(name_of(data), data) for data in CONTENTS]


def test_a_fault_names_the_range_of_the_damaged_member_and_spares_the_others(tmp_path: Path) -> None:
    path = write_pack(tmp_path, [b"first", b"second"])
    raw = bytearray(path.read_bytes())
    raw[1536 + 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(raw)

    found = faults(path)

    assert [(f.start, f.end) for f in found] == [(1536, 1542)]
    assert name_of(b"second") in found[0].reason


def test_bytes_after_the_end_are_a_fault(tmp_path: Path) -> None:
    path = write_pack(tmp_path, [b"first"])
    size = path.stat().st_size
    path.chmod(0o644)
    with path.open("ab") as file:
        file.write(b"x" * 4096)

    found = faults(path)

    assert found
    assert found[-1].end == size + 4096


def test_zeros_after_the_end_are_a_fault(tmp_path: Path) -> None:
    path = write_pack(tmp_path, [b"first"])
    size = path.stat().st_size
    path.chmod(0o644)
    os.truncate(path, size + 512)

    assert [(f.start, f.end) for f in faults(path)] == [(size, size + 512)]


def test_a_pack_under_another_name_is_a_fault(tmp_path: Path) -> None:
    path = write_pack(tmp_path, [b"first"])

    assert "named by" in faults(path, "0" * 64)[0].reason


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"\n",
        b"index 512",
        b"index 0512\n",
        b"index 1024\n",
        b"index 512\nindex 512\n",
        b"0" * 64 + b" 512 5\nindex 1536\n\n",
        b"0" * 64 + b" 512 5\r\nindex 1536\n",
        b"0" * 64 + b" 0512 5\nindex 1536\n",
        b"0" * 64 + b" 512 +5\nindex 1536\n",
        b"0" * 64 + b" 512 -5\nindex 1024\n",
        b"0" * 64 + b" 513 5\nindex 1536\n",
        b"G" * 64 + b" 512 5\nindex 1536\n",
        b"0" * 64 + b" 512 1048577\nindex 1050624\n",
        b"0" * 64 + b" 512 5\n" + b"0" * 64 + b" 1536 5\nindex 2560\n",
        b"\xff\xfe",
    ],
)
def test_an_index_that_is_not_canonical_is_refused(index: bytes) -> None:
    with pytest.raises(Malformed):
        packs.parse_index(index)


def test_a_canonical_index_is_read() -> None:
    members, start = packs.parse_index(b"0" * 64 + b" 512 5\nindex 1536\n")

    assert members == [packs.Member(Sha256("0" * 64), 512, 5)]
    assert start == 1536


def test_a_pack_never_holds_a_digest_twice(tmp_path: Path) -> None:
    path = write_pack(tmp_path, [b"same", b"other", b"same"])

    with tarfile.open(path) as archive:
        assert archive.getnames() == [name_of(b"same"), name_of(b"other"), "index"]


def test_a_pack_that_is_there_already_is_checked_and_left_alone(tmp_path: Path) -> None:
    first = write_pack(tmp_path, CONTENTS)
    inode = first.stat().st_ino

    second = write_pack(tmp_path, CONTENTS)

    assert second == first
    assert second.stat().st_ino == inode
    assert [p.name for p in (tmp_path / "packs").iterdir()] == [first.name]


def test_a_damaged_pack_of_the_same_name_is_reported_and_left_as_it_is(tmp_path: Path) -> None:
    path = write_pack(tmp_path, CONTENTS)
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    raw[700] ^= 1
    path.write_bytes(raw)

    with pytest.raises(ProofFails, match="is damaged: bytes"):
        write_pack(tmp_path, CONTENTS)

    assert path.read_bytes() == raw


def test_a_pack_is_full_at_a_thousand_members(tmp_path: Path) -> None:
    writer = PackWriter(Originals(tmp_path))

    for number in range(1000):
        assert not writer.full
        data = b"%d" % number
        writer.room(len(data))[: len(data)] = data
        writer.add(name_of(data), len(data))

    assert writer.full
    writer.shut_down()


def test_a_pack_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    writer = PackWriter(Originals(tmp_path))
    writer.room(3)[:3] = b"abc"
    writer.add(name_of(b"abc"), 3)

    writer.discard()

    assert list((tmp_path / "packs").iterdir()) == []
    writer.shut_down()
