"""Packages whose entries, signatures or seals are wrong, and some that are right: steps (5) to (10)."""

# A table reads better with one case in one or two long lines.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import maker
import story
from cases import (
    GENESIS,
    GOOD,
    Case,
    damaged,
    delete,
    file,
    files_of,
    flipped,
    member,
    no_anchor,
    no_entry,
    predicate,
    replaced,
    signature_changed,
    text,
    without,
    write,
)
from maker import ANNA, BORYS, CLARA, STRANGER, b64, b64url, canonical, chance, digest, disclosure, line

Change = Callable[[Any], Any]
MISREAD = "Two checkers read the same entry in two ways, and one of them accepts it."
PLACE = "An entry passes that is not in the log, or not at this place."
FORGED = "An act passes that its agent never signed."
BORROWED = "A field passes that was never part of the entry."


def opening(index: int) -> str:
    """The path of an opening."""
    return f"proof/entries/{index}.json"


def redone(path: str, change: Callable[[bytes], bytes]) -> dict[str, Change]:
    """A file is changed, and all manifests are made anew."""
    return {"files": lambda files: {**files, path: change(files[path])}}


def case(name: str, why: str, effect: str, rules: str, finding: str, **hooks: Change) -> Case:
    """A case made of hooks; a double underscore in a name stands for a space. No anchors: the log is another one."""
    named = {key.replace("__", " "): change for key, change in hooks.items()}
    remade = any(key.split()[0] in ("statement", "body", "disclosures", "envelope", "signers", "leaf")
                 and int(key.split()[1]) < story.ANCHORED for key in named)
    if remade:
        named["files"] = files_of(named.get("files", lambda same: same), no_anchor)
    return Case(name, why, effect, rules, finding, hooks=named)


def bytes_of(change: Callable[[bytes], bytes]) -> Change:
    """A statement, changed as bytes."""
    return lambda statement: change(canonical(statement))


def about(*subjects: Any) -> Change:
    """The subject of a statement is another."""
    return member("subject", list(subjects))


def held(index: int) -> Any:
    """An opening of the good package."""
    return json.loads(GOOD[opening(index)])


def other_entry(index: int, enrolled_by: int, agent: maker.Key) -> Change:
    """A statement says that another agent made it."""
    return lambda found: {**found, "predicate": {**found["predicate"], "agent": agent.id, "enrolled": ID[enrolled_by]}}


LOG = maker.Log()
story.first_entries(LOG)
ID = [LOG.id(index) for index in range(12)]
EXTRA = disclosure("extra", "name", "Somebody else")
DECOY = maker.hidden(disclosure("decoy", "x", 1))


def swap(one: int, other: int) -> Change:
    """Two openings change places."""
    return lambda files: {**files, opening(one): files[opening(other)], opening(other): files[opening(one)]}


def remembered() -> tuple[Change, Change]:
    """An envelope that comes again: the first hook notes it, the second one gives it."""
    seen: list[Any] = []
    return lambda found: seen.append(found) or found, lambda _: seen[-1]


NOTE, AGAIN = remembered()
OPENINGS = [
    case("entries-swapped", "Two openings change places.", PLACE, "package-10 log-8", "E-PROOF", files=swap(9, 10)),
    case("entry-absent", "An opening is absent that the description lists.", "An entry that exonerates is taken out.", "package-10", "U-ENTRY-ABSENT", files=file(opening(10), None)),
    case("proof-absent", "A proof is absent that the description lists.", PLACE, "package-10", "U-ENTRY-ABSENT", files=file("proof/entries/10.tlog-proof", None)),
    Case("entry-deleted", "An opening is absent that manifests and description list.", "An entry that exonerates is taken out.", "package-7 package-10", "E-ABSENT", edits=[delete(opening(10))]),
    case("entry-not-listed", "An entry lies in the folder that the description does not list.", "An entry travels with the package that nobody checks.", "package-10", "E-ENTRIES", description=lambda one: {**one, "entries": [at for at in one["entries"] if at != 10]}),
    case("entry-file-name", "A file name has a leading zero.", MISREAD, "package-4", "E-ENTRIES", files=lambda files: {**files, "proof/entries/010.json": files[opening(10)]}),
    case("opening-reordered", "Members of an opening are not sorted.", MISREAD, "entry-14 encoding-2", "E-OPENING", opening__10=lambda one: json.dumps(dict(sorted(one.items(), reverse=True)), separators=(",", ":")).encode() + b"\n"),
    case("opening-space", "A space in an opening.", MISREAD, "encoding-2", "E-OPENING", opening__10=text(replaced(b":", b": "))),
    case("opening-no-line-feed", "The line has no line feed.", MISREAD, "encoding-8", "E-OPENING", opening__10=text(lambda one: one[:-1])),
    case("opening-more-members", "An opening has a member more.", MISREAD, "entry-14", "E-OPENING", opening__10=member("note", "x")),
    case("opening-salt", "The salt is another.", PLACE, "entry-12", "E-PROOF", opening__10=member("salt", "0" * 64)),
    case("opening-salt-uppercase", "The salt is written in capitals.", MISREAD, "encoding-4", "E-OPENING", opening__10=lambda one: {**one, "salt": one["salt"].upper()}),
    case("opening-deep", "Arrays 5,000 deep.", "The checker stops with a fault of its own, and says nothing.", "encoding-7", "E-OPENING", opening__10=lambda _: b"[" * 5_000 + b"\n"),
    case("opening-empty", "An opening is empty.", MISREAD, "entry-14", "E-OPENING", opening__10=lambda _: b""),
    case("envelope-twice", "Two entries have one envelope.", "One act is counted twice.", "entry-15", "E-REPEATED", envelope__13=NOTE, envelope__14=AGAIN),
    case("envelope-type", "The payload type is another.", "A text signed for another purpose passes for an entry.", "entry-10", "E-OPENING", envelope__14=member("payloadType", "application/vnd.in-toto+json")),
    case("envelope-more-members", "The envelope has a member more.", MISREAD, "entry-10", "E-OPENING", envelope__14=member("note", "x")),
    case("envelope-base64-unused-bits", "Base64 whose unused bits are not zero.", MISREAD, "encoding-5", "E-OPENING", envelope__14=lambda one: {**one, "signatures": [{**one["signatures"][0], "sig": one["signatures"][0]["sig"][:-3] + chr(ord(one["signatures"][0]["sig"][-3]) + 1) + "=="}]}),
    case("envelope-signatures-unsorted", "Signatures are not sorted by key id.", MISREAD, "entry-10", "E-OPENING", signers__14=lambda _: [ANNA, BORYS], envelope__14=lambda one: {**one, "signatures": one["signatures"][::-1]}),
    case("envelope-key-id-twice", "One key id stands twice.", "One agent counts for two.", "entry-10", "E-OPENING", envelope__14=lambda one: {**one, "signatures": one["signatures"] * 2}),
    case("envelope-short-signature", "A signature is 63 bytes.", MISREAD, "entry-10", "E-OPENING", envelope__14=lambda one: signature_changed(one, lambda sig: sig[:-1])),
    case("leaf-other-version", "The leaf has another version byte.", PLACE, "entry-12", "E-PROOF", leaf__14=lambda one: b"\x02" + one[1:]),
    case("leaf-c512-wrong", "Only the SHA-512 half of the leaf is wrong.", "The second hash function is never looked at, and does not help on the day it is needed.", "entry-12", "E-PROOF", leaf__14=lambda one: flipped(one, 96)),
    case("proof-too-long", "A hash follows that no step needs.", PLACE, "log-8", "E-PROOF", path__9=lambda one: [*one, one[0]]),
    case("proof-too-short", "The last hash is absent.", PLACE, "log-8", "E-PROOF", path__9=lambda one: one[:-1]),
    case("proof-order", "Two hashes change places.", PLACE, "log-8", "E-PROOF", path__9=lambda one: [one[1], one[0], *one[2:]]),
    case("proof-short-hash", "A hash is 31 bytes.", PLACE, "log-8", "E-PROOF", path__9=lambda one: [one[0][:31], *one[1:]]),
    case("proof-other-index", "The proof names another index.", PLACE, "log-8", "E-PROOF", proof__9=replaced(b"index 9", b"index 8")),
    case("proof-index-leading-zero", "The index has a leading zero.", MISREAD, "log-9", "E-PROOF", proof__9=replaced(b"index 9", b"index 09")),
    case("proof-extra", "The proof has an `extra` line.", "Something unauthenticated travels along.", "package-4", "E-PROOF", proof__9=replaced(b"index 9", b"extra AAAA\nindex 9")),
    case("proof-other-checkpoint", "The proof carries another good checkpoint.", "Entries come from different states of the log.", "package-4", "E-PROOF", proof__9=lambda one: one.split(b"\n\n")[0] + b"\n\n" + story.anchored_checkpoint()),
    case("proof-header", "The first line names another version.", MISREAD, "log-9", "E-PROOF", proof__9=replaced(b"@v1", b"@v2")),
    case("proof-too-large", "A proof of more than 72 KiB.", "The checker does endless work.", "log-8", "E-PROOF", path__9=lambda one: one * 420),
    case("disclosure-of-another-entry", "A disclosure belongs to no hidden field of the entry.", BORROWED, "entry-7", "E-DISCLOSURE", opening__8=lambda one: {**one, "disclosures": sorted([*one["disclosures"], EXTRA])}),
    case("disclosure-without-hidden-fields", "A disclosure, where the entry hides nothing.", BORROWED, "entry-7", "E-DISCLOSURE", opening__11=member("disclosures", [EXTRA])),
    case("disclosure-twice", "A disclosure stands twice.", MISREAD, "entry-14", "E-OPENING", opening__10=lambda one: {**one, "disclosures": one["disclosures"] * 2}),
    case("disclosures-unsorted", "The disclosures are not sorted.", MISREAD, "entry-14", "E-OPENING", opening__4=lambda one: {**one, "disclosures": one["disclosures"][::-1]}),
    case("disclosure-name-twice", "Two hidden fields have one name.", "The discloser picks which of two names the reader sees.", "entry-7", "E-DISCLOSURE", disclosures__14=lambda one: sorted([*one, disclosure("again", "purpose", "another")])),
    case("disclosure-shadows-clear-field", "A hidden field has the name of a clear one.", "The reader sees another media type than was signed in clear.", "entry-7", "E-DISCLOSURE", disclosures__9=lambda one: sorted([*one, disclosure("again", "media_type", "video/mp4")])),
    case("disclosure-reserved-name", "A hidden field is called `_sd`.", BORROWED, "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [disclosure("again", "_sd", [])]),
    case("disclosure-dots", "A hidden field is called `...`.", BORROWED, "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [disclosure("again", "...", "x")]),
    case("disclosure-name-empty", "A hidden field has no name.", MISREAD, "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [disclosure("again", "", "x")]),
    case("disclosure-name-not-ascii", "A name looks like another.", "A Cyrillic letter makes a second field of the same look.", "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [disclosure("again", "purpоse", "x")]),
    case("disclosure-short-salt", "A salt of 15 bytes.", "A withheld value can be found by trying.", "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [b64url(canonical([b64url(b"x" * 15), "purpose", "x"]))]),
    case("disclosure-two-parts", "An array without a name.", MISREAD, "entry-6", "E-DISCLOSURE", disclosures__14=lambda _: [b64url(canonical([b64url(chance("x")), "x"]))]),
    case("disclosure-not-canonical", "A disclosure with a space.", MISREAD, "entry-6 encoding-2", "E-DISCLOSURE", disclosures__14=lambda _: [b64url(canonical([b64url(chance("x")), "purpose", "x"]).replace(b",", b", "))]),
    case("disclosure-padded", "A disclosure with padding.", MISREAD, "encoding-5", "E-DISCLOSURE", disclosures__14=lambda _: [b64url(canonical([b64url(chance("x")), "purpose", "xx"])) + "=="]),
    case("hidden-fields-unsorted", "The digests of hidden fields are not sorted.", "The order tells which field is which.", "entry-6", "E-DISCLOSURE", body__4=lambda one: {**one, "_sd": one["_sd"][::-1]}),
    case("hidden-field-twice", "A digest stands twice.", MISREAD, "entry-6", "E-DISCLOSURE", body__14=lambda one: {**one, "_sd": one["_sd"] * 2}),
    case("hidden-field-short", "A digest of 31 bytes.", MISREAD, "entry-6", "E-DISCLOSURE", body__14=member("_sd", [b64url(b"x" * 31)])),
]

STATEMENTS = [
    case("statement-not-canonical", "A payload with a space.", MISREAD, "entry-1 encoding-2", "E-STATEMENT", statement__14=bytes_of(replaced(b",", b", "))),
    case("statement-more-members", "A statement has a member more.", MISREAD, "entry-1", "E-STATEMENT", statement__14=member("note", "x")),
    case("statement-other-type", "Another version of the statement.", MISREAD, "entry-1", "E-STATEMENT", statement__14=member("_type", "https://in-toto.io/Statement/v0.1")),
    case("statement-fraction", "A number with a fraction.", MISREAD, "encoding-1", "E-STATEMENT", statement__14=bytes_of(replaced(b'"size":14', b'"size":14.0'))),
    case("statement-key-twice", "`agent` stands twice.", "One reader sees one agent, the other another.", "encoding-1", "E-STATEMENT", statement__14=bytes_of(replaced(b'{"agent":', b'{"agent":"x","agent":'))),
    case("origin-absent", "An entry names no log.", "An entry of one log is played into another.", "entry-4", "E-STATEMENT", statement__14=lambda one: {**one, "predicate": without("origin")(one["predicate"])}),
    case("labels-numbers", "Labels are numbers.", MISREAD, "entry-4", "E-STATEMENT", body__3=member("labels", [1, 2])),
    case("leaves-text", "The leaves of a seal are a text.", "The checker stops with a fault of its own, and says nothing.", "entry-17", "E-STATEMENT", body__7=member("leaves", "0" * 64), statement__7=about(digest(canonical("0" * 64)))),
    case("statement-predicate-array", "The predicate is an array.", "The checker stops with a fault of its own, and says nothing.", "entry-1", "E-STATEMENT", statement__14=member("predicate", [1])),
    case("statement-body-array", "The body is an array.", "The checker stops with a fault of its own, and says nothing.", "entry-4", "E-STATEMENT", body__14=lambda _: [1]),
    case("kind-other-version", "A kind of a version that is not 1.", MISREAD, "entry-2", "E-STATEMENT", statement__14=member("predicateType", "urn:x-probanda:entry:role-granted:2")),
    case("kind-capitals", "A kind in capitals.", MISREAD, "entry-2", "E-STATEMENT", statement__14=member("predicateType", "urn:x-probanda:entry:Role:1")),
    case("subject-one-digest", "A subject has SHA-256 only.", "Material rests on one digest alone.", "entry-3", "E-STATEMENT", statement__9=about({"digest": {"sha256": maker.sha256(story.LETTER).hex()}})),
    case("subject-none", "A reception of nothing.", MISREAD, "entry-3", "E-STATEMENT", statement__9=about()),
    case("subject-of-enrolment", "An enrolment is about another key than it names.", "The key that is enrolled is not the one that readers look up.", "entry-3", "E-STATEMENT", statement__8=about(digest(STRANGER.raw))),
    case("subject-of-seal", "A seal is about another list than it holds.", MISREAD, "entry-3", "E-STATEMENT", statement__7=about(digest(b"[]"))),
    case("agent-malformed", "The agent is no digest.", FORGED, "entry-4", "E-STATEMENT", statement__14=predicate("agent", "Anna")),
    case("enrolled-absent", "Nobody enrolled the agent.", FORGED, "entry-4", "E-STATEMENT", statement__14=predicate("enrolled", None)),
    case("stated-leap-second", "A leap second.", MISREAD, "encoding-6", "E-STATEMENT", statement__14=predicate("stated", "2016-12-31T23:59:60Z")),
    case("stated-no-date", "The 30th of February.", MISREAD, "encoding-6", "E-STATEMENT", statement__14=predicate("stated", "2026-02-30T00:00:00Z")),
    case("stated-offset", "A time with an offset.", MISREAD, "encoding-6", "E-STATEMENT", statement__14=predicate("stated", "2026-05-04T10:00:00+00:00")),
    case("origin-of-another-log", "An entry was made for another log.", "An entry of one log is played into another.", "entry-15", "E-ORIGIN", statement__14=predicate("origin", "other.example")),
    case("required-field-absent", "A reception without media type.", MISREAD, "entry-4", "E-STATEMENT", body__9=without("media_type")),
    case("required-field-hidden", "A reception hides its size.", "A clear field is withheld from the reader.", "entry-8", "E-STATEMENT", body__9=without("size"), disclosures__9=lambda one: sorted([*one, disclosure("again", "size", 36)])),
    case("labels-unsorted", "Labels are not sorted.", MISREAD, "entry-4", "E-STATEMENT", body__3=member("labels", ["minor", "graphic"])),
    case("unknown-kind", "An entry of a kind that this version does not know.", "", "kinds-6", "", statement__10=member("predicateType", "urn:x-probanda:entry:some-later-act:1")),
    case("unknown-members", "Members of predicate and body that this version does not know.", "", "entry-4", "", statement__10=predicate("note", "x"), body__9=member("note", {"a": [1, None, True]})),
    case("decoy", "A digest in `_sd` that belongs to no field.", "", "entry-7", "", body__11=member("_sd", [DECOY])),
    case("all-withheld", "All hidden fields of all entries are withheld.", "", "package-4", "", **{f"opening__{at}": member("disclosures", []) for at in story.IN_PACKAGE}),
]

OTHER_GENESIS = member("policy", "0" * 64)
GENESES = [
    Case("good", "The good package.", "", "package-17", ""),
    Case("good-pinned", "The good package, its genesis named by the reader.", "", "package-18", "", pinned=GENESIS, identity="holds"),
    Case("good-other-pinned", "The good package, another genesis named by the reader.", "A base that somebody else founded passes for the one the reader knows.", "package-18", "", pinned="0" * 64, identity="fails"),
    Case("genesis-of-another-base", "A whole other base, in order in itself, under the same origin.", "A base that somebody else founded passes for the one the reader knows.", "package-18", "", hooks={"body 0": OTHER_GENESIS, "files": no_anchor}, pinned=GENESIS, identity="fails"),
    Case("genesis-absent", "The genesis is not in the package.", "The reader cannot tell whose log this is.", "package-11", "U-GENESIS-ABSENT", hooks=no_entry(0), pinned=GENESIS, identity="undecided"),
    case("genesis-not-signed-by-log", "The log key did not sign the genesis.", "Somebody founds a base on a log key that is not theirs.", "entry-19", "E-GENESIS", signers__0=lambda _: [ANNA]),
    case("genesis-not-signed-by-agent", "The first agent did not sign the genesis.", FORGED, "entry-19", "E-GENESIS", signers__0=lambda _: [maker.LOG]),
    case("genesis-log-key", "The genesis names another log key.", "The log is kept by somebody whom the genesis does not name.", "package-11", "E-GENESIS", body__0=member("log_key", STRANGER.hex), statement__0=about(digest(STRANGER.raw), digest(ANNA.raw)), signers__0=lambda _: [ANNA, STRANGER]),
    case("genesis-one-key-for-both", "Log and first agent have one key.", "Who keeps the log can sign as an agent.", "entry-19", "E-GENESIS", body__0=member("agent_key", maker.LOG.hex), statement__0=lambda one: {**one, "subject": one["subject"][:1] * 2, "predicate": {**one["predicate"], "agent": maker.LOG.id}}, signers__0=lambda _: [maker.LOG]),
    case("genesis-by-another-agent", "The genesis names another agent than the one whose key it holds.", FORGED, "package-11", "E-GENESIS", statement__0=predicate("agent", STRANGER.id)),
    case("genesis-not-first", "A second genesis, at index 10.", "A second founder takes the base over.", "entry-19", "E-GENESIS", statement__10=lambda one: {**held_statement(0), "predicate": {**held_statement(0)["predicate"], "seen": one["predicate"]["seen"]}}, signers__10=lambda _: [ANNA, maker.LOG], opening__10=member("disclosures", [])),
    case("genesis-other-kind", "Entry 0 is no genesis.", "A log without a founder.", "entry-19", "E-GENESIS", statement__0=lambda one: {**one, "predicateType": "urn:x-probanda:entry:some-act:1", "predicate": {**one["predicate"], "enrolled": "0" * 64}}),
    case("genesis-with-second-key", "The genesis holds a member `key` besides, and that key signs for the first agent.", "A key signs in the name of an agent whose key it is not.", "entry-18", "E-SIGNATURE", body__0=member("key", STRANGER.hex), envelope__10=lambda one: forged(one, STRANGER)),
]


def held_statement(index: int) -> Any:
    """A statement of the good package."""
    return json.loads(base64.b64decode(held(index)["envelope"]["payload"]))


def forged(found: Any, key: maker.Key, under: maker.Key = ANNA) -> Any:
    """An envelope signed by one key under the key id of another."""
    payload = base64.b64decode(found["payload"])
    return {**found, "signatures": [{"keyid": under.id, "sig": b64(key.sign(maker.pae(payload)))}]}


def sealed(*indices: int) -> Change:
    """The seal lists other leaves: the statement is about them too."""
    def change(found: Any) -> Any:
        leaves = [ID[index] for index in indices]
        body = {**found["predicate"]["body"], "leaves": leaves}
        return {**found, "predicate": {**found["predicate"], "body": body}, "subject": [digest(line(leaves)[:-1])]}
    return change


SMALL = bytes([1]) + bytes(31)  # the neutral point: a key of small order
SMALL_SIGNATURE = b64(SMALL + bytes(32))  # fits any message under that key, where small orders are not refused


def small_key(found: Any) -> Any:
    """The enrolment of a key of small order."""
    body = {**found["predicate"]["body"], "key": SMALL.hex()}
    return {**found, "predicate": {**found["predicate"], "body": body}, "subject": [digest(SMALL)]}


def signed_by_small_key(found: Any) -> Any:
    """A statement by the agent with the key of small order."""
    return {**found, "predicate": {**found["predicate"], "agent": maker.sha256(SMALL).hex()}}


LEFT = ("A revoked key, perhaps stolen, goes on signing.", "entry-18 package-12")
SIGNATURES = [
    case("signature-flipped", "A signature does not fit.", FORGED, "entry-16 package-12", "E-SIGNATURE", envelope__14=lambda one: signature_changed(one, flipped)),
    case("signature-malleated", "S is larger than the group order.", "One signature comes in two forms, and an entry in two.", "entry-11", "E-SIGNATURE", envelope__14=lambda one: signature_changed(one, lambda sig: sig[:32] + (int.from_bytes(sig[32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little"))),
    case("signature-by-stranger", "A stranger signed under the agent's key id.", FORGED, "package-12", "E-SIGNATURE", envelope__14=lambda one: forged(one, STRANGER)),
    case("signature-by-another-agent", "Another agent than the one named signed.", FORGED, "entry-16", "E-SIGNATURE", signers__14=lambda _: [BORYS]),
    case("signature-absent", "An entry of a kind that must be signed is not.", FORGED, "entry-16", "E-SIGNATURE", signers__14=lambda _: []),
    case("signature-over-payload-only", "The signature is over the bare payload.", "A signature made for another purpose passes.", "entry-10", "E-SIGNATURE", envelope__14=lambda one: {**one, "signatures": [{"keyid": ANNA.id, "sig": b64(ANNA.sign(base64.b64decode(one["payload"])))}]}),
    case("signature-more", "Another agent signed too.", "", "entry-18", "", signers__14=lambda _: [ANNA, BORYS]),
    case("signature-more-does-not-fit", "A further signature does not fit.", "A reader believes that two agents signed.", "entry-18", "E-SIGNATURE", envelope__14=lambda one: {**one, "signatures": sorted([*one["signatures"], {"keyid": BORYS.id, "sig": one["signatures"][0]["sig"]}], key=lambda found: str(found["keyid"]))}),
    case("signature-more-unknown-key", "A further signature by a key that no entry here enrolled.", "A reader believes that two agents signed.", "package-12", "U-ENROLMENT-ABSENT", signers__14=lambda _: [ANNA, STRANGER]),
    case("key-of-small-order", "An agent has a key of small order.", "One signature fits every message, so anybody signs as this agent.", "entry-11", "E-SIGNATURE", statement__8=small_key, statement__9=signed_by_small_key, envelope__9=lambda one: {**one, "signatures": [{"keyid": maker.sha256(SMALL).hex(), "sig": SMALL_SIGNATURE}]}, statement__10=lambda one: {**small_key(one), "predicate": {**one["predicate"], "body": {**one["predicate"]["body"], "key": SMALL.hex()}}}),
    case("key-revoked", "The entry of the package is signed by a revoked key.", *LEFT, "E-KEY", statement__14=other_entry(14, 8, CLARA), signers__14=lambda _: [CLARA]),
    case("key-revoked-further-signature", "A revoked key adds a signature.", *LEFT, "E-KEY", signers__14=lambda _: [ANNA, CLARA]),
    case("key-signs-its-own-enrolment", "A key adds a signature to the entry that enrols it.", "A key vouches for itself.", "entry-18", "E-KEY", signers__8=lambda _: [ANNA, CLARA]),
    case("reception-signed-by-another-agent", "A reception, which may be sealed, is signed by another agent alone.", FORGED, "entry-16", "E-SIGNATURE", signers__9=lambda _: [BORYS]),
    case("key-not-yet-enrolled", "A key signs before it is enrolled.", "An agent signs for a time when nobody had admitted them.", "entry-18", "E-KEY", signers__2=lambda _: [ANNA, CLARA]),
    case("enrolled-by-another-agents-entry", "An entry names the enrolment of another agent.", FORGED, "entry-18", "E-KEY", statement__14=predicate("enrolled", ID[1])),
    case("enrolled-by-no-enrolment", "An entry names a matter as its enrolment.", FORGED, "entry-18", "E-KEY", statement__14=predicate("enrolled", ID[2])),
    case("enrolled-by-unknown-entry", "An entry names an enrolment that is not in the package.", FORGED, "package-12", "U-ENROLMENT-ABSENT", statement__14=predicate("enrolled", "0" * 64)),
    Case("enrolment-absent", "The entry that enrolled an agent is not in the package.", FORGED, "package-12", "U-ENROLMENT-ABSENT", hooks=no_entry(1)),
    Case("seal-absent", "The seal of sealed entries is not in the package.", FORGED, "package-12", "U-SEAL-ABSENT", hooks=no_entry(7)),
    case("seal-order", "The seal lists its entries in another order.", "Acts change places in time.", "entry-17", "E-SEAL", statement__7=sealed(4, 3, 5, 6)),
    case("seal-other-leaf", "The seal lists another leaf for a held entry.", FORGED, "entry-17", "E-SEAL", statement__7=sealed(3, 0, 5, 6)),
    case("seal-too-short", "The seal lists one entry less than is unsigned.", FORGED, "entry-17", "U-SEAL-ABSENT", statement__7=sealed(4, 5, 6)),
    case("seal-too-long", "The seal lists a signed entry too.", "A signed act is claimed by another agent.", "entry-17", "E-SEAL", statement__7=sealed(2, 3, 4, 5, 6)),
    case("seal-longer-than-log", "The seal lists more entries than there are before it.", MISREAD, "entry-17", "E-SEAL", statement__7=sealed(0, 0, 0, 1, 2, 3, 4, 5, 6)),
    case("seal-empty", "The seal lists nothing.", FORGED, "entry-17", "E-STATEMENT", statement__7=sealed()),
    case("seal-by-another-agent", "Another agent seals.", "An agent signs for acts that another one did.", "entry-17", "E-SEAL", statement__7=other_entry(7, 0, ANNA), signers__7=lambda _: [ANNA]),
    case("seal-signature", "The signature of the seal does not fit.", FORGED, "entry-17", "E-SIGNATURE", envelope__7=lambda one: signature_changed(one, flipped)),
]

MADE = [
    case("reception-of-other-bytes", "A reception is of other bytes than the item.", "Material borrows the history of other material.", "package-13", "E-ITEM", statement__9=about(digest(story.OTHER))),
    case("reception-other-sha512", "A reception agrees in SHA-256 only.", "The second digest is never looked at.", "package-13", "E-ITEM", statement__9=lambda one: {**one, "subject": [{"digest": {**one["subject"][0]["digest"], "sha512": "0" * 128}}]}),
    case("reception-other-size", "A reception states another size.", "Material borrows the history of other material.", "package-13", "E-ITEM", body__9=member("size", 1)),
    case("made-other-manifest", "The entry names another manifest.", "A package passes that its maker never signed for.", "package-14", "E-MADE", body__14=member("manifest", "0" * 64)),
    case("made-other-manifest-sha512", "The entry names another SHA-512 manifest.", "A package passes that its maker never signed for.", "package-14", "E-MADE", body__14=member("manifest_sha512", "0" * 64)),
    case("made-fewer-items", "The entry is about one item only.", "An item is put into a package that was made without it.", "package-14", "E-MADE", statement__14=lambda one: {**one, "subject": one["subject"][:1]}),
    case("made-other-kind", "The description points at another entry.", "A package passes that nobody recorded.", "package-14", "E-MADE", description=member("made", 13)),
    case("made-absent", "The entry that records the package is absent.", "A package passes that nobody recorded.", "package-14", "U-ENTRY-ABSENT", files=files_of(file(opening(14), None), file("proof/entries/14.tlog-proof", None))),
    case("seen-too-large", "An entry has seen a head from after itself.", "An entry claims a place in time that it did not have.", "entry-20", "E-SEEN", statement__14=predicate("seen", {"root": "0" * 64, "size": 15})),
    case("seen-empty-other-root", "The empty tree has another root.", MISREAD, "entry-4", "E-SEEN", statement__14=predicate("seen", {"root": "0" * 64, "size": 0})),
    case("seen-malformed", "The head that was seen has a member more.", MISREAD, "entry-4", "E-STATEMENT", statement__14=predicate("seen", {"root": "0" * 64, "size": 1, "time": 1})),
    Case("openings-damaged", "All openings are cut short.", MISREAD, "entry-14", "E-OPENING", edits=[damaged(opening(at), lambda one: one[: len(one) // 2]) for at in (0, 4, 14)]),
    Case("everything-empty", "The description is empty.", MISREAD, "package-8", "E-DESCRIPTION", edits=[write("proof/package.json", b"")]),
]
