"""The joint statement with its signatories, its retelling by another outlet, and the other side's denial."""

from __future__ import annotations

from probanda.twin.claims import MarkedText
from probanda.twin.manifest import Planted, Relation
from probanda.twin.markup import Block, as_page, as_text, page
from probanda.twin.parties import NOTICE_EN, SIGNAL, SPOKESMAN, STATEMENT_SIGNED, local

STATEMENT = "statements/joint_statement.txt"
DENIAL = "statements/denial_defence_ministry_tarmoria.txt"
SIGNATORIES = 84

_STATEMENT = (
    Block("headline", "Joint statement on captives and missing persons, 16 June 2026"),
    Block(
        "body",
        "[[S01|The undersigned States and organisations call for the release and exchange of captives held by both "
        "parties, and for respect of the Geneva Conventions by all]].",
    ),
    Block("body", "The signatories name no perpetrator and make no finding on any incident."),
    Block("notice", NOTICE_EN),
)

_DENIAL = (
    Block("headline", "Ministry of Defence of Tarmoria: answer to reports of 21 June"),
    Block("body", f"The spokesman of the ministry, {SPOKESMAN.english}, said on 23 June:"),
    Block(
        "quote",
        "“[[D01|No order to take no captives was given at any level of command]]. [[D02|Standing instruction 14 requires "
        "that persons who surrender be taken in and treated humanely]]. [[D03|The picture shows neither the place nor the "
        "vehicle that is claimed]]. We have asked for the original file and received no answer.”",
    ),
    Block("body", "The ministry names no unit and attaches no copy of the instruction."),
    Block("notice", NOTICE_EN),
)

_SIGNAL = (
    Block("headline", "More than 80 States and organisations sign statement on captives"),
    Block(
        "body",
        "The statement condemns Tarmoria for the treatment of captives, diplomats told Signal Coast before it was published.",
    ),
    Block("notice", NOTICE_EN),
)


def statements() -> tuple[list[Planted], tuple[MarkedText, ...]]:
    """The files, and the two texts whose words the ledger's extra rows cite."""
    signed, signed_marks = as_text(_STATEMENT)
    denied, denied_marks = as_text(_DENIAL)
    rows = [
        f"S-{number:02d},{'State' if number <= 66 else 'organisation'},2026-06-{_joined(number)}"
        for number in range(1, SIGNATORIES + 1)
    ]
    table = "\n".join(["signatory,kind,joined", *rows]) + "\n"
    retold = page(SIGNAL.english, "en", "https://signal-coast.example/80-states", as_page(_SIGNAL, {}))
    files = [
        Planted(
            STATEMENT,
            signed.encode(),
            "statement",
            "text/plain",
            "text-statement",
            STATEMENT_SIGNED,
            (),
            (),
            "context only",
        ),
        Planted(
            "statements/joint_statement_signatories.csv",
            table.encode(),
            "statement",
            "text/csv",
            "text-statement",
            local(18, 12, 0),
            (Relation("annex_of", STATEMENT),),
            (),
            "80 signed on 16 June, 4 joined on 18 June",
        ),
        Planted(
            "statements/signal_coast_report.html",
            retold,
            "article_page",
            "text/html",
            "text-signal-coast",
            local(16, 11, 20),
            (Relation("cites", STATEMENT, "purpose differs"),),
            (),
            "written before the statement was published",
        ),
        Planted(
            DENIAL,
            denied.encode(),
            "denial",
            "text/plain",
            "text-tarmoria-ministry",
            local(23, 16, 30),
            (Relation("responds_to", "official_post/agora_post_77120.json"),),
            (),
            "speaks against the order and the photo's place",
        ),
    ]
    texts = (
        MarkedText(STATEMENT, "en", signed, tuple(signed_marks)),
        MarkedText(DENIAL, "en", denied, tuple(denied_marks)),
    )
    return files, texts


def _joined(number: int) -> str:
    return "16" if number <= 80 else "18"
