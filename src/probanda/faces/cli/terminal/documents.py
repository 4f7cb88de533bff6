"""What views answer with, as JSON. docs/reference/json.md explains each field."""

from __future__ import annotations

from typing import Any

from probanda.model.rawname import name_value
from probanda.views.answers import Agent, CustodyEvent, Item, Matter, RawName, Reception

Document = dict[str, Any]


def name(one: RawName | None) -> Any:
    """A name from evidence: text, or its bytes in base64 where they are not UTF-8 (entry-9)."""
    return None if one is None else name_value(one.raw)


def item(one: Item) -> Document:
    """An item as lists and its own page give it."""
    return {
        "ref": one.ref,
        "index": one.index,
        "matter": {"ref": one.matter_ref, "name": one.matter_name},
        "sha256": one.sha256,
        "sha512": one.sha512,
        "size_bytes": one.size_bytes,
        "media_type": one.media_type,
        "names": [name(each) for each in one.names],
        "paths": [name(each) for each in one.paths],
        "labels": [
            {"label": each.label, "own": each.is_own, "inherited_from": list(each.inherited_from)}
            for each in one.labels
        ],
        "confidentiality": one.confidentiality,
        "times_received": one.receptions,
        "containers": list(one.containers),
        "elsewhere": list(one.elsewhere),
    }


def reception(one: Reception) -> Document:
    """One arrival of an item; name, path, time and source are claims, null where nothing was claimed."""
    return {
        "index": one.index,
        "id": one.id,
        "agent": one.agent,
        "agent_name": one.agent_name,
        "stated": one.stated,
        "name": name(one.name),
        "path": name(one.path),
        "modified": one.modified,
        "via": one.via,
        "root": name(one.root),
        "container": one.container,
        "labels": list(one.labels),
        "confidentiality": one.confidentiality,
    }


def event(one: CustodyEvent) -> Document:
    """One thing that happened to an item."""
    return {
        "index": one.index,
        "id": one.id,
        "kind": one.kind,
        "stated": one.stated,
        "agent": one.agent,
        "agent_name": one.agent_name,
        "words": one.words,
    }


def agent(one: Agent) -> Document:
    """Somebody who holds a key."""
    return {
        "id": one.id,
        "index": one.index,
        "name": one.name,
        "holder": one.holder,
        "roles": sorted(one.roles),
        "roles_index": one.roles_index,
        "revoked_index": one.revoked_index,
        "revoked_reason": one.revoked_reason,
    }


def matter(one: Matter) -> Document:
    """A matter."""
    return {
        "ref": one.ref,
        "id": one.id,
        "index": one.index,
        "name": one.name,
        "purpose": one.purpose,
        "items": one.items,
    }
