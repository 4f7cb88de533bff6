"""Items and receptions: the first reception of bytes in a matter makes the item and allots its number."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator

from probanda.errors import Malformed
from probanda.model.kinds.item_received import ItemReceived
from probanda.views.look import KnownReception, Look
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS, given_degree, label_bits
from probanda.views.record import Record
from probanda.views.rows import ItemRow, MarkRow, ReceptionRow

MAX_SIZE_BYTES = 2**53 - 1  # the largest number that canonical JSON holds


def fold_received(record: Record, look: Look) -> Iterator[ItemRow | MarkRow | ReceptionRow]:
    """One reception, and the item if it is new in this matter."""
    act = ItemReceived.read(record.entry, record.fields)
    matter = look.matter(act.matter)
    if act.size_bytes > MAX_SIZE_BYTES:
        raise Malformed("the size is larger than an entry can say")
    if matter is None:
        raise Malformed("the matter was never opened")
    container = None
    if act.container is not None and (container := look.reception(act.container)) is None:
        raise Malformed("the container was never received")
    sha256 = bytes.fromhex(act.item.sha256)
    labels, degree = label_bits(act.labels), given_degree(act.labels, act.confidentiality)
    known = look.items_of(sha256)
    item = next((one.entry for one in known if one.matter == matter.ordinal), None)

    mark = look.mark(sha256)
    own = _own(mark, labels, degree, known=bool(known))
    if own != (mark or (PLAIN_LABELS, PLAIN_DEGREE)):
        yield MarkRow(sha256, record.index, *own)
    if item is None:
        item = record.index
        # Bytes that are known elsewhere are protected alike in every matter.
        effective = (known[0].labels, known[0].degree) if known else _inherited(own, container)
        yield ItemRow(
            item,
            matter.ordinal,
            look.last_number(matter.ordinal) + 1,
            sha256,
            bytes.fromhex(act.item.sha512),
            act.size_bytes,
            act.media_type,
            *effective,
        )
    yield ReceptionRow(
        record.index,
        item,
        act.name,
        act.path,
        searchable(act.path, act.name),
        act.modified,
        act.via,
        act.root,
        container.entry if container else None,
        container.item.entry if container else None,
        labels,
        degree,
        None if act.path is None else place(matter.id, act.path, sha256),
    )


def _own(mark: tuple[int, int] | None, labels: int, degree: int | None, *, known: bool) -> tuple[int, int]:
    """Own protection after a reception: of several degrees the strictest; none given changes nothing."""
    if mark is None and not known:
        return labels, PLAIN_DEGREE if degree is None else degree
    had_labels, had_degree = mark or (PLAIN_LABELS, PLAIN_DEGREE)
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
