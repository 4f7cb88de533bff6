"""`probanda prove`: that an entry stands in the log, for anybody to check."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probanda.errors import NotFound, StorageFailed, WrongUsage
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.program import verb

if TYPE_CHECKING:
    from probanda.base import Base
    from probanda.model.policy import Reader
    from probanda.work.disclose.proving import EntryProof

FORMAT = "probanda-proof/1"


@verb("prove")
@click.argument("name", metavar="ITEM")
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write the files to DIR."
)
def command(invocation: Invocation, name: str, folder: Path | None) -> None:
    """Show the proof that ITEM was received: the entry, its leaf, the hashes up to a signed checkpoint.

    ITEM may also be the index of an entry. With -o the proof is written as files: INDEX.json (the opening),
    INDEX.tlog-proof and checkpoint, as packages hold them. The opening shows names and paths.

    \b
    Exit status: 0 shown, 2 no such item, 3 it does not fit, 6 refused.
    Example: probanda prove PB-M000-000001 -o proof
    """
    from probanda.work.disclose.proving import prove_entry

    base = invocation.base()
    index = _index(base, invocation.reader(base), name)
    proof = base.ledger.steadily(partial(prove_entry, base.source(), index))
    written = _write(proof, folder) if folder is not None else []
    if invocation.as_json:
        invocation.output.document(FORMAT, {**_members(proof, base), "files": written})
    else:
        _print(invocation, proof, base)
        for path in written:
            invocation.output.fact("written", path)


def _index(base: Base, reader: Reader, name: str) -> int:
    """The entry that is meant, which this reader may read."""
    from probanda.faces.cli.terminal.chosen import readable_item
    from probanda.model.policy import Action, decide
    from probanda.views.protections import protection_of

    if not (name.isascii() and name.isdigit() and len(name) < _DIGEST_BEGINS):
        return readable_item(base, reader, name).index
    index = int(name)
    for subject in base.opening(index).entry.subjects:
        if not decide(reader, Action.READ, protection_of(base.views, subject.sha256)).allowed:
            raise NotFound(f"There is no entry {index} that is open to you.")  # nor by which label it is kept
    return index


_DIGEST_BEGINS = 16  # digits: a log is shorter; the beginning of a digest may be all digits


def _write(proof: EntryProof, folder: Path) -> list[str]:
    """Write the files; those that are there already must be the same."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in proof.files().items():
            path = folder / name
            if path.exists() and path.read_bytes() != data:
                raise WrongUsage(f"{path} is there already and is another file. Name a new folder with -o.")
            path.write_bytes(data)
            written.append(str(path))
    except OSError as error:
        raise StorageFailed(f"Could not write {error.filename}: {error.strerror}.") from error
    return written


def _members(proof: EntryProof, base: Base) -> dict[str, object]:
    entry = proof.opening.entry
    return {
        "index": proof.index,
        "id": proof.opening.leaf_hash.hex(),
        "kind": entry.kind,
        "agent": entry.agent,
        "stated": entry.stated,
        "subjects": [{"sha256": one.sha256, "sha512": one.sha512} for one in entry.subjects],
        "opening": proof.opening.line().decode(),
        "leaf": proof.opening.leaf.hex(),
        "proof": [one.hex() for one in proof.hashes],
        "size": proof.head.size,
        "root": proof.head.root.hex(),
        "checkpoint": proof.checkpoint.decode(),
        "seal": proof.seal,
        "genesis": base.identity.genesis,
        "log_key": base.identity.log_key.text(),
    }


def _print(invocation: Invocation, proof: EntryProof, base: Base) -> None:
    output, entry = invocation.output, proof.opening.entry
    output.fact("entry", f"{proof.index}, {entry.kind}, stated {entry.stated}")
    output.fact("entry id", proof.opening.leaf_hash.hex())
    output.fact("agent", entry.agent)
    for one in entry.subjects:
        output.fact("about", one.sha256)
    if proof.seal is not None:
        output.fact("signed by", f"the seal at entry {proof.seal} (`probanda prove {proof.seal}`)")
    output.fact("leaf", proof.opening.leaf.hex())
    output.line()
    output.text(f"Hashes from the leaf to the root over {proof.head.size:,} entries:")
    for each in proof.hashes:
        output.line(f"  {each.hex()}")
    output.fact("root", proof.head.root.hex())
    output.line()
    output.text("Checkpoint, signed by the log key:")
    for line in proof.checkpoint.decode().splitlines():
        output.line(f"  {line}" if line else "")
    output.line()
    output.fact("log key", base.identity.log_key.text())
    output.fact("genesis", base.identity.genesis)
