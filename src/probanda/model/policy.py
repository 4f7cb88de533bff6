"""Who may do what to what: a pure function, asked by every verb, page, JSON twin, download and export.

Each rule only ever takes away: an act is allowed if the role allows it, and the confidentiality does, and
each label does. So a list can be filtered label by label and agrees with the decision on each item.

Source: domain.md 2.0 (labels), 2.16 (roles); docs/reference/policy.md is made from these tables.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from probanda.model.digest import AgentId
from probanda.model.labels import DEFAULT_CONFIDENTIALITY, Confidentiality, Label
from probanda.model.roles import Role


class Action(enum.StrEnum):
    """What an agent asks to do."""

    VERIFY = "verify"
    REBUILD = "rebuild"
    LIST = "list"
    READ = "read"
    PREVIEW = "preview"
    REVEAL = "reveal"
    DOWNLOAD = "download"
    EXPORT = "export"
    RECEIVE = "receive"
    LABEL = "label"
    UNLABEL = "unlabel"
    OPEN_MATTER = "open-matter"
    ANCHOR = "anchor"
    ENROL = "enrol"
    GRANT = "grant"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. `id` is None for somebody at the terminal who showed no key: they hold no role."""

    id: AgentId | None
    roles: frozenset[Role]


NOBODY = Reader(None, frozenset())


@dataclass(frozen=True, slots=True)
class Protection:
    """What protects an item, inherited labels included."""

    labels: frozenset[Label] = frozenset()
    confidentiality: Confidentiality = DEFAULT_CONFIDENTIALITY


UNPROTECTED = Protection(confidentiality=Confidentiality.PUBLIC)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is allowed, and why, in words for the person who asked."""

    allowed: bool
    reason: str


_ANYBODY = None
_STAFF = frozenset(Role) - {Role.EXTERNAL_READER}
_KEEPERS = frozenset({Role.CUSTODIAN, Role.SUPERVISOR, Role.PROTECTION_OFFICER})

# The roles of which an agent must hold one; None: nobody is asked for a role.
BY_ROLE: dict[Action, frozenset[Role] | None] = {
    Action.VERIFY: _ANYBODY,
    Action.REBUILD: _ANYBODY,
    Action.LIST: _ANYBODY,
    Action.READ: _ANYBODY,
    Action.PREVIEW: _ANYBODY,
    Action.REVEAL: frozenset(Role),
    Action.DOWNLOAD: _STAFF,
    Action.EXPORT: frozenset({Role.DISCLOSURE_OFFICER, Role.SUPERVISOR}),
    Action.RECEIVE: frozenset({Role.COLLECTOR, Role.CUSTODIAN}),
    Action.LABEL: _STAFF,
    Action.UNLABEL: _KEEPERS,
    Action.OPEN_MATTER: frozenset({Role.COLLECTOR, Role.CUSTODIAN, Role.SUPERVISOR}),
    Action.ANCHOR: frozenset({Role.CUSTODIAN, Role.SUPERVISOR}),
    Action.ENROL: frozenset({Role.SUPERVISOR}),
    Action.GRANT: frozenset({Role.SUPERVISOR}),
    Action.REVOKE: frozenset({Role.SUPERVISOR}),
}

# Acts that look at an item; who may see a degree or label at all holds for each of them.
LOOKING = frozenset(
    {Action.LIST, Action.READ, Action.PREVIEW, Action.REVEAL, Action.DOWNLOAD, Action.EXPORT, Action.UNLABEL}
)

SEES_CONFIDENTIALITY: dict[Confidentiality, frozenset[Role] | None] = {
    Confidentiality.PUBLIC: _ANYBODY,
    Confidentiality.RESTRICTED: _ANYBODY,
    Confidentiality.CONFIDENTIAL: _STAFF,
    Confidentiality.CONFIDENTIAL_EX_PARTE: _KEEPERS | {Role.LEGAL_OFFICER, Role.DISCLOSURE_OFFICER},
    Confidentiality.SECRET: _KEEPERS,
}

SEES_LABEL: dict[Label, frozenset[Role] | None] = {
    Label.CAPTIVE_IDENTIFIABLE: _STAFF,
    Label.GRAPHIC: _ANYBODY,
    Label.ICRC_PRIVILEGED: _KEEPERS | {Role.LEGAL_OFFICER},
    Label.IDENTITY_PROTECTED: _KEEPERS,
    Label.LEGAL_PRIVILEGE: frozenset({Role.LEGAL_OFFICER, Role.CUSTODIAN, Role.SUPERVISOR}),
    Label.LOCATION_SENSITIVE: _STAFF,
    Label.MINOR: _STAFF,
    Label.REMAINS: _ANYBODY,
    Label.SGBV: _STAFF,
    Label.SOURCE_PROTECTED: _KEEPERS,
    Label.THIRD_PARTY_CONDITION: _STAFF,
}

# Nothing with one of these leaves in a package, whoever asks: what lifts them (waiver, redaction, consent)
# is not a label's removal.
STAYS: dict[Label, str] = {
    Label.CAPTIVE_IDENTIFIABLE: "it may expose a captive to public curiosity",
    Label.ICRC_PRIVILEGED: "it came from the ICRC and needs its waiver",
    Label.IDENTITY_PROTECTED: "it shows a protected identity",
    Label.LEGAL_PRIVILEGE: "it is legally privileged",
    Label.LOCATION_SENSITIVE: "it shows a place that must not be known",
    Label.MINOR: "it shows a minor",
    Label.SGBV: "it concerns sexual or gender-based violence and needs a redacted copy",
    Label.SOURCE_PROTECTED: "it could reveal a protected source",
    Label.THIRD_PARTY_CONDITION: "its provider's conditions are not met",
}
STAYS_FROM = Confidentiality.CONFIDENTIAL_EX_PARTE

# Originals with these go only to those who keep them.
_DOWNLOADS_LABELLED = _KEEPERS


def decide(reader: Reader, action: Action, protection: Protection = UNPROTECTED) -> Decision:
    """Whether `reader` may do `action` to something with this protection; the first reason against it, if
    not.
    """
    if not _holds(reader, BY_ROLE[action]):
        return Decision(False, f"{action} needs the role {_either(BY_ROLE[action])}")
    if action not in LOOKING:
        return Decision(True, f"a role of this agent allows {action}")
    if not _holds(reader, SEES_CONFIDENTIALITY[protection.confidentiality]):
        return Decision(False, f"what is {protection.confidentiality} is not open to this agent's roles")
    for label in sorted(protection.labels):
        if not _holds(reader, SEES_LABEL[label]):
            return Decision(False, f"what is labelled {label} is not open to this agent's roles")
        if action is Action.EXPORT and label in STAYS:
            return Decision(False, f"what is labelled {label} does not leave: {STAYS[label]}")
        if action is Action.DOWNLOAD and label in STAYS and not _holds(reader, _DOWNLOADS_LABELLED):
            return Decision(False, f"originals labelled {label} go only to those who keep them")
    if action is Action.EXPORT and protection.confidentiality.rank >= STAYS_FROM.rank:
        return Decision(False, f"what is {protection.confidentiality} does not leave in a package")
    return Decision(True, f"no label stands against {action}")


def kept_from(reader: Reader) -> tuple[frozenset[Label], frozenset[Confidentiality]]:
    """The labels, and the degrees, each of which keeps an item out of this reader's lists."""
    labels = frozenset(one for one in Label if not _holds(reader, SEES_LABEL[one]))
    degrees = frozenset(one for one in Confidentiality if not _holds(reader, SEES_CONFIDENTIALITY[one]))
    return labels, degrees


def policy_text() -> str:
    """The tables above as text; the genesis entry names its SHA-256."""
    lines = ["probanda-policy/1"]
    lines += [f"action {a}: {_either(roles)}" for a, roles in BY_ROLE.items()]
    lines += [f"sees {c}: {_either(roles)}" for c, roles in SEES_CONFIDENTIALITY.items()]
    lines += [f"sees {label}: {_either(roles)}" for label, roles in SEES_LABEL.items()]
    lines += [f"stays {label}: {reason}" for label, reason in STAYS.items()]
    lines += [f"stays from {STAYS_FROM}", f"downloads what stays: {_either(_DOWNLOADS_LABELLED)}"]
    return "\n".join(lines) + "\n"


def _holds(reader: Reader, roles: frozenset[Role] | None) -> bool:
    return roles is None or bool(reader.roles & roles)


def _either(roles: frozenset[Role] | None) -> str:
    return "anybody" if roles is None else " or ".join(sorted(roles))
