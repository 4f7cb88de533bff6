"""What one entry rests on, and its proof file."""

from __future__ import annotations

import json
from dataclasses import dataclass

from litestar import Response
from litestar.params import FromPath

from probanda.faces.web.asking import answer, asking, page_at
from probanda.faces.web.desk import ProofShown
from probanda.faces.web.guard import DOWNLOAD_SECURITY_POLICY
from probanda.faces.web.rendering import AnyRequest, Page


@dataclass(frozen=True, slots=True)
class ProofView:
    """The three answers, apart, and what they rest on. Identity and time are for the reader to decide."""

    integrity: str
    identity: str
    time: str
    proof: ProofShown


@page_at("/entries/{index:int}")
def proof(request: AnyRequest, index: FromPath[int]) -> Response[bytes]:
    """Three answers, and the way down to the log. Derived anew for each request."""
    who = asking(request)
    shown = who.desk.proof(who.reader, index)
    view = ProofView(_integrity(shown), "undecided", "undecided", shown)
    statement = json.dumps(shown.statement, indent=1, ensure_ascii=False, sort_keys=True)
    return answer(request, Page("proof", view, extra={"statement_text": statement}))


@page_at("/entries/{index:int}/proof")
def proof_file(request: AnyRequest, index: FromPath[int]) -> Response[bytes]:
    """The proof that the entry is in the log, in the C2SP tlog-proof format."""
    who = asking(request)
    headers = {
        "content-disposition": f'attachment; filename="{index}.tlog-proof"',
        "content-security-policy": DOWNLOAD_SECURITY_POLICY,
    }
    content = who.desk.proof_file(who.reader, index)
    return Response(content, media_type="application/octet-stream", headers=headers)


def _integrity(shown: ProofShown) -> str:
    """One step that fails, fails all; the anchors answer for time, not for integrity."""
    outcomes = {outcome for step, outcome in shown.checks.items() if step != "anchor"}
    return next((word for word in ("fails", "undecided") if word in outcomes), "holds")
