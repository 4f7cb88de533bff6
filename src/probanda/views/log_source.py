"""The log as views read it: quickly, and trusting it.

Nothing is checked here beyond its shape: whether openings, leaves and signatures agree is the audit's
question. A view made from damaged openings is as wrong as they are, and is rebuilt when they are mended.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from probanda.errors import Malformed, ProofFails
from probanda.model.digest import AgentId, Digests, EntryId, Sha256, Sha512
from probanda.model.entry import Entry, Head, Value
from probanda.proof.tree import TILE_WIDTH
from probanda.vault.log_reader import LogReader
from probanda.views.record import Record

KIND_PREFIX, KIND_SUFFIX = "urn:x-probanda:entry:", ":1"
_STANDARD = str.maketrans("-_", "+/")


class _Envelope(msgspec.Struct):
    payload: str


class _Opening(msgspec.Struct):
    disclosures: list[str]
    envelope: _Envelope


class _Digest(msgspec.Struct):
    sha256: str
    sha512: str


class _Subject(msgspec.Struct):
    digest: _Digest


class _Seen(msgspec.Struct):
    root: str
    size: int


class _Predicate(msgspec.Struct):
    agent: str
    body: dict[str, object]
    enrolled: str | None
    origin: str
    seen: _Seen
    stated: str


class _Statement(msgspec.Struct):
    predicate: _Predicate
    predicateType: str
    subject: list[_Subject]


@dataclass(frozen=True, slots=True)
class LogSource:
    """What views catch up with."""

    reader: LogReader

    def head(self) -> Head:
        return self.reader.head()

    def root_at(self, size: int) -> bytes:
        return self.reader.root_at(size)

    def records(self, start: int, end: int) -> Iterator[Record]:
        """The entries from `start` up to but without `end`, in order.

        Raises:
            ProofFails: an opening is missing or cannot be read.
        """
        parse = _Parser()
        while start < end:
            n, offset = divmod(start, TILE_WIDTH)
            width = min(TILE_WIDTH, end - n * TILE_WIDTH)
            hashes = self.reader.tile(0, n, width)
            lines = self.reader.opening_lines(n)
            if len(lines) < width:
                missing = n * TILE_WIDTH + len(lines)
                raise ProofFails(f"Openings from entry {missing} on are missing. Run `probanda verify`.")
            for position in range(offset, width):
                index = n * TILE_WIDTH + position
                try:
                    yield parse.record(
                        index, hashes[32 * position : 32 * position + 32].hex(), lines[position]
                    )
                except (msgspec.MsgspecError, ValueError, Malformed) as error:
                    raise ProofFails(
                        f"The opening of entry {index} is damaged. Run `probanda verify`."
                    ) from error
            start = n * TILE_WIDTH + width


class _Parser:
    def __init__(self) -> None:
        self._opening = msgspec.json.Decoder(_Opening).decode
        self._statement = msgspec.json.Decoder(_Statement).decode
        self._disclosure = msgspec.json.Decoder(tuple[str, str, object]).decode

    def record(self, index: int, entry_id: str, line: bytes) -> Record:
        opening = self._opening(line)
        statement = self._statement(a2b_base64(opening.envelope.payload))
        predicate = statement.predicate
        fields: dict[str, Value] = {}
        for disclosed in opening.disclosures:
            _, name, value = self._disclosure(a2b_base64(disclosed.translate(_STANDARD) + "=="))
            fields[name] = value  # type: ignore[assignment]  # JSON without floats, as the writer made it
        kind = statement.predicateType
        if not kind.startswith(KIND_PREFIX) or not kind.endswith(KIND_SUFFIX):
            raise Malformed("not an entry of version 1")
        entry = Entry(
            kind[len(KIND_PREFIX) : -len(KIND_SUFFIX)],
            AgentId(predicate.agent),
            None if predicate.enrolled is None else EntryId(predicate.enrolled),
            predicate.origin,
            Head(predicate.seen.size, bytes.fromhex(predicate.seen.root)),
            predicate.stated,
            tuple([Digests(Sha256(s.digest.sha256), Sha512(s.digest.sha512)) for s in statement.subject]),
            predicate.body,  # type: ignore[arg-type]  # the same
        )
        return Record(index, EntryId(entry_id), entry, fields)
