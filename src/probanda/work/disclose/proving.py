"""The proof that one entry stands in the log, for anybody to check with other tools than ours."""

from __future__ import annotations

from dataclasses import dataclass

from probanda.errors import Malformed, NotFound, ProofFails
from probanda.model.entry import Head
from probanda.proof.merkle import check_inclusion
from probanda.proof.note import open_checkpoint
from probanda.proof.opening import Opening
from probanda.proof.tlog_proof import encode_tlog_proof
from probanda.work.disclose.source import PackageSource


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry, and the hashes from it to the checkpoint. `seal` signs for an entry without a signature."""

    index: int
    opening: Opening
    head: Head
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    seal: int | None

    def files(self) -> dict[str, bytes]:
        """The proof as files, named as in a package."""
        return {
            f"{self.index}.json": self.opening.line(),
            f"{self.index}.tlog-proof": encode_tlog_proof(self.index, self.hashes, self.checkpoint),
            "checkpoint": self.checkpoint,
        }


def prove_entry(source: PackageSource, index: int) -> EntryProof:
    """The proof for the entry at `index` under the signed checkpoint.

    Raises:
        NotFound: the log has no such entry.
        ProofFails: opening, leaf and tree do not agree.
    """
    checkpoint = source.checkpoint()
    head = open_checkpoint(checkpoint, source.log_key).head
    if not 0 <= index < head.size:
        raise NotFound(f"There is no entry {index}: the log has {head.size}, counted from 0.")
    opening = source.opening(index)
    hashes = tuple(source.inclusion_proof(index, head.size))
    try:
        check_inclusion(opening.leaf_hash, index, head.size, hashes, head.root)
    except Malformed as error:
        raise ProofFails(
            f"The opening of entry {index} does not lead to the checkpoint: {error}. Run `probanda verify`."
        ) from error
    seal = None if opening.envelope.signatures else source.seal_of(index)
    return EntryProof(index, opening, head, hashes, checkpoint, seal)
