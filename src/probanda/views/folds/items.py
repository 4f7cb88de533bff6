"""Items and receptions: the first reception of bytes in a matter makes the item and allots its number."""

from __future__ import annotations

import hashlib
import unicodedata

from probanda.errors import Malformed
from probanda.model.kinds.item_received import ItemReceived
from probanda.views.look import KnownReception, Look
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS, given_degree, label_bits
from probanda.views.record import Received, Record
from probanda.views.rows import ItemRow, MarkRow, ReceptionRow, Row

MAX_SIZE_BYTES = 2**53 - 1  # the largest number that canonical JSON holds
_PLAIN = PLAIN_LABELS, PLAIN_DEGREE


def received(record: Record) -> Received:
    """What a reception says by itself.

    Raises:
        Malformed: the entry does not fit its kind.
    """
    entry, act = record.entry, ItemReceived.read(record.entry, record.fields)
    if act.size_bytes > MAX_SIZE_BYTES:
        raise Malformed("the size is larger than an entry can say")
    sha256 = bytes.fromhex(act.item.sha256)
    return Received(
        record.index,
        record.id,
        entry.agent,
        entry.stated,
        act.matter,
        sha256,
        bytes.fromhex(act.item.sha512),
        act.size_bytes,
        act.media_type,
        act.container,
        label_bits(act.labels),
        given_degree(act.labels, act.confidentiality),
        act.name,
        act.path,
        searchable(act.path, act.name),
        act.modified,
        act.via,
        act.root,
        None if act.path is None else place(bytes.fromhex(act.matter), act.path, sha256),
    )


def fold_received(one: Received, look: Look) -> list[Row]:
    """One reception, and the item if it is new in this matter."""
    matter = look.matter(one.matter)
    if matter is None:
        raise Malformed("the matter was never opened")
    container = None
    if one.container is not None and (container := look.reception(one.container)) is None:
        raise Malformed("the container was never received")
    rows: list[Row] = []
    known, mark = look.items_of(one.sha256), look.mark(one.sha256)
    item = next((other.entry for other in known if other.matter == matter.ordinal), None) if known else None
    own = _own(mark, one.labels, one.degree, known=bool(known))
    if own != (mark or _PLAIN):
        rows.append(MarkRow(one.sha256, one.index, *own))
    if item is None:
        item = one.index
        # Bytes that are known elsewhere are protected alike in every matter.
        labels, degree = (known[0].labels, known[0].degree) if known else _inherited(own, container)
        number = look.last_number(matter.ordinal) + 1
        rows.append(
            ItemRow(
                item,
                matter.ordinal,
                number,
                one.sha256,
                one.sha512,
                one.size_bytes,
                one.media_type,
                labels,
                degree,
            )
        )
    rows.append(
        ReceptionRow(
            one.index,
            item,
            one.name,
            one.path,
            one.searchable,
            one.modified,
            one.via,
            one.root,
            container.entry if container else None,
            container.item.entry if container else None,
            one.labels,
            one.degree,
            one.place,
        )
    )
    return rows


def _own(mark: tuple[int, int] | None, labels: int, degree: int | None, *, known: bool) -> tuple[int, int]:
    """Own protection after a reception: of several degrees the strictest; none given changes nothing."""
    if mark is None and not known:
        return labels, PLAIN_DEGREE if degree is None else degree
    had_labels, had_degree = mark or _PLAIN
    return had_labels | labels, had_degree if degree is None else max(had_degree, degree)


def _inherited(own: tuple[int, int], container: KnownReception | None) -> tuple[int, int]:
    if container is None:
        return own
    return own[0] | container.item.labels, max(own[1], container.item.degree)


def searchable(path: bytes | None, name: bytes | None) -> str:
    """What a name search looks through: the path, and the name if it is not the path's end."""
    path, name = path or b"", name or b""
    return folded((path if path.endswith(name) else path + b"\n" + name).decode(errors="backslashreplace"))


def folded(text: str) -> str:
    """Text without the difference of case, nor of composed and decomposed letters."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


def place(matter_id: bytes, path: bytes, sha256: bytes) -> int:
    """A number for these bytes at this path of this matter. Two places may share one: compare as well."""
    digest = hashlib.sha256(matter_id + sha256 + path).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
