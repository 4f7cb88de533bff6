"""Packages, and which bytes left in each."""

from __future__ import annotations

from collections.abc import Iterator

from probanda.model.kinds.package_made import PackageMade
from probanda.views.look import Look
from probanda.views.record import Record
from probanda.views.rows import PackagedRow, PackageRow


def fold_made(record: Record, look: Look) -> Iterator[PackageRow | PackagedRow]:
    """One package and its contents."""
    act = PackageMade.read(record.entry, record.fields)
    yield PackageRow(
        record.index, bytes.fromhex(act.manifest), bytes.fromhex(act.manifest_sha512), act.purpose
    )
    for sha256 in sorted({bytes.fromhex(item.sha256) for item in act.items}):
        yield PackagedRow(record.index, sha256)
