"""The quick check of plain receptions against the strict one: it never accepts what that refuses."""

import hashlib
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from probanda.errors import Malformed
from probanda.model.kinds.item_received import ItemReceived
from probanda.proof.encoding import Json, base64_text, base64url_text, canonical
from probanda.proof.opening import Opening, parse_opening
from probanda.vault.audit_quick import plain_reception
from probanda.vault.audit_stretch import envelope_of
from probanda.vault.group import Author
from world import ORIGIN, new_world


def made() -> tuple[Author, Opening]:
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder))
        act = world.received(b"data", "a folder/файл")
        return world.author, world.author.opening(act, world.seen(), signed=False)


AUTHOR, OPENING = made()
LINE = OPENING.line()


def strict(line: bytes) -> bool:
    """Whether the strict check takes the line for a sealed reception of this log, in good order."""
    try:
        opening = parse_opening(line)
        opening.fields  # noqa: B018
        entry = opening.entry
        ItemReceived.read(entry, {})
    except Malformed:
        return False
    plain = entry.kind == ItemReceived.KIND and entry.origin == ORIGIN and entry.enrolled is not None
    return plain and not opening.envelope.signatures and envelope_of(line) == opening.envelope.encoded()


def test_a_plain_reception_is_taken_quickly_with_what_it_says() -> None:
    plain = plain_reception(LINE, ORIGIN)

    assert plain is not None
    assert strict(LINE)
    entry = OPENING.entry
    assert (plain.salt, plain.agent, plain.enrolled) == (OPENING.salt, entry.agent, entry.enrolled)
    assert (plain.seen_size, plain.seen_root) == (entry.seen.size, entry.seen.root)
    assert (plain.sha256.hex(), plain.sha512.hex()) == (entry.subjects[0].sha256, entry.subjects[0].sha512)
    assert plain.size_bytes == 4


@given(data=st.data())
@settings(max_examples=500)
def test_no_changed_bytes_are_accepted_that_the_strict_check_refuses(data: st.DataObject) -> None:
    line = bytearray(LINE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(line) - 1))
        piece = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"{}", b"\r", b'"', b"\\", b"\xff", b"1.0"])
        )
        line[at : at + data.draw(st.integers(0, 3))] = piece

    if plain_reception(bytes(line), ORIGIN) is not None:
        assert strict(bytes(line))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["ab" * 32, "AB" * 32, "2024-05-17T09:30:00Z", "2024-02-30T09:30:00Z", ORIGIN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [p for key in value for p in places(value[key], (*path, key))]
    if isinstance(value, list):
        found += [p for i, inner in enumerate(value) for p in places(inner, (*path, i))]
    return found


def changed(value: object, path: tuple[str | int, ...], new: object, data: st.DataObject) -> object:
    """The value with something else at a place, or without it, or with another member beside it."""
    if not path:
        return new
    whole = json.loads(json.dumps(value))
    place = whole
    for part in path[:-1]:
        place = place[part]
    how = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if how == "replace":
        place[path[-1]] = new
    elif how == "remove":
        del place[path[-1]]
    elif isinstance(place, dict):
        place[data.draw(st.text(max_size=6))] = new
    else:
        place.append(new)
    return whole


def encoded(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )


@given(data=st.data())
@settings(max_examples=500)
def test_no_other_statement_is_accepted_that_the_strict_check_refuses(data: st.DataObject) -> None:
    statement = json.loads(OPENING.envelope.payload)
    path = data.draw(st.sampled_from(places(statement)))
    payload = encoded(changed(statement, path, data.draw(VALUES), data))
    line = with_payload(payload, OPENING.disclosures)

    if plain_reception(line, ORIGIN) is not None:
        assert strict(line)


@given(
    value=VALUES,
    name=st.sampled_from(["path", "name", "source", "other", "_sd", ""]),
    salt=st.binary(max_size=20),
)
@settings(max_examples=500)
def test_no_disclosure_is_accepted_that_the_strict_check_refuses(value: Json, name: str, salt: bytes) -> None:
    text = base64url_text(encoded([base64url_text(salt), name, value]))
    hidden = [base64url_text(digest(text))]
    statement = json.loads(OPENING.envelope.payload)
    statement["predicate"]["body"]["_sd"] = hidden
    line = with_payload(canonical(statement), (text,))

    if plain_reception(line, ORIGIN) is not None:
        assert strict(line)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def with_payload(payload: bytes, disclosures: tuple[str, ...]) -> bytes:
    envelope = {**json.loads(OPENING.envelope.encoded()), "payload": base64_text(payload)}
    value = {"disclosures": sorted(disclosures), "envelope": envelope, "salt": OPENING.salt.hex()}
    return canonical(dict(value)) + b"\n"
