"""Reading the log and its openings from their files. Nothing read here is trusted; callers check it
against the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from probanda.errors import Malformed, ProofFails
from probanda.model.body import Members
from probanda.model.entry import Head
from probanda.proof import tree
from probanda.proof.encoding import canonical, parse_canonical
from probanda.proof.opening import Opening, parse_opening
from probanda.proof.tiles import ENTRY_BYTES, leaves_of, number, tile_path
from probanda.proof.tree import TILE_HEIGHT, TILE_WIDTH
from probanda.vault.storage.folder import Folder, alone_in

HEAD, CHECKPOINT = "log/head", "log/checkpoint"
CACHED_TILES = 256  # 8 KiB each


class LogReader:
    """The log of one base as its files stand now."""

    def __init__(self, folder: Folder) -> None:
        """Nothing is read before it is asked for."""
        self.folder = folder
        self._full_tile = lru_cache(maxsize=CACHED_TILES)(self._read_full_tile)
        self._page = lru_cache(maxsize=4)(self._read_page)

    def forget(self) -> None:
        """Read everything again from now on: recovery has rewritten what a crash may have torn."""
        self._full_tile.cache_clear()
        self._page.cache_clear()

    def head(self) -> Head:
        """The committed head.

        Raises:
            ProofFails: the file is missing or damaged.
        """
        try:
            return parse_head(self.folder.read(HEAD))
        except FileNotFoundError as error:
            raise ProofFails("log/head is missing: this is no base, or a damaged one.") from error
        except Malformed as error:
            raise ProofFails(f"log/head is damaged: {error}.") from error

    def copied_head(self) -> Head:
        """The committed head, all of whose tiles and openings stand in their places.

        Between the commit of a group and its copies `head` is ahead of them; this waits for the writer.

        Raises:
            Busy: a writer does not finish.
            ProofFails: as `head`.
        """
        with alone_in(self.folder.root / "log"):
            return self.head()

    def checkpoint(self) -> bytes:
        """The signed checkpoint as it stands, or nothing at all if none was signed yet."""
        try:
            return self.folder.read(CHECKPOINT)
        except FileNotFoundError:
            return b""

    def tile(self, row: int | str, n: int, width: int) -> bytes:
        """The first `width` hashes (or entries) of a tile, from a file of that width or a wider one.

        Raises:
            ProofFails: no file holds that many.
        """
        unit = ENTRY_BYTES if row == "entries" else 32
        if width == TILE_WIDTH:
            return self._full_tile(row, n)
        widths: list[int] | None = None
        while widths != (now := self._widths(row, n)):  # a writer removes a narrow tile once there is a wider
            widths = now
            for candidate in [*(w for w in widths if w >= width), TILE_WIDTH]:
                try:
                    data = self.folder.read("log/" + tile_path(row, n, candidate))
                except FileNotFoundError:
                    continue
                if len(data) >= unit * width:
                    return data[: unit * width]
        raise ProofFails(f"log/{tile_path(row, n, width)} is missing, and no wider tile stands in for it.")

    def _widths(self, row: int | str, n: int) -> list[int]:
        names = self.folder.names(f"log/tile/{row}/{number(n)}.p")
        return sorted(int(width) for width in names if width.isdecimal())

    def _read_full_tile(self, row: int | str, n: int) -> bytes:
        name = "log/" + tile_path(row, n, TILE_WIDTH)
        try:
            data = self.folder.read(name)
        except FileNotFoundError as error:
            raise ProofFails(f"{name} is missing.") from error
        if len(data) != TILE_WIDTH * (ENTRY_BYTES if row == "entries" else 32):
            raise ProofFails(f"{name} is not a full tile.")
        return data

    def subtree(self, level: int, position: int) -> bytes:
        """The hash over the complete subtree of 2^level leaves at `position`."""
        row, rest = divmod(level, TILE_HEIGHT)
        first = position << rest
        n, offset = divmod(first, TILE_WIDTH)
        count = 1 << rest
        width = offset + count
        try:
            data = self._full_tile(row, n)
        except ProofFails:
            data = self.tile(row, n, width)
        hashes = [data[32 * i : 32 * i + 32] for i in range(offset, offset + count)]
        while len(hashes) > 1:
            hashes = [tree.node(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def root_at(self, size: int) -> bytes:
        """The root of the tree over the first `size` entries."""
        return tree.root_of(size, self.subtree)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        return tree.inclusion_proof(index, size, self.subtree)

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        return tree.consistency_proof(old_size, new_size, self.subtree)

    def leaf(self, index: int, size: int) -> bytes:
        """The leaf at `index` of a log of `size`."""
        n, offset = divmod(index, TILE_WIDTH)
        return leaves_of(self.tile("entries", n, min(TILE_WIDTH, size - n * TILE_WIDTH)))[offset]

    def opening_lines(self, n: int) -> list[bytes]:
        """The lines of one file of openings; more may be there than are committed."""
        name = f"entries/{number(n)}.jsonl"
        try:
            return self.folder.read(name).splitlines(keepends=True)
        except FileNotFoundError as error:
            raise ProofFails(f"{name} is missing.") from error

    def _read_page(self, n: int, size: int) -> list[bytes]:
        return self.opening_lines(n)

    def opening(self, index: int, size: int) -> Opening:
        """The opening of one entry of a log of `size`.

        Raises:
            ProofFails: it is missing or malformed.
        """
        n, offset = divmod(index, TILE_WIDTH)
        try:
            return _parsed(self._page(n, min(size, (n + 1) * TILE_WIDTH)), offset, index)
        except ProofFails:  # what was kept may be from before the end was copied out
            return _parsed(self.opening_lines(n), offset, index)

    def openings(self, start: int, end: int) -> Iterator[tuple[int, Opening]]:
        """Openings start to end - 1 with their indices."""
        while start < end:
            n, offset = divmod(start, TILE_WIDTH)
            lines = self.opening_lines(n)
            for position in range(offset, min(TILE_WIDTH, offset + end - start)):
                yield start, _parsed(lines, position, start)
                start += 1


def _parsed(lines: list[bytes], position: int, index: int) -> Opening:
    if position >= len(lines):
        raise ProofFails(f"the opening of entry {index} is missing.")
    try:
        return parse_opening(lines[position])
    except Malformed as error:
        raise ProofFails(f"the opening of entry {index} is damaged: {error}.") from error


def encode_head(head: Head) -> bytes:
    """The line that `log/head` holds."""
    return canonical({"root": head.root.hex(), "size": head.size}) + b"\n"


def parse_head(untrusted: bytes) -> Head:
    """A head from the line that `log/head` holds, or Malformed."""
    if not untrusted.endswith(b"\n"):
        raise Malformed("the line does not end")
    value = parse_canonical(untrusted[:-1])
    if not isinstance(value, dict) or set(value) != {"root", "size"}:
        raise Malformed("not exactly root and size")
    members = Members(value)
    return Head(members.number("size"), members.key("root"))
