"""Checks a time-stamp token over a checkpoint, at the token's own time.

Source: spec/anchor.md; RFC 3161 section 2.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from probanda.errors import Malformed
from probanda.proof.encoding import instant_text
from probanda.proof.timestamp_fields import (
    GRANTED,
    SHA512_OID,
    Imprint,
    Request,
    Token,
    parse_request,
    parse_response,
)
from probanda.proof.verdict import Outcome

# How OpenSSL says that it found no way from the signer to a trusted root; a bad signature it words otherwise.
_NO_CHAIN = "certificate verify error"


@dataclass(frozen=True, slots=True)
class TokenVerdict:
    """`time` and `authority` are what the token claims; they count only where `outcome` is holds."""

    outcome: Outcome
    says: str
    time: datetime | None
    authority: str | None


def check_token(
    untrusted_response: bytes,
    untrusted_request: bytes | None,
    checkpoint: bytes,
    roots: Sequence[x509.Certificate],
) -> TokenVerdict:
    """Whether the token says, to whoever trusts `roots`, that `checkpoint` existed not later than its time.

    Undecided without roots that lead to the authority, and where the token is written in a way that the
    library at hand does not read; `openssl ts -verify` may read it.
    """
    try:
        request = parse_request(untrusted_request) if untrusted_request is not None else None
        token = answered(untrusted_response, request, checkpoint)
    except Malformed as error:
        return TokenVerdict(Outcome.FAILS, str(error), None, None)
    outcome, says = _trusted(untrusted_response, request, checkpoint, roots)
    if outcome is Outcome.HOLDS:
        says = f"the checkpoint existed not later than {instant_text(token.time)}, says {token.authority}"
    return TokenVerdict(outcome, says, token.time, token.authority)


def answered(untrusted_response: bytes, request: Request | None, checkpoint: bytes) -> Token:
    """The token in a response, if it is one over `checkpoint` and answers `request`. No signature is checked.

    Raises:
        Malformed: it is not, with the reason.
    """
    response = parse_response(untrusted_response)
    if response.status not in GRANTED:
        raise Malformed(
            f"the authority refused with status {response.status}: {response.words or 'no reason'}"
        )
    token = response.token
    if token is None:
        raise Malformed("the authority granted a token but sent none")
    imprint = Imprint(SHA512_OID, hashlib.sha512(checkpoint).digest())
    if token.imprint != imprint:
        raise Malformed("the token is about other bytes than this checkpoint, or not by SHA-512")
    if request is not None:
        if request.imprint != imprint:
            raise Malformed("the request is about other bytes than this checkpoint, or not by SHA-512")
        if request.nonce is None or token.nonce != request.nonce:
            raise Malformed("the token does not repeat the random number of the request")
        if request.policy is not None and token.policy != request.policy:
            raise Malformed("the token is under another policy than asked for")
    return token


def time_of(integrity: Outcome, tokens: Iterable[Outcome], *, brought: bool) -> Outcome:
    """The answer about time, of what the tokens in a base or package came to.

    A token tells a time only to a reader who `brought` a certificate (package-19), and only of what fits
    together.
    """
    outcomes = frozenset(tokens)
    if not brought:
        return Outcome.UNDECIDED
    if Outcome.FAILS in outcomes:
        return Outcome.FAILS
    holds = Outcome.HOLDS in outcomes and integrity is Outcome.HOLDS
    return Outcome.HOLDS if holds else Outcome.UNDECIDED


def trusted_roots(untrusted_pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file.

    Raises:
        Malformed: there is none.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(untrusted_pem))
    except ValueError as error:
        raise Malformed(f"no certificate in PEM form: {error}") from error


def _trusted(
    response: bytes, request: Request | None, checkpoint: bytes, roots: Sequence[x509.Certificate]
) -> tuple[Outcome, str]:
    if not roots:
        return Outcome.UNDECIDED, "no certificate of an authority was given to check it with"
    if request is None:
        return Outcome.UNDECIDED, "the request is not there to check the answer against"
    try:
        decoded = decode_timestamp_response(response)
    except ValueError as error:
        return Outcome.UNDECIDED, f"written in a way that cannot be read here ({error}); ask openssl"
    if decoded.status != 0:
        return Outcome.UNDECIDED, "granted with changes, which cannot be judged here; ask openssl"
    verifier = VerifierBuilder(nonce=request.nonce, roots=list(roots)).build()
    try:
        verifier.verify_message(decoded, checkpoint)
    except VerificationError as error:
        if _NO_CHAIN in str(error):
            return Outcome.UNDECIDED, "its authority is not under a certificate that was given, at its time"
        return Outcome.FAILS, f"the token does not verify: {error}"
    except ValueError as error:  # what the library reads only now
        return Outcome.UNDECIDED, f"written in a way that cannot be read here ({error}); ask openssl"
    return Outcome.HOLDS, ""
