import hashlib
import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from probanda.errors import Malformed
from probanda.model.digest import Sha256
from probanda.vault import packs
from probanda.vault.packs import Member, header, index_end, index_line, padded, parse_index

CONTENTS = st.lists(st.binary(max_size=1500), min_size=1, max_size=6, unique=True)


def make(contents: list[bytes]) -> tuple[str, bytes]:
    """A pack built by concatenation, as spec/base.md words it, without the writer of the product."""
    archive, lines = b"", list[str]()
    for data in contents:
        digest = Sha256(hashlib.sha256(data).hexdigest())
        archive += header(digest, len(data))
        lines.append(index_line(Member(digest, len(archive), len(data))))
        archive += data.ljust(padded(len(data)), b"\0")
    index, _ = index_end(lines)
    archive += header("index", len(index)) + index.ljust(padded(len(index)), b"\0") + bytes(1024)
    return hashlib.sha256(index).hexdigest(), archive + bytes(-len(archive) % 4096)


def faults(name: str, archive: bytes) -> list[packs.Fault]:
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.flush()
        return list(packs.check(file.fileno(), name))


@given(contents=CONTENTS)
def test_a_pack_built_by_the_specification_has_no_fault(contents: list[bytes]) -> None:
    name, archive = make(contents)

    assert faults(name, archive) == []


@given(contents=CONTENTS, data=st.data())
@settings(max_examples=300)
def test_every_flipped_byte_is_found_in_a_range_that_holds_it(
    contents: list[bytes], data: st.DataObject
) -> None:
    name, archive = make(contents)
    at = data.draw(st.integers(0, len(archive) - 1))
    damaged = bytearray(archive)
    damaged[at] ^= data.draw(st.integers(1, 255))

    found = faults(name, bytes(damaged))

    assert any(fault.start <= at < fault.end for fault in found)


@given(contents=CONTENTS, data=st.data())
def test_every_truncation_is_found(contents: list[bytes], data: st.DataObject) -> None:
    name, archive = make(contents)
    size = data.draw(st.integers(0, len(archive) - 1))

    assert faults(name, archive[:size])


@given(contents=CONTENTS, more=st.binary(min_size=1, max_size=5000))
def test_every_addition_at_the_end_is_found(contents: list[bytes], more: bytes) -> None:
    name, archive = make(contents)

    assert faults(name, archive + more)


@given(untrusted=st.binary(max_size=3000), name=st.sampled_from(["0" * 64, "index"]))
def test_no_bytes_crash_the_check_or_pass_it(untrusted: bytes, name: str) -> None:
    assert faults(name, untrusted)


@given(untrusted=st.binary(max_size=300) | st.text("0123456789abcdef index\n", max_size=200).map(str.encode))
def test_an_index_is_refused_or_written_back_byte_for_byte(untrusted: bytes) -> None:
    try:
        members, _ = parse_index(untrusted)
    except Malformed:
        return

    assert index_end([index_line(member) for member in members])[0] == untrusted


def test_the_smallest_pack_is_one_page(tmp_path: Path) -> None:
    name, archive = make([b""])
    path = tmp_path / f"{name}.tar"
    path.write_bytes(archive)

    assert len(archive) == 4096
    descriptor = os.open(path, os.O_RDONLY)
    assert [member.size_bytes for member in packs.read_index(descriptor, name)] == [0]
    os.close(descriptor)
