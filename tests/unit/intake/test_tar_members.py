"""A tar archive gives up its members from any stream, packed or not, and tells what it cannot give."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest
from archive_reading import Read, contents, read_all

from probanda.work.intake.limits import MAX_NAME_BYTES, MAX_TAR_EXTENSION_BYTES, Limits

Change = Callable[[bytearray], None]


def block(name: bytes, size: int, kind: bytes = b"0", change: Change = lambda header: None) -> bytes:
    """A header made by hand, its checksum right whatever `change` does to it."""
    header = bytearray(512)
    header[: len(name)] = name
    header[100:108] = b"0000644\0"
    header[124:136] = b"%011o\0" % size
    header[136:148] = b"%011o\0" % 1_622_541_600
    header[156:157] = kind
    header[257:265] = b"ustar\x0000"
    change(header)
    header[148:156] = b"%06o\0 " % (sum(header) - sum(header[148:156]) + 256)
    return bytes(header)


def member(name: bytes, content: bytes, kind: bytes = b"0", change: Change = lambda header: None) -> bytes:
    return block(name, len(content), kind, change) + content + bytes(-len(content) % 512)


def pax(**records: bytes) -> bytes:
    content = b""
    for key, value in records.items():
        line = b" " + key.replace("_", ".").encode() + b"=" + value + b"\n"
        length = next(size for size in range(len(line), len(line) + 9) if size == len(line) + len(str(size)))
        content += str(length).encode() + line
    return member(b"pax", content, b"x")


END = bytes(1024)


def tarred(form: int, *files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_622_541_600.25
            if form != tarfile.PAX_FORMAT:
                info.mtime = int(info.mtime)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_come_with_their_bytes_and_the_time_they_claim_in_utc(form: int) -> None:
    long_name, content = "folder/" * 14 + "їжак" + "e" * 90, b"content" * 100_000
    found = read_all(tarred(form, ("a", b"one"), (long_name, content), ("empty", b"")))

    fraction = ".25" if form == tarfile.PAX_FORMAT else ""
    when = f"2021-06-01T10:00:00{fraction}Z"
    assert found == [
        Read(b"a", when, 3, b"one"),
        Read(long_name.encode(), when, len(content), content),
        Read(b"empty", when, 0, b""),
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_tar_is_walked_as_a_tar(pack: Callable[[bytes], bytes]) -> None:
    assert contents(pack(member(b"a", b"one") + END)) == [(b"a", b"one")]


def test_names_stay_the_bytes_that_the_archive_holds() -> None:
    names = [b"\xff\x80", b"../../up", b"/etc/passwd", "їжак".encode("cp1251")]

    assert contents(b"".join(member(name, b"x") for name in names) + END) == [(name, b"x") for name in names]


def test_two_members_of_one_name_are_both_taken() -> None:
    assert contents(member(b"a", b"1") + member(b"a", b"2") + END) == [(b"a", b"1"), (b"a", b"2")]


def test_an_old_header_without_a_mark_is_read() -> None:
    def old(header: bytearray) -> None:
        header[257:265] = bytes(8)

    assert contents(member(b"a", b"one", b"\0", old) + END) == [(b"a", b"one")]


def test_a_time_before_1970_and_one_beyond_every_calendar_are_kept_as_text() -> None:
    first, second = read_all(
        pax(mtime=b"-1.5") + member(b"a", b"") + pax(mtime=b"9" * 15) + member(b"b", b"") + END
    )

    assert isinstance(first, Read) and first.modified == "1969-12-31T23:59:59.5Z"
    assert isinstance(second, Read) and second.modified == "@" + "9" * 15


def test_links_are_told_with_their_targets_and_devices_and_pipes_are_special() -> None:
    def target(header: bytearray) -> None:
        header[157:163] = b"target"

    archive = b"".join(block(kind, 0, kind, target) for kind in (b"1", b"2", b"3", b"4", b"6"))

    assert contents(archive + END) == [
        (b"1", "link: a second name of target in the same archive"),
        (b"2", "link: a symbolic link to target, not followed"),
        (b"3", "special: a character device"),
        (b"4", "special: a block device"),
        (b"6", "special: a named pipe"),
    ]


def test_a_member_of_unknown_kind_is_taken_as_a_file() -> None:
    assert contents(member(b"a", b"one", b"Q") + END) == [(b"a", b"one")]


def test_a_folder_is_told_only_if_nothing_lies_in_it() -> None:
    archive = block(b"full/", 0, b"5") + member(b"full/a", b"x") + block(b"full/empty/", 0, b"5")

    assert contents(archive + END) == [
        (b"full/a", b"x"),
        (b"full/empty", "refused: empty folder: nothing to take in"),
    ]


def test_an_archive_cut_inside_a_member_fails_it_and_tells_the_archive() -> None:
    first, failed, rest = contents((member(b"a", b"one") + member(b"b", b"x" * 2000))[:-1000])

    assert first == (b"a", b"one")
    assert failed[0] == b"b" and str(failed[1]).startswith("unreadable: the archive ends inside it")
    assert rest[0] == b"" and "cut short" in str(rest[1])


def test_an_archive_cut_inside_a_header_and_one_without_end_mark_are_told() -> None:
    whole = member(b"a", b"one") + member(b"b", b"two")

    assert contents(whole[:-700])[-1] == (b"", "unreadable: the archive ends inside a header: cut short")
    assert contents(whole)[-1] == (b"", "unreadable: the archive has no end mark: perhaps cut short")


def test_a_damaged_header_is_told_with_its_place_and_nothing_behind_it_is_read() -> None:
    damaged = bytearray(member(b"a", b"one") + member(b"b", b"two") + END)
    damaged[1024] ^= 1

    first, rest = contents(bytes(damaged))

    assert first == (b"a", b"one")
    assert rest[0] == b"" and str(rest[1]).startswith("unreadable: its header at byte 1024 is damaged")


def test_a_negative_size_is_damage_and_no_endless_loop() -> None:
    def negative(header: bytearray) -> None:
        header[124:136] = b"\xff" * 12

    assert "header at byte 0 is damaged" in str(
        contents(block(b"a", 0, b"0", negative), kind="application/x-tar")
    )


def test_bytes_behind_the_end_mark_are_told_with_their_place() -> None:
    archive = member(b"a", b"one") + END + member(b"hidden", b"two") + END

    assert contents(archive) == [
        (b"a", b"one"),
        (b"", "refused: bytes from 2048 on lie behind the end mark: kept in the archive only"),
    ]


def test_zeros_that_fill_the_last_record_are_nothing() -> None:
    assert contents(member(b"a", b"one") + bytes(10_240)) == [(b"a", b"one")]


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_an_extended_header_past_the_limit_is_refused_before_it_is_read(kind: bytes) -> None:
    ((path, said),) = contents(block(b"pax", MAX_TAR_EXTENSION_BYTES + 1, kind))

    assert path == b"" and "limit: extended headers" in str(said)


def test_many_extended_headers_add_up_to_the_limit() -> None:
    half = pax(comment=b"x" * (MAX_TAR_EXTENSION_BYTES // 2))

    assert "limit: extended headers" in str(contents(half * 3 + member(b"a", b"one") + END)[-1][1])


@pytest.mark.parametrize("content", [b"9 path=a", b"5 a=b\n", b"99 path=a\n", b"x path=a\n"])
def test_a_damaged_extended_header_is_told(content: bytes) -> None:
    ((path, said),) = contents(member(b"pax", content, b"x") + member(b"a", b"one") + END)

    assert path == b"" and "extended header is damaged" in str(said)


def test_a_name_too_long_is_refused_and_the_next_member_read() -> None:
    archive = pax(path=b"a" * (MAX_NAME_BYTES + 1)) + member(b"a", b"one") + member(b"b", b"two") + END

    refused, taken = contents(archive)

    assert refused[0] == b"a" * MAX_NAME_BYTES and "limit: a name" in str(refused[1])
    assert taken == (b"b", b"two")


def old_gnu(parts: list[tuple[int, int]], size: int) -> Change:
    def sparse(header: bytearray) -> None:
        header[257:265] = b"ustar  \0"
        for index, (offset, length) in enumerate(parts):
            header[386 + 24 * index : 410 + 24 * index] = b"%011o\0%011o\0" % (offset, length)
        header[483:495] = b"%011o\0" % size

    return sparse


def test_holes_of_an_old_gnu_member_are_filled_with_zeros() -> None:
    archive = member(b"a", b"headtail", b"S", old_gnu([(0, 4), (1000, 4)], 2000)) + member(b"b", b"x") + END

    assert contents(archive) == [(b"a", b"head" + bytes(996) + b"tail" + bytes(996)), (b"b", b"x")]


@pytest.mark.parametrize("form", ["0.0", "0.1", "1.0"])
def test_holes_of_a_pax_member_are_filled_with_zeros(form: str) -> None:
    content = b"headtail"
    if form == "0.0":
        said = pax(GNU_sparse_size=b"2000", GNU_sparse_offset=b"0", GNU_sparse_numbytes=b"4")
        said += pax(GNU_sparse_offset=b"1000", GNU_sparse_numbytes=b"4")
    elif form == "0.1":
        said = pax(GNU_sparse_size=b"2000", GNU_sparse_map=b"0,4,1000,4", GNU_sparse_name=b"a")
    else:
        keys = {"GNU_sparse_major": b"1", "GNU_sparse_minor": b"0", "GNU_sparse_name": b"a"}
        said = pax(**keys, GNU_sparse_realsize=b"2000")
        content = b"2\n0\n4\n1000\n4\n".ljust(512, b"\0") + content

    assert contents(said + member(b"a", content) + END) == [
        (b"a", b"head" + bytes(996) + b"tail" + bytes(996)),
    ]


@pytest.mark.parametrize(
    "parts", [[(10, 4), (0, 4)], [(0, 4), (2, 4)], [(0, 4), (1998, 4)], [(0, 4), (1000, 9)], [(0, 4)]]
)
def test_a_wrong_map_of_holes_fails_the_member_and_the_next_is_read(parts: list[tuple[int, int]]) -> None:
    archive = member(b"a", b"headtail", b"S", old_gnu(parts, 2000)) + member(b"b", b"x") + END

    failed, taken = contents(archive)

    assert failed[0] == b"a" and str(failed[1]).startswith("unreadable: damaged")
    assert taken == (b"b", b"x")


def test_a_hole_that_is_a_bomb_stops_at_the_limit() -> None:
    archive = member(b"a", b"", b"S", old_gnu([], 1 << 32)) + END

    found = contents(archive, limits=Limits(ratio_free_bytes=100_000))

    assert "limit: it expands to more than 200 times" in str(found[0][1])
    assert "nothing more of it was taken in" in str(found[1][1])


def test_more_members_than_the_limit_are_told_once() -> None:
    found = contents(
        member(b"a", b"1") + member(b"b", b"2") + member(b"c", b"3") + END, limits=Limits(members=1)
    )

    assert found[0] == (b"a", b"1")
    assert [path for path, _ in found[1:]] == [b""] and "more than 1 members" in str(found[1][1])


def test_a_member_that_is_not_read_to_its_end_does_not_disturb_the_next() -> None:
    archive = member(b"big", b"x" * 5000) + member(b"b", b"two") + END

    found = contents(archive, limits=Limits(member_bytes=1000))

    assert "limit: a member of more" in str(found[0][1])
    assert found[1] == (b"b", b"two")
