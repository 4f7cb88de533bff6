"""What time-stamp requests and responses say; nothing here is checked against anything.

Source: RFC 3161 sections 2.4.1 and 2.4.2; RFC 5652 for the signed data around a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from probanda.errors import Malformed
from probanda.proof import der
from probanda.proof.der import Element

MAX_REQUEST_BYTES = 64 * 1024  # a request is about a hundred bytes
MAX_RESPONSE_BYTES = 1024 * 1024  # a token with a long chain is about 10 KB

SHA512_OID = bytes.fromhex("608648016503040203")
_SIGNED_DATA_OID = bytes.fromhex("2a864886f70d010702")
_TOKEN_OID = bytes.fromhex("2a864886f70d0109100104")
GRANTED = frozenset({0, 1})
_CONTEXT_0 = 0xA0


@dataclass(frozen=True, slots=True)
class Imprint:
    """A hash algorithm, by the bytes of its object identifier, and a digest."""

    algorithm: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for."""

    imprint: Imprint
    policy: bytes | None
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Token:
    """What an authority claims to have signed.

    `authority` is the subject of the certificate that the signature names, or its number where the token does
    not hold that certificate.
    """

    imprint: Imprint
    policy: bytes
    nonce: int | None
    time: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Response:
    """A status, its words, and the token if one was granted."""

    status: int
    words: str
    token: Token | None


def parse_request(untrusted: bytes) -> Request:
    """A TimeStampReq, or Malformed."""
    if len(untrusted) > MAX_REQUEST_BYTES:
        raise Malformed(f"a request of more than {MAX_REQUEST_BYTES} bytes")
    version, imprint, *rest = _at_least(der.only(untrusted, der.SEQUENCE), 2)
    if version.integer() != 1:
        raise Malformed("a request of another version")
    policy = next((one.content for one in rest if one.tag == der.OID), None)
    nonce = next((one.integer() for one in rest if one.tag == der.INTEGER), None)
    return Request(_imprint(imprint), policy, nonce)


def parse_response(untrusted: bytes) -> Response:
    """A TimeStampResp, or Malformed."""
    if len(untrusted) > MAX_RESPONSE_BYTES:
        raise Malformed(f"a response of more than {MAX_RESPONSE_BYTES} bytes")
    status_info, *token = _at_least(der.only(untrusted, der.SEQUENCE), 1)
    status, *details = _at_least(status_info.must_be(der.SEQUENCE), 1)
    words = [
        text.content.decode(errors="replace")
        for one in details
        if one.tag == der.SEQUENCE
        for text in one.children()
        if text.tag == der.UTF8
    ]
    if len(token) > 1:
        raise Malformed("a response with something after its token")
    return Response(status.integer(), "; ".join(words), _token(token[0]) if token else None)


def _token(content_info: Element) -> Token:
    kind, wrapped = _at_least(content_info.must_be(der.SEQUENCE), 2)[:2]
    if kind.content != _SIGNED_DATA_OID:
        raise Malformed("a token that is not signed data")
    signed_data = der.only(wrapped.must_be(_CONTEXT_0).content, der.SEQUENCE)
    _version, _algorithms, encapsulated, *rest = _at_least(signed_data, 4)
    content_kind, content = _at_least(encapsulated.must_be(der.SEQUENCE), 2)[:2]
    if content_kind.content != _TOKEN_OID:
        raise Malformed("signed data that is no time-stamp token")
    octets = der.only(content.must_be(_CONTEXT_0).content, der.OCTETS)
    _v, policy, imprint, _serial, time, *others = _at_least(der.only(octets.content, der.SEQUENCE), 5)
    signers = rest[-1].must_be(der.SET).children()
    if len(signers) != 1:
        raise Malformed("a token without exactly one signer")
    certificates = [one for one in rest if one.tag == _CONTEXT_0]
    return Token(
        imprint=_imprint(imprint),
        policy=policy.must_be(der.OID).content,
        nonce=next((one.integer() for one in others if one.tag == der.INTEGER), None),
        time=time.moment(),
        authority=_authority(signers[0], certificates[0].children() if certificates else []),
    )


def _authority(signer: Element, certificates: list[Element]) -> str:
    """Who signed, by what the signature names; the first certificate in the bag may be anybody's."""
    _version, named = _at_least(signer.must_be(der.SEQUENCE), 2)[:2]
    issuer, number = _at_least(named.must_be(der.SEQUENCE), 2)[:2]
    for one in certificates:
        try:
            certificate = x509.load_der_x509_certificate(one.encoded)
            if (
                certificate.serial_number == number.integer()
                and certificate.issuer.public_bytes(Encoding.DER) == issuer.encoded
            ):
                return certificate.subject.rfc4514_string()
        except ValueError:
            continue  # an odd certificate beside the signer's own says nothing about the token
    return f"certificate number {number.integer():x} of an issuer that the token does not hold"


def _imprint(element: Element) -> Imprint:
    algorithm, digest = _at_least(element.must_be(der.SEQUENCE), 2)[:2]
    oid = _at_least(algorithm.must_be(der.SEQUENCE), 1)[0]
    return Imprint(oid.must_be(der.OID).content, digest.must_be(der.OCTETS).content)


def _at_least(element: Element, count: int) -> list[Element]:
    children = element.children()
    if len(children) < count:
        raise Malformed(f"an element with fewer than {count} parts")
    return children
