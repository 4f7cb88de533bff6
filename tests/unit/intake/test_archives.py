"""Packed streams, limits over nested archives, and bytes that are no archive at all."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable

import pytest
from archive_reading import Read, contents, read_all
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_tar_members import END, member, pax
from test_zip_members import zipped

from probanda.work.intake.archives import is_archive, members
from probanda.work.intake.limits import Allowance, Limits
from probanda.work.intake.members import Member
from probanda.work.intake.outcomes import MemberFailed, Outcome, Told

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "application/gzip": gzip.compress,
    "application/x-bzip2": bz2.compress,
    "application/x-xz": lzma.compress,
}
EVERY_PACKER = pytest.mark.parametrize("kind", sorted(PACKERS))


@pytest.mark.parametrize("kind", ["application/zip", "application/x-tar", *PACKERS])
def test_plain_containers_are_walked(kind: str) -> None:
    assert is_archive(kind)


@pytest.mark.parametrize(
    "kind", ["application/epub+zip", "application/wacz", "application/java-archive", "application/vnd.rar"]
)
def test_documents_and_what_cannot_be_unpacked_stay_one_item(kind: str) -> None:
    assert not is_archive(kind)


@pytest.mark.parametrize(
    ("pack", "name"),
    [(gzip.compress, b"a.txt.gz"), (bz2.compress, b"a.txt.BZ2"), (lzma.compress, b"a.txt.xz")],
)
def test_a_packed_file_is_one_member_named_after_its_archive(
    pack: Callable[[bytes], bytes], name: bytes
) -> None:
    content = bytes(range(256)) * 5000

    (found,) = read_all(pack(content), name=b"folder/" + name)

    assert isinstance(found, Read)
    assert (found.path, found.content) == (b"a.txt", content)


def test_a_packed_file_from_a_nameless_source_still_has_a_name() -> None:
    assert [one.path for one in read_all(gzip.compress(b"x"), name=b"")] == [b"content"]


def test_a_gzip_header_gives_the_name_and_time_that_it_claims() -> None:
    out = io.BytesIO()
    with gzip.GzipFile("claimed.txt", "wb", fileobj=out, mtime=1_622_541_600) as packed:
        packed.write(b"content")

    assert read_all(out.getvalue()) == [Read(b"claimed.txt", "2021-06-01T10:00:00Z", None, b"content")]


@EVERY_PACKER
def test_streams_one_behind_the_other_are_one_member_as_for_their_tools(kind: str) -> None:
    packed = PACKERS[kind](b"one ") + PACKERS[kind](b"two") + bytes(100)

    assert [said for _, said in contents(packed)] == [b"one two"]


@EVERY_PACKER
def test_bytes_behind_a_packed_stream_are_told_with_their_place(kind: str) -> None:
    packed = PACKERS[kind](b"one")

    taken, hidden = contents(packed + b"hidden")

    assert taken[1] == b"one"
    assert hidden == (
        b"",
        f"refused: bytes from {len(packed)} on lie behind the packed data: kept in the archive only",
    )


@EVERY_PACKER
def test_a_packed_stream_cut_short_fails_and_is_told(kind: str) -> None:
    packed = PACKERS[kind](bytes(range(256)) * 3000)

    failed, rest = contents(packed[:-10])

    assert str(failed[1]).startswith("unreadable: ") and rest[0] == b""


@EVERY_PACKER
def test_a_damaged_packed_stream_fails(kind: str) -> None:
    packed = bytearray(PACKERS[kind](bytes(range(256)) * 3000))
    packed[len(packed) // 2] ^= 0xFF

    assert str(contents(bytes(packed))[0][1]).startswith("unreadable: damaged")


@EVERY_PACKER
def test_a_packed_bomb_stops_at_the_ratio_and_says_so(kind: str) -> None:
    found = contents(PACKERS[kind](bytes(8_000_000)), limits=Limits(ratio_free_bytes=100_000))

    assert "refused: limit: it expands to more than 200 times" in str(found[0][1])


def test_a_stream_that_needs_too_much_memory_is_refused() -> None:
    packed = bytearray(lzma.compress(b"x"))
    # The block header: size, flags, filter, its length, the dictionary size as a code, padding, checksum.
    packed[16] = 40
    packed[20:24] = zlib.crc32(packed[12:20]).to_bytes(4, "little")

    assert "refused: limit: unpacking it needs too much memory" in str(contents(bytes(packed)))


def test_a_bomb_in_a_packed_tar_ends_the_archive_with_the_limit_named() -> None:
    packed = gzip.compress(member(b"a", b"one") + member(b"bomb", bytes(8_000_000)) + member(b"b", b"") + END)

    found = contents(packed, limits=Limits(ratio_free_bytes=100_000))

    assert found[0] == (b"a", b"one")
    assert found[1][0] == b"bomb" and "limit" in str(found[1][1])
    assert found[2][0] == b"" and "limit" in str(found[2][1])
    assert len(found) == 3


def test_a_bomb_that_is_only_passed_over_stops_too() -> None:
    refused = pax(path=b"a" * 5000) + member(b"bomb", bytes(8_000_000))

    found = contents(
        gzip.compress(refused + member(b"b", b"") + END), limits=Limits(ratio_free_bytes=100_000)
    )

    assert "limit: a name" in str(found[0][1])
    assert [path for path, _ in found[1:]] == [b""] and "more than 200 times" in str(found[1][1])


def test_archives_deeper_than_the_limit_are_told_and_not_opened() -> None:
    ((path, said),) = [
        (one.path, one.reason) for one in read_all(zipped(("a", b"1")), depth=4) if isinstance(one, Told)
    ]

    assert path == b"" and "more than 3 deep" in said


def test_a_nested_bomb_is_stopped_by_the_account_of_the_outermost_archive() -> None:
    inner = zipped(("zeros", bytes(3_000_000)))
    outer = zipped(*((f"{number}.zip", inner) for number in range(9)), method=zipfile.ZIP_STORED)
    account = Allowance(len(outer), Limits(ratio=50, ratio_free_bytes=4_000_000, expanded_bytes=1 << 30))

    told, expanded_bytes = [], 0
    for one in members(io.BytesIO(outer), "application/zip", name=b"o", allowance=account):
        if isinstance(one, Told):
            told.append(one)
            continue
        nested = io.BytesIO(one.read(1 << 20))
        for below in members(nested, "application/zip", name=b"i", allowance=account.below()):
            try:
                while isinstance(below, Member) and (piece := below.read(100_000)):
                    expanded_bytes += len(piece)
            except MemberFailed:
                pass

    assert expanded_bytes < 5_000_000
    assert [(one.outcome, one.path) for one in told] == [(Outcome.REFUSED, b"")]


def test_a_member_cannot_be_read_after_the_next_was_asked_for() -> None:
    archive = zipped(("a", b"one"), ("b", b"two"))
    walking = members(io.BytesIO(archive), "application/zip", name=b"", allowance=Allowance(len(archive)))
    first = next(walking)
    next(walking)

    assert isinstance(first, Member)
    with pytest.raises(ValueError, match="only until the next"):
        first.read(1)


def test_a_disk_that_fails_in_the_middle_is_told() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    for kind in ("application/zip", "application/x-tar", "application/gzip"):
        allowance = Allowance(100)
        found = list(members(Failing(), kind, name=b"", allowance=allowance))
        reasons = [one.reason for one in found if isinstance(one, Told)]
        assert reasons and "read error" in reasons[-1], kind


_ARCHIVES = {
    "application/zip": zipped(("a", b"content" * 20), ("d/", b""), ("b", b"more")),
    "application/x-tar": pax(path=b"a", mtime=b"1.5") + member(b"a", b"content") + member(b"b", b"x") + END,
    "application/gzip": gzip.compress(member(b"a", b"content") + END),
    "application/x-bzip2": bz2.compress(b"content" * 9),
    "application/x-xz": lzma.compress(b"content" * 9),
}
_SMALL = Limits(members=50, member_bytes=1 << 20, expanded_bytes=1 << 21, ratio_free_bytes=1 << 20)
_FAST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def every_answer_is_given(archive: bytes, kind: str) -> None:
    """`read_all` raises for anything but a member, a reason, or a member that failed with a reason."""
    found = read_all(archive, kind=kind, limits=_SMALL)
    assert found
    for one in found:
        said = one.reason if isinstance(one, Told) else one.content
        assert said or said == b""


@_FAST
@given(kind=st.sampled_from(sorted(_ARCHIVES)), archive=st.binary(max_size=2000))
def test_any_bytes_taken_for_an_archive_are_answered(kind: str, archive: bytes) -> None:
    every_answer_is_given(archive, kind)


@_FAST
@given(kind=st.sampled_from(sorted(_ARCHIVES)), data=st.data())
def test_any_change_to_an_archive_is_answered(kind: str, data: st.DataObject) -> None:
    archive = bytearray(_ARCHIVES[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(archive) - 1))
        archive[at : at + 4] = data.draw(st.binary(max_size=8))
        if not archive:
            break

    every_answer_is_given(bytes(archive), kind)


@_FAST
@given(kind=st.sampled_from(sorted(_ARCHIVES)), kept=st.integers(0, 2000))
def test_any_cut_of_an_archive_is_answered(kind: str, kept: int) -> None:
    every_answer_is_given(_ARCHIVES[kind][:kept], kind)
