"""Has a time-stamp authority sign the checkpoint, and keeps request and answer as they went over the wire.

Nothing is written before the answer was looked at. Who calls this appends the `anchor-recorded` entry; until
then the files count for nothing (anchor-3).

Source: spec/anchor.md; RFC 3161 section 3.4.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

from probanda.errors import Malformed, ProbandaError, ProofFails, WrongUsage
from probanda.model.digest import Digests, Sha256, digests_of
from probanda.model.entry import Head
from probanda.model.kinds.anchor_recorded import AnchorRecorded
from probanda.proof.note import NoteKey, open_checkpoint
from probanda.proof.timestamp import answered
from probanda.proof.timestamp_fields import MAX_RESPONSE_BYTES, parse_request

ANSWER_TIMEOUT_S = 30.0  # authorities answer within a second or two
OPENSSL_TIMEOUT_S = 30.0  # it checks a token within a tenth of a second
NONCE_BITS = 64

_SHA512_ALGORITHM = bytes.fromhex("300d06096086480165030402030500")


class AnchorFiles(Protocol):
    """Where anchors lie: names are relative to the base."""

    def read(self, name: str) -> bytes:
        """All bytes of a file, or FileNotFoundError."""

    def create(self, name: str, data: bytes) -> None:
        """Write a file, durable on return with its name."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """Files that are durable but that no entry names yet. Time and authority are what the token claims."""

    head: Head
    token: Digests
    query: Sha256
    time: datetime
    authority: str

    def record(self) -> AnchorRecorded:
        """What to append to the log."""
        return AnchorRecorded(self.head, self.token, self.query, self.authority)


@dataclass(frozen=True, slots=True)
class OpensslReport:
    """Whether openssl accepts a token; None where openssl could not be asked."""

    accepts: bool | None
    says: str


def anchor(
    files: AnchorFiles, checkpoint: bytes, key: NoteKey, url: str, *, timeout_s: float = ANSWER_TIMEOUT_S
) -> Anchored:
    """Ask the authority at `url` for a token over `checkpoint`, and keep both sides of the exchange.

    Raises:
        WrongUsage: `url` is not http or https.
        ProofFails: another checkpoint is already kept for this size.
        ProbandaError: the authority did not answer, or not to this request; nothing was written.
    """
    head = open_checkpoint(checkpoint, key).head
    folder = f"log/anchors/{head.size}"
    _must_fit(files, f"{folder}/checkpoint", checkpoint)
    query = make_request(checkpoint)
    response = post(url, query, timeout_s=timeout_s)
    try:
        token = answered(response, parse_request(query), checkpoint)
    except Malformed as error:
        raise Malformed(
            f"The answer of {url} is of no use: {error}. Nothing was written. Try another authority."
        ) from error
    digests = digests_of(response)
    files.create(f"{folder}/checkpoint", checkpoint)
    files.create(f"{folder}/{digests.sha256}.tsq", query)
    files.create(f"{folder}/{digests.sha256}.tsr", response)
    return Anchored(head, digests, digests_of(query).sha256, token.time, token.authority)


def _must_fit(files: AnchorFiles, name: str, checkpoint: bytes) -> None:
    """Earlier tokens rest on these very bytes; only a copy that a crash cut short may be written again."""
    try:
        held = files.read(name)
    except FileNotFoundError:
        return
    if not checkpoint.startswith(held):
        raise ProofFails(
            f"{name} holds another checkpoint than the one to be anchored. Nothing was written. "
            "Run `probanda verify`."
        )


def make_request(data: bytes) -> bytes:
    """A time-stamp request over `data`: SHA-512, a random number of 64 bits, with the certificate wanted."""
    imprint = _SHA512_ALGORITHM + b"\x04\x40" + hashlib.sha512(data).digest()
    nonce = secrets.randbits(NONCE_BITS)
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    body = b"\x02\x01\x01" + _element(0x30, imprint) + _element(0x02, number) + b"\x01\x01\xff"
    return _element(0x30, body)


def _element(tag: int, content: bytes) -> bytes:
    """One DER element; ours are all shorter than 128 bytes, so that the length is one byte."""
    return bytes((tag, len(content))) + content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as something else, or somewhere else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def post(url: str, query: bytes, *, timeout_s: float = ANSWER_TIMEOUT_S) -> bytes:
    """The authority's answer to a request, as sent.

    Raises:
        WrongUsage: `url` is not http or https.
        ProbandaError: no answer in time, an error status, a redirect, or too long an answer.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise WrongUsage(
            f"{url!r} is no address of a time-stamp authority: it must begin with http:// or https://"
        )
    deadline = time.monotonic() + timeout_s
    request = urllib.request.Request(  # noqa: S310  # the scheme is checked above
        url, data=query, headers={"Content-Type": "application/timestamp-query", "User-Agent": "probanda"}
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout_s) as answer:
            received = bytearray()
            while piece := answer.read1(64 * 1024):
                received += piece
                if len(received) > MAX_RESPONSE_BYTES:
                    raise _failed(url, f"its answer is longer than {MAX_RESPONSE_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise TimeoutError("it took too long to send its answer")
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection
            raise _failed(url, str(error)) from error
    except (OSError, HTTPException) as error:  # urllib's own errors and time-outs are OSErrors too
        raise _failed(url, str(error)) from error
    return bytes(received)


def _failed(url: str, reason: str) -> ProbandaError:
    return ProbandaError(
        f"No token from {url}: {reason}. Nothing was written. Try again later, or another authority."
    )


def check_with_openssl(query: Path, token: Path, roots: Path, at: datetime) -> OpensslReport:
    """What `openssl ts -verify` says of a kept token at the moment `at`, which is the token's own time.

    Nobody's verdict needs this; it is a second pair of eyes.
    """
    command = ["openssl", "ts", "-verify", "-queryfile", str(query), "-in", str(token)]
    command += ["-CAfile", str(roots), "-attime", str(int(at.timestamp()))]
    try:
        run = subprocess.run(command, capture_output=True, timeout=OPENSSL_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return OpensslReport(None, f"openssl could not be asked: {error}")
    words = (run.stdout + run.stderr).decode(errors="replace").strip()
    return OpensslReport(run.returncode == 0, words)
