"""Makes the entries of an intake: thousands a second, each byte for byte what the encoder would make.

Only digests, sizes and media types differ between the payloads of one intake, so a payload is a template with
the gaps filled. A test holds it against the encoder.
"""

from __future__ import annotations

import hashlib
import os
from binascii import b2a_base64
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from probanda.model.digest import Digests, EntryId, Sha256, Sha512
from probanda.model.entry import Entry, Value
from probanda.model.kinds.item_received import ItemReceived
from probanda.model.rawname import name_value
from probanda.proof.encoding import canonical
from probanda.proof.fields import HIDDEN, SALT_BYTES
from probanda.proof.leaf import SALT_BYTES as LEAF_SALT_BYTES
from probanda.proof.leaf import leaf, leaf_hash
from probanda.proof.statement import encode_statement
from probanda.work.intake.messages import Row, Settings

_GAPS = ("@fields", "@container", "@type", "@size", "@sha256", "@sha512")
_FIELDS = 4  # modified, name, path, source
_RANDOM_BYTES = LEAF_SALT_BYTES + _FIELDS * SALT_BYTES
_SALT_TEXT = SALT_BYTES * 4 // 3
_ITEMS_PER_DRAW = 1000  # one system call for the salts of a group
_URL = bytes.maketrans(b"+/", b"-_")


class Made(NamedTuple):
    """One entry, ready for the log."""

    leaf: bytes
    hash: bytes
    line: bytes


class Receptions:
    """Makes unsigned `item-received` entries, to be sealed by the group that they go in."""

    def __init__(self, settings: Settings) -> None:
        """`settings` hold what is the same in every entry."""
        self._settings = settings
        self._stated = ""
        self._plain: tuple[str, ...] = ()
        self._member: tuple[str, ...] = ()
        self._envelope = (
            b'{"payload":"%%s","payloadType":"%s","signatures":[]}' % settings.payload_type.encode()
        )
        self._random, self._at = b"", 0
        self._sources: dict[tuple[str, bytes | None], str] = {}

    def make(self, row: Row) -> Made:
        """The entry for one reception, with fresh salts."""
        if row.stated != self._stated:
            self._stated = row.stated
            self._plain = self._template(container=False)
            self._member = self._template(container=True)
        salt, field_salts = self._salts()
        disclosures, digests, at = [], [], 0
        for name, value in self._hidden(row):
            text = f'["{field_salts[at : at + _SALT_TEXT]}","{name}",{value}]'.encode()
            disclosed = b2a_base64(text, newline=False).translate(_URL, b"=")
            disclosures.append(disclosed)
            digest = hashlib.sha256(disclosed).digest()
            digests.append(b2a_base64(digest, newline=False).translate(_URL, b"="))
            at += _SALT_TEXT
        digests.sort()
        disclosures.sort()
        fields = b'","'.join(digests).decode()
        if row.container is None:
            a, b, c, d, e, f = self._plain
            payload = f"{a}{fields}{b}{row.media_type}{c}{row.size_bytes}{d}{row.sha256}{e}{row.sha512}{f}"
        else:
            a, b, c, d, e, f, g = self._member
            payload = (
                f"{a}{fields}{b}{row.container}{c}{row.media_type}{d}{row.size_bytes}"
                f"{e}{row.sha256}{f}{row.sha512}{g}"
            )
        envelope = self._envelope % b2a_base64(payload.encode(), newline=False)
        made = leaf(salt, envelope)
        line = b'{"disclosures":["%s"],"envelope":%s,"salt":"%s"}\n' % (
            b'","'.join(disclosures),
            envelope,
            salt.hex().encode(),
        )
        return Made(made, leaf_hash(made), line)

    def _hidden(self, row: Row) -> list[tuple[str, str]]:
        key = row.via, row.root
        if (source := self._sources.get(key)) is None:
            value: dict[str, Value] = {"via": row.via}
            if row.root is not None:
                value["root"] = name_value(row.root)
            source = self._sources[key] = canonical(value).decode()
        fields = [("name", _name(row.name)), ("path", _name(row.path)), ("source", source)]
        if row.modified is not None:
            fields.append(("modified", quoted(row.modified)))
        return fields

    def _salts(self) -> tuple[bytes, str]:
        if self._at == len(self._random):
            self._random, self._at = os.urandom(_RANDOM_BYTES * _ITEMS_PER_DRAW), 0
        start, self._at = self._at, self._at + _RANDOM_BYTES
        drawn = self._random[start : self._at]
        fields = b2a_base64(drawn[LEAF_SALT_BYTES:], newline=False).translate(_URL)
        return drawn[:LEAF_SALT_BYTES], fields.decode()

    def _template(self, *, container: bool) -> tuple[str, ...]:
        settings = self._settings
        item = Digests(Sha256("@sha256"), Sha512("@sha512"))
        received = ItemReceived(
            item=item,
            matter=settings.matter,
            size_bytes=0,
            media_type="@type",
            container=EntryId("@container") if container else None,
            labels=settings.labels,
            confidentiality=settings.confidentiality,
        )
        body = {**received.act().clear, "size": "@size", HIDDEN: ["@fields"]}
        entry = Entry(
            kind=ItemReceived.KIND,
            agent=settings.agent,
            enrolled=settings.enrolled,
            origin=settings.origin,
            seen=settings.seen,
            stated=self._stated,
            subjects=(item,),
            body=body,
        )
        text = encode_statement(entry).decode().replace('"@size"', "@size")
        parts = []
        for gap in _GAPS:
            if gap == "@container" and not container:
                continue
            part, _, text = text.partition(gap)
            parts.append(part)
        return (*parts, text)


def _name(raw: bytes) -> str:
    try:
        return str(quoted(raw.decode()))
    except UnicodeDecodeError:
        return canonical(name_value(raw)).decode()
