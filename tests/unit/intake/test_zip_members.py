"""A zip file gives up its members, and nothing in it is hidden, believed or silently left out."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
import zlib

import pytest
from archive_reading import Read, contents, read_all

from probanda.work.intake.limits import MAX_NAME_BYTES, Limits
from probanda.work.intake.outcomes import Told

WHEN = (2021, 6, 1, 10, 0, 0)


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, WHEN), content, compress_type=method)
    return out.getvalue()


class ByHand:
    """A zip file of stored members in which every claim can be made false."""

    def __init__(self) -> None:
        self.body = b""
        self.directory = b""
        self.count = 0

    def member(self, name: bytes, content: bytes, *, flags: int = 0, method: int = 0, **false: int) -> int:
        offset = len(self.body)
        self.body += self.header(name, content, flags=flags, method=method)
        self.list(name, content, offset, flags=flags, method=method, **false)
        return offset

    @staticmethod
    def header(name: bytes, content: bytes, *, flags: int = 0, method: int = 0) -> bytes:
        fields = (20, flags, method, 0, 33, zlib.crc32(content), len(content), len(content), len(name), 0)
        return b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", *fields) + name + content

    def list(
        self,
        name: bytes,
        content: bytes,
        offset: int,
        *,
        flags: int = 0,
        method: int = 0,
        crc: int | None = None,
        size: int | None = None,
        mode: int = 0,
    ) -> None:
        crc = zlib.crc32(content) if crc is None else crc
        size = len(content) if size is None else size
        fields = (
            3 << 8 | 20,
            20,
            flags,
            method,
            0,
            33,
            crc,
            size,
            size,
            len(name),
            0,
            0,
            0,
            0,
            mode << 16,
            offset,
        )
        self.directory += b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", *fields) + name
        self.count += 1

    def whole(
        self, *, before: bytes = b"", gap: bytes = b"", comment: bytes = b"", behind: bytes = b""
    ) -> bytes:
        end = (0, 0, self.count, self.count, len(self.directory), len(self.body) + len(gap), len(comment))
        record = b"PK\x05\x06" + struct.pack("<HHHHIIH", *end)
        return before + self.body + gap + self.directory + record + comment + behind


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_come_with_their_bytes_and_the_time_they_claim_without_a_zone(method: int) -> None:
    long = b"long " * 200_000

    assert read_all(zipped(("a/b.txt", b"one"), ("empty", b""), ("c", long), method=method)) == [
        Read(b"a/b.txt", "2021-06-01T10:00:00", 3, b"one"),
        Read(b"empty", "2021-06-01T10:00:00", 0, b""),
        Read(b"c", "2021-06-01T10:00:00", len(long), long),
    ]


def test_names_stay_the_bytes_that_the_archive_holds() -> None:
    made = ByHand()
    names = [b"\xff\x80", "їжак".encode(), b"../../up", b"/etc/passwd", b"C:\\x", b"zero\0byte", b""]
    for name in names:
        made.member(name, b"x")

    assert contents(made.whole()) == [(name, b"x") for name in names]


def test_two_members_of_one_name_are_both_taken() -> None:
    made = ByHand()
    made.member(b"same", b"first")
    made.member(b"same", b"second")

    assert contents(made.whole()) == [(b"same", b"first"), (b"same", b"second")]


def test_a_stream_written_without_seeking_back_is_read_and_its_descriptors_are_no_hidden_bytes() -> None:
    class OneWay(io.BytesIO):
        def tell(self) -> int:
            raise OSError("a pipe has no position")

    out = OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"one")
        with archive.open(zipfile.ZipInfo("b"), "w", force_zip64=True) as member:
            member.write(b"two")

    assert contents(out.getvalue()) == [(b"a", b"one"), (b"b", b"two")]


def test_a_zip64_archive_is_read() -> None:
    made = ByHand()
    made.member(b"a", b"one")
    start, size_bytes = len(made.body), len(made.directory)
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, size_bytes, start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, start + size_bytes, 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    whole = made.body + made.directory + record + locator + end

    assert contents(whole) == [(b"a", b"one")]
    assert contents(b"before" + whole, kind="application/zip")[0] == (b"a", b"one")


def test_an_encrypted_member_is_refused_and_the_others_are_taken() -> None:
    made = ByHand()
    made.member(b"open", b"one")
    made.member(b"locked", b"two", flags=1)

    first, second = contents(made.whole())

    assert first == (b"open", b"one")
    assert second[0] == b"locked" and str(second[1]).startswith("refused: encrypted")


def test_members_that_share_bytes_are_refused_both() -> None:
    made = ByHand()
    inner = ByHand.header(b"inner", b"kernel")
    offset = made.member(b"outer", inner)
    made.list(b"inner", b"kernel", offset + 30 + len(b"outer"))
    made.member(b"apart", b"fine")

    found = contents(made.whole())

    assert [path for path, said in found if "overlapping" in str(said)] == [b"outer", b"inner"]
    assert (b"apart", b"fine") in found


def test_two_names_for_one_place_are_refused_both() -> None:
    made = ByHand()
    made.member(b"same", b"content")
    made.list(b"same", b"content", 0)

    assert [said for _, said in contents(made.whole()) if "overlapping" not in str(said)] == []


@pytest.mark.parametrize(
    ("false", "word"), [({"crc": 1}, "checksum"), ({"size": 1}, "size"), ({"method": 8}, "method")]
)
def test_a_directory_that_disagrees_with_the_member_is_refused(false: dict[str, int], word: str) -> None:
    made = ByHand()
    made.body += ByHand.header(b"a", b"content")
    made.list(b"a", b"content", 0, **false)

    path, said = contents(made.whole())[0]

    assert path == b"a" and "disagree" in str(said) and word in str(said)


def test_a_directory_that_names_a_member_otherwise_is_refused() -> None:
    made = ByHand()
    made.body += ByHand.header(b"evil.exe", b"x")
    made.list(b"good.txt", b"x", 0)

    ((path, said),) = contents(made.whole())

    assert path == b"good.txt" and "disagree (name)" in str(said)


def test_a_directory_that_points_at_no_member_is_refused() -> None:
    made = ByHand()
    made.member(b"a", b"content")
    made.list(b"b", b"", len(made.body))
    made.body += b"x" * 40

    first, second, _ = contents(made.whole())

    assert first == (b"a", b"content")
    assert second == (b"b", "refused: no member begins where the directory says")


def test_bytes_that_belong_to_no_member_are_told_with_their_places() -> None:
    made = ByHand()
    made.member(b"a", b"content")
    made.body += ByHand.header(b"hidden", b"not listed")
    hidden_at = 30 + len(b"a") + len(b"content")

    *taken, (path, said) = contents(made.whole(before=b"1234", behind=b"tail"), kind="application/zip")

    end = len(made.whole(before=b"1234"))
    assert taken == [(b"a", b"content")]
    assert path == b"" and str(said).startswith("refused: ")
    for range_text in ("0 to 3", f"{hidden_at + 4} to {len(made.body) + 3}", f"{end} to {end + 3}"):
        assert f" {range_text}" in str(said)


def test_a_comment_is_no_hidden_bytes() -> None:
    made = ByHand()
    made.member(b"a", b"content")

    assert contents(made.whole(comment=b"made on a Tuesday")) == [(b"a", b"content")]


def test_an_end_record_in_the_comment_is_not_taken_for_the_real_one() -> None:
    made, fake = ByHand(), ByHand()
    made.member(b"a", b"content")

    assert contents(made.whole(comment=fake.whole() + b"!")) == [(b"a", b"content")]


def test_a_damaged_member_fails_and_the_next_is_read() -> None:
    whole = bytearray(zipped(("a", b"content" * 99), ("b", b"fine"), method=zipfile.ZIP_STORED))
    whole[100] ^= 1

    first, second = contents(bytes(whole))

    assert first[0] == b"a" and "checksum" in str(first[1]) and str(first[1]).startswith("unreadable")
    assert second == (b"b", b"fine")


def test_packed_bytes_that_are_damaged_fail() -> None:
    whole = bytearray(zipped(("a", bytes(range(256)) * 9)))
    whole[33:60] = b"\xff" * 27

    assert str(contents(bytes(whole))[0][1]).startswith("unreadable: damaged")


@pytest.mark.parametrize(("claimed", "word"), [(10, "more"), (6000, "fewer")])
def test_a_member_that_is_not_as_large_as_it_says_fails(claimed: int, word: str) -> None:
    packed = zlib.compress(bytes(5000))[2:-4]
    made = ByHand()
    made.body = ByHand.header(b"a", packed, method=8)
    fields = struct.pack("<III", zlib.crc32(bytes(5000)), len(packed), claimed)
    made.list(b"a", packed, 0, method=8)
    made.body = made.body[:14] + fields + made.body[26:]
    made.directory = made.directory[:16] + fields + made.directory[28:]

    assert f"{word} bytes than the archive says" in str(contents(made.whole())[0][1])


def test_bytes_packed_in_behind_a_member_are_told() -> None:
    packed = zlib.compress(b"content")[2:-4] + b"hidden"
    made = ByHand()
    made.body = ByHand.header(b"a", packed, method=8)
    fields = struct.pack("<III", zlib.crc32(b"content"), len(packed), 7)
    made.list(b"a", packed, 0, method=8)
    made.body = made.body[:14] + fields + made.body[26:]
    made.directory = made.directory[:16] + fields + made.directory[28:]
    end = len(made.body)

    assert contents(made.whole()) == [
        (b"a", b"content"),
        (b"", f"refused: bytes {end - 6} to {end - 1} belong to no member: kept in the archive only"),
    ]


def test_a_method_that_is_not_known_here_is_refused_by_its_name() -> None:
    made = ByHand()
    made.member(b"a", b"content", method=9)

    assert "Deflate64" in str(contents(made.whole())[0][1])


def test_links_and_devices_are_told_and_a_link_with_its_target() -> None:
    made = ByHand()
    made.member(b"link", b"../elsewhere", mode=stat.S_IFLNK | 0o777)
    made.member(b"pipe", b"", mode=stat.S_IFIFO | 0o600)

    link, pipe = contents(made.whole())

    assert link == (b"link", "link: a symbolic link to ../elsewhere, not followed")
    assert str(pipe[1]).startswith("special")


def test_a_folder_is_told_only_if_nothing_lies_in_it() -> None:
    found = contents(
        zipped(("full/", b""), ("full/a", b"x"), ("full/empty/", b""), ("late/b", b"y"), ("late/", b""))
    )

    assert found == [
        (b"full/a", b"x"),
        (b"late/b", b"y"),
        (b"full/empty", "refused: empty folder: nothing to take in"),
    ]


def test_of_empty_folders_in_one_another_the_innermost_is_told() -> None:
    found = contents(zipped(("outer/", b""), ("outer/inner/", b"")))

    assert [path for path, _ in found] == [b"outer/inner"]


def test_a_name_too_long_is_refused_with_its_beginning() -> None:
    made = ByHand()
    made.member(b"a" * (MAX_NAME_BYTES + 1), b"x")

    ((path, said),) = contents(made.whole())

    assert path == b"a" * MAX_NAME_BYTES and "limit: a name" in str(said)


def test_more_members_than_the_limit_are_told_once() -> None:
    found = contents(zipped(("a", b"1"), ("b", b"2"), ("c", b"3")), limits=Limits(members=2))

    assert found[:2] == [(b"a", b"1"), (b"b", b"2")]
    assert [path for path, _ in found[2:]] == [b""] and "more than 2 members" in str(found[2][1])


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_an_archive_cut_short_is_told_as_a_whole(kept: float) -> None:
    whole = zipped(("a", b"content" * 50), ("b", b"more"), method=zipfile.ZIP_STORED)

    ((path, said),) = contents(whole[: int(len(whole) * kept)])

    assert path == b"" and str(said).startswith("unreadable: its directory is missing")


def test_a_directory_damaged_in_the_middle_keeps_what_stands_before() -> None:
    made = ByHand()
    made.member(b"a", b"one")
    made.member(b"b", b"two")
    made.directory = made.directory.replace(b"PK\x01\x02", b"PKxx").replace(b"PKxx", b"PK\x01\x02", 1)

    first, second = contents(made.whole())

    assert first == (b"a", b"one")
    assert second[0] == b"" and "directory is damaged" in str(second[1])


def test_a_directory_that_lists_fewer_than_it_announces_is_told() -> None:
    made = ByHand()
    made.member(b"a", b"one")
    made.count = 2

    assert "announces 2 members and lists 1" in str(contents(made.whole())[-1][1])


def test_one_part_of_several_is_refused_as_a_whole() -> None:
    whole = bytearray(zipped(("a", b"one")))
    whole[-18] = 1

    ((path, said),) = contents(bytes(whole))

    assert path == b"" and "several parts" in str(said)


def test_an_empty_archive_is_told() -> None:
    assert contents(zipped()) == [(b"", "refused: empty archive: it has no members")]


def test_a_flat_bomb_stops_at_the_ratio() -> None:
    bomb = zipped(("bomb", bytes(4_000_000)))

    (found,) = [one for one in read_all(bomb, limits=Limits(ratio_free_bytes=100_000)) if one.path == b"bomb"]

    assert not isinstance(found, Told)
    assert str(found.content).startswith("refused: limit: it expands to more than 200 times")


def test_a_bomb_beside_much_other_material_stops_at_its_own_ratio() -> None:
    filler = random.Random(1).randbytes(100_000)
    found = contents(
        zipped(("filler", filler), ("bomb", bytes(4_000_000))), limits=Limits(ratio_free_bytes=10_000)
    )

    assert found[0] == (b"filler", filler)
    assert "more than 200 times" in str(found[1][1])
    assert len(found) == 2


def test_a_member_over_the_size_limit_is_refused_and_the_next_taken() -> None:
    found = contents(zipped(("big", b"x" * 5000), ("small", b"y")), limits=Limits(member_bytes=4000))

    assert "limit: a member of more than 4,000 bytes" in str(found[0][1])
    assert found[1] == (b"small", b"y")


def test_all_members_together_stop_at_the_limit_with_one_word_for_the_rest() -> None:
    found = contents(
        zipped(("a", b"x" * 3000), ("b", b"y" * 3000), ("c", b"z")), limits=Limits(expanded_bytes=4000)
    )

    assert found[0] == (b"a", b"x" * 3000)
    assert found[1][0] == b"b" and "limit" in str(found[1][1])
    assert found[2][0] == b"" and "nothing more of it was taken in" in str(found[2][1])
    assert len(found) == 3
