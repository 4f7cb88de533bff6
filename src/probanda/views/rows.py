"""The rows that folds return, one type per table, with the columns in the order of the table.

`entry` is always the index of the log entry which the row comes from.
"""

from __future__ import annotations

from typing import NamedTuple


class EntryRow(NamedTuple):
    """One per entry of the log. `agent` is the index at which the agent was enrolled."""

    entry: int
    id: bytes
    kind: str
    agent: int | None
    stated: str


class UnreadRow(NamedTuple):
    """An entry that gave nothing: of an unknown kind (`reason` is None), or not fitting its kind."""

    entry: int
    kind: str
    reason: str | None


class WithoutRightRow(NamedTuple):
    """An entry whose agent had no right to all of it; `kept` is 1 where what preserves or protects counts."""

    entry: int
    kind: str
    kept: int


class AgentRow(NamedTuple):
    """`roles` are sorted words with spaces between, set by the entry at `roles_index`."""

    id: str
    entry: int
    key: bytes
    name: str | None
    holder: str | None
    roles: str
    roles_index: int
    revoked_index: int | None
    revoked_reason: str | None


class MatterRow(NamedTuple):
    """`ordinal` counts matters in the order they were opened; 0 is the Inbox."""

    entry: int
    ordinal: int
    id: bytes
    name: str | None
    purpose: str | None


class ItemRow(NamedTuple):
    """Bytes within a matter. `entry` is their first reception; `labels` and `degree` are effective."""

    entry: int
    matter: int
    number: int
    sha256: bytes
    sha512: bytes
    size_bytes: int
    media_type: str
    labels: int
    degree: int


class ReceptionRow(NamedTuple):
    """`item` and `container_item` are entries of items, `container` that of the container's reception."""

    entry: int
    item: int
    name: bytes | None
    path: bytes | None
    searchable: str
    modified: str | None
    via: str | None
    root: bytes | None
    container: int | None
    container_item: int | None
    labels: int
    degree: int | None
    place: int | None


class MarkRow(NamedTuple):
    """Own protection of bytes, if it was ever other than plain. `entry` is the act that changed it last."""

    sha256: bytes
    entry: int
    labels: int
    degree: int


class LabellingRow(NamedTuple):
    """One change of labels."""

    entry: int
    sha256: bytes
    added: int
    removed: int
    degree: int | None
    reason: str | None


class PackageRow(NamedTuple):
    """One package, by the digests of its manifests."""

    entry: int
    manifest: bytes
    manifest_sha512: bytes
    purpose: str | None


class PackagedRow(NamedTuple):
    """One item in a package."""

    entry: int
    sha256: bytes


class AnchorRow(NamedTuple):
    """One time-stamp token, over the head of this size and root."""

    entry: int
    size: int
    root: bytes
    token: bytes
    query: bytes
    authority: str | None


Row = (
    EntryRow
    | UnreadRow
    | WithoutRightRow
    | AgentRow
    | MatterRow
    | ItemRow
    | ReceptionRow
    | MarkRow
    | LabellingRow
    | PackageRow
    | PackagedRow
    | AnchorRow
)
