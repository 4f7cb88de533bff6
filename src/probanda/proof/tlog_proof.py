"""Proof files: that an entry stands in the tree of a checkpoint, in plain text.

Source: spec/log.md log-9; C2SP tlog-proof v1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.proof.encoding import base64_bytes, base64_text

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 128 * 1024  # 64 hashes and the largest note
MAX_HASHES = 64  # a tree of 2^64 entries

_INDEX = re.compile("index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An index, the hashes of an inclusion proof, and the checkpoint it leads to; nothing checked yet."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def encode_tlog_proof(index: int, hashes: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The file for the entry at `index`."""
    lines = [HEADER, f"index {index}", *map(base64_text, hashes), "", ""]
    return "\n".join(lines).encode() + checkpoint


def parse_tlog_proof(untrusted: bytes) -> TlogProof:
    """The parts of a proof file, or Malformed."""
    if len(untrusted) > MAX_PROOF_BYTES:
        raise Malformed(f"a proof file of more than {MAX_PROOF_BYTES} bytes")
    top, blank, checkpoint = untrusted.partition(b"\n\n")
    try:
        lines = top.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a proof file's head is not ASCII") from error
    if not blank or lines[0] != HEADER:
        raise Malformed("not a tlog-proof of version 1")
    extra = None
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = base64_bytes(lines.pop(1)[6:])
    index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not index or len(lines) > 2 + MAX_HASHES:
        raise Malformed("a proof file names no index, or too many hashes")
    hashes = tuple(base64_bytes(line) for line in lines[2:])
    if any(len(one) != 32 for one in hashes):
        raise Malformed("a proof file holds a hash that is not 32 bytes")
    return TlogProof(int(index[1]), hashes, checkpoint, extra)
