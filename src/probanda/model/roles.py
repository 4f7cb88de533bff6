"""Roles that an agent can hold.

Source: spec/kinds.md kinds-1; domain.md 1.3 and 2.16.
"""

from __future__ import annotations

import enum

from probanda.errors import WrongUsage


class Role(enum.StrEnum):
    """What an agent is here to do. An agent may hold several; policy decides what each allows."""

    COLLECTOR = "collector"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    LEGAL_OFFICER = "legal-officer"
    PROTECTION_OFFICER = "protection-officer"
    CUSTODIAN = "custodian"
    SUPERVISOR = "supervisor"
    DISCLOSURE_OFFICER = "disclosure-officer"
    EXTERNAL_READER = "external-reader"


def parse_roles(words: tuple[str, ...]) -> frozenset[Role]:
    """Roles by their names, or WrongUsage naming those there are."""
    unknown = [word for word in words if word not in set(Role)]
    if unknown:
        raise WrongUsage(f"no role {unknown[0]!r}; there are: {', '.join(Role)}")
    return frozenset(map(Role, words))
