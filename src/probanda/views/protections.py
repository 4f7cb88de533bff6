"""What protects bytes: asked before anything is shown, and before anything leaves."""

from __future__ import annotations

from sqlalchemy import select

from probanda.model.digest import Sha256
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import Protection
from probanda.views.protecting import PLAIN_DEGREE, PLAIN_LABELS, degree_of_rank, labels_of_bits, protection
from probanda.views.settling import downward
from probanda.views.store import Views
from probanda.views.tables import items, marks


def protection_of(views: Views, sha256: Sha256) -> Protection:
    """Labels and degree of these bytes, those of all their containers included."""
    with views.read() as connection:
        query = select(items.c.labels, items.c.degree).where(items.c.sha256 == bytes.fromhex(sha256))
        row = connection.execute(query.limit(1)).one_or_none()
    if row is None:
        return own_protection(views, sha256)
    return protection(*row)


def own_protection(views: Views, sha256: Sha256) -> Protection:
    """What was said of these bytes themselves, without what they inherit."""
    with views.read() as connection:
        query = select(marks.c.labels, marks.c.degree).where(marks.c.sha256 == bytes.fromhex(sha256))
        row = connection.execute(query).one_or_none()
    return protection(*(row or (PLAIN_LABELS, PLAIN_DEGREE)))


def protection_for_export(views: Views, sha256: Sha256) -> Protection:
    """That of these bytes and of all that they contain: an archive leaves with its members."""
    own = protection_of(views, sha256)
    labels: set[Label] = set(own.labels)
    degrees: set[Confidentiality] = {own.confidentiality}
    with views.read() as connection:
        reached = downward([bytes.fromhex(sha256)])
        query = select(items.c.labels, items.c.degree).distinct()
        for bits, rank in connection.execute(query.join(reached, reached.c.entry == items.c.entry)):
            labels |= labels_of_bits(bits)
            degrees.add(degree_of_rank(rank))
    return Protection(frozenset(labels), max(degrees, key=lambda degree: degree.rank))
