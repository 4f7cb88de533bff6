"""Signed notes, and checkpoints, which are notes about a log.

Source: spec/log.md log-2 to log-5; C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.entry import Head
from probanda.proof import ed25519
from probanda.proof.encoding import base64_bytes, base64_text
from probanda.proof.envelope import Sign
from probanda.proof.statement import origin_name

MAX_NOTE_BYTES = 64 * 1024  # sixteen post-quantum signatures of 3.3 KB fit
MAX_SIGNATURE_LINES = 64
ED25519_TYPE = b"\x01"

_SIGNATURE_LINE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key and the name it signs under."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519_TYPE + self.key).digest()[:4]

    def text(self) -> str:
        """The verifier key string that other tools take: name+id+base64."""
        return f"{self.name}+{self.id.hex()}+{base64_text(ED25519_TYPE + self.key)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head that a log has signed."""

    origin: str
    head: Head


def sign_checkpoint(origin: str, head: Head, key: NoteKey, sign: Sign) -> bytes:
    """The signed note over `head`. Whoever calls this answers for never signing two roots at one size."""
    text = f"{origin}\n{head.size}\n{base64_text(head.root)}\n"
    return f"{text}\n— {key.name} {base64_text(key.id + sign(text.encode()))}\n".encode()


def open_note(untrusted: bytes, keys: tuple[NoteKey, ...]) -> str:
    """The text of a note on which at least one of `keys` has a good signature and none has a bad one.

    Raises:
        Malformed: the form is wrong, a known key's signature is bad, or no known key signed.
    """
    if len(untrusted) > MAX_NOTE_BYTES:
        raise Malformed(f"a note of more than {MAX_NOTE_BYTES} bytes")
    try:
        whole = untrusted.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a note is not UTF-8") from error
    if any(c < " " and c != "\n" for c in whole) or not whole.endswith("\n"):
        raise Malformed("a note holds control characters, or its last line does not end")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines:
        raise Malformed("a note without signatures")
    signed_text = text + "\n"
    signatures = lines[:-1].split("\n")
    if len(signatures) > MAX_SIGNATURE_LINES:
        raise Malformed(f"a note with more than {MAX_SIGNATURE_LINES} signatures")
    known = False
    for line in signatures:
        known |= _known_signature(line, signed_text.encode(), keys)
    if not known:
        raise Malformed("no signature on the note is by a known key")
    return signed_text


def _known_signature(line: str, text: bytes, keys: tuple[NoteKey, ...]) -> bool:
    match = _SIGNATURE_LINE.fullmatch(line)
    if not match:
        raise Malformed("a signature line of a note is malformed")
    blob = base64_bytes(match[2])
    if len(blob) < 5:
        raise Malformed("a signature on a note is too short")
    for key in keys:
        if key.name == match[1] and key.id == blob[:4]:
            if not ed25519.verifies(key.key, blob[4:], text):
                raise Malformed(f"the signature of {key.name} on the note does not verify")
            return True
    return False


def open_checkpoint(untrusted: bytes, key: NoteKey) -> Checkpoint:
    """A checkpoint that `key` signed.

    Raises:
        Malformed: see `open_note`; or the text is not exactly origin, size and root, or the origin is not
        the key's name.
    """
    match = _CHECKPOINT.fullmatch(open_note(untrusted, (key,)))
    if not match:
        raise Malformed("a checkpoint is not exactly origin, size and root")
    if origin_name(match[1]) != key.name:
        raise Malformed("a checkpoint of another log")
    root = b64decode(match[3])
    if base64_text(root) != match[3]:
        raise Malformed("a checkpoint's root is not base64 as an encoder writes it")
    return Checkpoint(match[1], Head(int(match[2]), root))
