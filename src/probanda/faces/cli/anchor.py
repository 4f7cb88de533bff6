"""`probanda anchor`: have an authority from outside state the time of the log."""

from __future__ import annotations

from pathlib import Path

import click

from probanda.errors import Malformed, StorageFailed, WrongUsage
from probanda.faces.cli.terminal.invocation import Invocation
from probanda.faces.cli.terminal.program import verb

FORMAT = "probanda-anchor/1"


@verb("anchor")
@click.option("--tsa", "url", required=True, metavar="URL", help="The time-stamp authority (RFC 3161).")
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its certificate (PEM): the token is then checked with it.",
)
def command(invocation: Invocation, url: str, ca: Path | None) -> None:
    """Send the digest of the checkpoint to a time-stamp authority, and keep what it answers.

    The authority learns one digest and nothing else. Its token says that all entries so far existed not later
    than its time, to whoever trusts that authority.

    \b
    Exit status: 0 anchored, 1 no token, 3 it does not verify, 6 refused.
    Example: probanda anchor --tsa http://tsa.example/ --ca tsa.pem
    """
    from probanda.model.policy import Action
    from probanda.proof.timestamp import check_token, trusted_roots
    from probanda.vault.anchors import anchor, check_with_openssl
    from probanda.work.session import require

    try:
        roots = trusted_roots(ca.read_bytes()) if ca else ()
    except OSError as error:
        raise StorageFailed(f"Could not read {ca}: {error.strerror}. Nothing was sent.") from error
    except Malformed as error:
        raise WrongUsage(f"--ca {ca}: {error}. Nothing was sent.") from error
    session = invocation.session()
    require(session.reader, Action.ANCHOR)
    base = session.base
    checkpoint = base.ledger.reader.checkpoint()
    made = anchor(base.folder, checkpoint, base.identity.log_key, url)
    receipt = session.record([made.record().act()])
    session.close()
    stem = f"log/anchors/{made.head.size}/{made.token.sha256}"
    query, response = base.folder.read(f"{stem}.tsq"), base.folder.read(f"{stem}.tsr")
    verdict = check_token(response, query, checkpoint, roots)
    openssl = None
    if ca is not None:
        openssl = check_with_openssl(base.root / f"{stem}.tsq", base.root / f"{stem}.tsr", ca, made.time)
    members = {
        "entry": receipt.index,
        "size": made.head.size,
        "root": made.head.root.hex(),
        "token": made.token.sha256,
        "query": made.query,
        "authority": made.authority,
        "time": made.time.isoformat(),
        "outcome": verdict.outcome.value,
        "says": verdict.says,
        "openssl": openssl.accepts if openssl else None,
    }
    if invocation.as_json:
        invocation.output.document(FORMAT, members)
        return
    output = invocation.output
    output.text(f"Anchored the log of {made.head.size:,} entries, recorded by entry {receipt.index}.")
    output.fact("token", made.token.sha256)
    output.fact("authority", f"{made.authority} (claimed)")
    output.fact("time", f"{made.time.isoformat()} (claimed)")
    output.fact("checked", f"{verdict.outcome}: {verdict.says}")
    if openssl:
        words = {True: "accepts it", False: "does not accept it", None: "could not be asked"}
        output.fact("openssl", words[openssl.accepts])
