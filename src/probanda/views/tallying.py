"""Counts of items by matter and protection, kept with the items."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, update

from probanda.views.tables import tallies


def count(connection: Connection, changes: Mapping[tuple[int, int, int], int]) -> None:
    """Add `changes` to the counts of (matter, labels, degree); counts of 0 have no row."""
    for (matter, labels, degree), more in changes.items():
        if not more:
            continue
        key = (tallies.c.matter == matter, tallies.c.labels == labels, tallies.c.degree == degree)
        if connection.execute(update(tallies).where(*key).values(total=tallies.c.total + more)).rowcount == 0:
            row = {"matter": matter, "labels": labels, "degree": degree, "total": more}
            connection.execute(insert(tallies).values(row))
    connection.execute(delete(tallies).where(tallies.c.total == 0))
