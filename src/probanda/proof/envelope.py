"""The signed envelope of a statement.

Source: spec/entry.md entry-10; DSSE 1.0.2 (pre-authentication encoding).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from probanda.errors import Malformed
from probanda.model.digest import AgentId, agent_id
from probanda.proof import ed25519
from probanda.proof.encoding import Json, base64_bytes, base64_text

PAYLOAD_TYPE = "application/vnd.probanda.entry+json"
MAX_ENVELOPE_BYTES = 16 * 2**20  # a seal of a hundred thousand acts; nothing of ours comes near
MAX_SIGNATURES = 16

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature with the id of the key that claims it; the claim is checked by `verify`."""

    keyid: AgentId
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and its signatures, none of them checked yet."""

    payload: bytes
    signatures: tuple[Signature, ...]

    def encoded(self) -> bytes:
        """The exact bytes that a leaf commits to, in canonical form."""
        # Base64 and hexadecimal hold nothing that JSON would escape, so the form can be filled in.
        signed = [f'{{"keyid":"{one.keyid}","sig":"{base64_text(one.value)}"}}' for one in self.signatures]
        payload = base64_text(self.payload)
        top = f'{{"payload":"{payload}","payloadType":"{PAYLOAD_TYPE}","signatures":['
        return f"{top}{','.join(signed)}]}}".encode()

    def signed_by(self, key: bytes) -> bool:
        """Whether one of the signatures is a good one by the key with these raw bytes."""
        keyid = key_id(key)
        message = pre_authentication(self.payload)
        return any(s.keyid == keyid and ed25519.verifies(key, s.value, message) for s in self.signatures)


def key_id(key: bytes) -> AgentId:
    """How a public key is named in entries: SHA-256 of its raw bytes."""
    return AgentId(hashlib.sha256(key).hexdigest())


def pre_authentication(payload: bytes) -> bytes:
    """The bytes that are signed: type and payload with their lengths, so that neither can be taken for the
    other.
    """
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def seal(payload: bytes, signers: dict[AgentId, Sign]) -> Envelope:
    """`payload` with one signature by each signer; none for an act that a seal will cover."""
    message = pre_authentication(payload)
    return Envelope(payload, tuple(Signature(k, signers[k](message)) for k in sorted(signers)))


def parse_envelope(untrusted: Json) -> Envelope:
    """An envelope from its JSON value. Check signatures afterwards, and use only what they cover.

    Raises:
        Malformed: another payload type, unsorted or repeated signatures, or a wrong form.
    """
    if not isinstance(untrusted, dict) or set(untrusted) != {"payload", "payloadType", "signatures"}:
        raise Malformed("an envelope does not have exactly payload, payloadType and signatures")
    payload, signatures = untrusted["payload"], untrusted["signatures"]
    if untrusted["payloadType"] != PAYLOAD_TYPE:
        raise Malformed("an envelope of another payload type")
    if not isinstance(payload, str) or len(payload) > MAX_ENVELOPE_BYTES:
        raise Malformed("an envelope's payload is not text, or too long")
    if not isinstance(signatures, list) or len(signatures) > MAX_SIGNATURES:
        raise Malformed("an envelope's signatures are not a list, or too many")
    parsed: list[Signature] = []
    for one in signatures:
        if not isinstance(one, dict) or set(one) != {"keyid", "sig"} or not isinstance(one["sig"], str):
            raise Malformed("a signature does not have exactly keyid and sig")
        parsed.append(Signature(agent_id(one["keyid"]), base64_bytes(one["sig"])))
        if len(parsed[-1].value) != ed25519.SIGNATURE_BYTES:
            raise Malformed("a signature has another length than Ed25519 gives")
    if any(a.keyid >= b.keyid for a, b in pairwise(parsed)):
        raise Malformed("signatures are not sorted by keyid, or one key signs twice")
    return Envelope(base64_bytes(payload), tuple(parsed))
