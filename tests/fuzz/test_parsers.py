"""Parsers of bytes from strangers: whatever comes, they give a value of ours or say Malformed; nothing
else.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probanda.base import parse_identity
from probanda.errors import Malformed
from probanda.model.entry import Head
from probanda.proof.encoding import base64_bytes, base64url_bytes, canonical, instant, parse_canonical
from probanda.proof.envelope import parse_envelope
from probanda.proof.fields import parse_disclosure
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.proof.opening import parse_opening
from probanda.proof.statement import parse_statement
from probanda.proof.tiles import leaves_of
from probanda.proof.tlog_proof import parse_tlog_proof
from probanda.vault.log_reader import parse_head
from probanda.vault.staging import parse_staged

KEY = NoteKey(
    "example/log", bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
)
HEAD = Head(1, bytes(32))

SEEDS: dict[str, bytes] = {
    "opening": canonical(
        {
            "disclosures": ["WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEiLCJuYW1lIiwieCJd"],
            "envelope": {
                "payload": "e30=",
                "payloadType": "application/vnd.probanda.entry+json",
                "signatures": [{"keyid": "a" * 64, "sig": "AAAA"}],
            },
            "salt": "0" * 64,
        }
    )
    + b"\n",
    "statement": canonical(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": {
                "agent": "a" * 64,
                "body": {"_sd": ["A" * 43]},
                "enrolled": None,
                "origin": "example/log",
                "seen": {"root": "0" * 64, "size": 0},
                "stated": "2026-01-01T00:00:00Z",
            },
            "predicateType": "urn:x-probanda:entry:item-received:1",
            "subject": [{"digest": {"sha256": "0" * 64, "sha512": "0" * 128}}],
        }
    ),
    "note": ("example/log\n1\n" + "A" * 43 + "=\n\n— example/log AAAAAAAA\n").encode(),
    "tlog-proof": b"c2sp.org/tlog-proof@v1\nindex 3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nnote",
    "staged": canonical({"base": {"root": "0" * 64, "size": 0}, "leaves": 1}) + b"\n" + bytes(97) + b"{}\n",
    "head": canonical({"root": "0" * 64, "size": 1}) + b"\n",
    "tile": b"\x00\x61" + bytes(97),
}


def _text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: parse(data.decode("latin-1"))


PARSERS: dict[str, Callable[[bytes], object]] = {
    "canonical JSON": parse_canonical,
    "opening": parse_opening,
    "statement": parse_statement,
    "envelope": lambda data: parse_envelope(parse_canonical(data)),
    "disclosure": _text(parse_disclosure),
    "note": lambda data: open_checkpoint(data, KEY),
    "tlog-proof": parse_tlog_proof,
    "tile": leaves_of,
    "staged": lambda data: parse_staged(HEAD, data),
    "head": parse_head,
    "identity": parse_identity,
    "base64": _text(base64_bytes),
    "base64url": _text(base64url_bytes),
    "instant": _text(instant),
}


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A well-formed example with some bytes flipped, cut out, repeated or put in."""
    data = bytearray(draw(st.sampled_from(sorted(SEEDS.values()))))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        change = draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if change == "flip" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif change == "cut":
            del data[at : at + draw(st.integers(1, 20))]
        elif change == "insert":
            data[at:at] = draw(
                st.binary(max_size=8) | st.sampled_from([b"[", b'{"a":', b"\n\n", b"1e9", b"-0"])
            )
        else:
            data[at:at] = data[max(0, at - 10) : at] * draw(st.integers(1, 50))
    return bytes(data)


@pytest.mark.parametrize("parser", sorted(PARSERS))
@given(data=st.binary(max_size=300) | damaged())
def test_a_parser_gives_a_value_or_says_malformed(parser: str, data: bytes) -> None:
    with suppress(Malformed):
        PARSERS[parser](data)


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_bottomless_nesting_is_malformed(deep: bytes) -> None:
    with pytest.raises(Malformed):
        parse_canonical(deep)


@given(data=st.binary(max_size=300) | damaged())
def test_what_is_accepted_as_canonical_is_written_back_to_the_same_bytes(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except Malformed:
        return

    assert canonical(value) == data
