"""Packages whose anchors are wrong, and some that are right: step (11)."""

# A table reads better with one case in one or two long lines.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import maker
import story
from cases import GOOD, file, files_of, flipped, member, no_anchor, no_entry, replaced
from log_cases import Change, case, redone
from maker import STRANGER, Files, chance

ANCHOR = f"proof/anchors/{story.ANCHORED}/"
TOKEN = maker.sha256(story.token()[1]).hex()
MISREAD = "Two checkers read the same file in two ways, and one of them accepts it."
CONSISTENCY = f"{ANCHOR}consistency"
EARLIER = "Material is said to have existed at a time that no authority confirmed for it."
STAMPED = "Whoever holds the log's key has one history stamped and hands another one over."
ASTRAY = flipped(story.token()[0], 40)  # a request over other bytes
FORK = [chance("another entry"), *story.leaves()[1:]]  # the leaf hashes of another history
LARGER = [*story.leaves(), chance("an entry more")]


def moved(files: Files) -> Files:
    """The anchor lies in a folder of another size."""
    return {path.replace(ANCHOR, "proof/anchors/11/"): content for path, content in files.items()}


def led(change: Callable[[list[bytes]], list[bytes]]) -> dict[str, Change]:
    """The hashes from the anchored checkpoint to the head are others."""
    hashes = maker.consistency(story.ANCHORED, story.leaves())
    return redone(CONSISTENCY, lambda _: maker.consistency_file(change(hashes)))


def forked(*changes: Callable[[Files], Files]) -> dict[str, Change]:
    """Another history is anchored, in full order but that this log does not begin with it."""
    root = maker.tree(FORK[:story.ANCHORED])
    head = maker.checkpoint(story.ANCHORED, root)
    known = hashlib.sha512(story.anchored_checkpoint()).digest()
    query = replaced(known, hashlib.sha512(head).digest())(story.token()[0])
    body = {"root": root.hex(), "query": maker.sha256(query).hex()}
    changed = (file(f"{ANCHOR}checkpoint", head), file(f"{ANCHOR}{TOKEN}.tsq", query))
    return {"body__13": lambda found: {**found, **body}, "files": files_of(*changed, *changes)}


def anchored(leaves: list[bytes], proof: bytes) -> dict[str, Change]:
    """One more checkpoint is anchored, over all these leaves, without a token."""
    below = f"proof/anchors/{len(leaves)}/"
    head = maker.checkpoint(len(leaves), maker.tree(leaves))
    return {"files": files_of(file(f"{below}checkpoint", head), file(f"{below}consistency", proof))}


ANCHORS = [
    case("token-not-named", "No entry names the token.", EARLIER, "package-16 anchor-3", "E-ANCHOR", body__13=member("token", "0" * 64), statement__13=lambda one: {**one, "subject": [{"digest": {"sha256": "0" * 64, "sha512": "0" * 128}}]}),
    case("token-other-sha512", "The entry agrees with the token in SHA-256 only.", EARLIER, "package-16", "E-ANCHOR", statement__13=lambda one: {**one, "subject": [{"digest": {**one["subject"][0]["digest"], "sha512": "0" * 128}}]}),
    case("request-not-named", "No entry names the request.", EARLIER, "package-16", "E-ANCHOR", body__13=member("query", "0" * 64)),
    case("anchor-other-root", "The entry names another head.", EARLIER, "package-16", "E-ANCHOR", body__13=member("root", "0" * 64)),
    case("anchor-later-than-entry", "The entry names a head that was not there yet.", EARLIER, "package-16", "E-ANCHOR", body__13=member("size", 14)),
    case("anchor-entry-absent", "The entry that names the token is not in the package.", EARLIER, "package-16", "E-ANCHOR", **no_entry(13)),
    case("token-flipped", "The token is another than its name says.", EARLIER, "package-16", "E-ANCHOR", **redone(f"{ANCHOR}{TOKEN}.tsr", lambda one: flipped(one, 500))),
    case("request-about-something-else", "The request is over other bytes.", EARLIER, "anchor-2 package-16", "E-ANCHOR", **redone(f"{ANCHOR}{TOKEN}.tsq", lambda one: flipped(one, 40))),
    case("request-about-something-else-named", "The request is over other bytes, and the entry names it.", EARLIER, "anchor-2 package-16", "E-ANCHOR", body__13=member("query", maker.sha256(ASTRAY).hex()), files=file(f"{ANCHOR}{TOKEN}.tsq", ASTRAY)),
    case("request-absent", "The request is absent.", EARLIER, "package-16", "E-ANCHOR", files=file(f"{ANCHOR}{TOKEN}.tsq", None)),
    case("token-absent", "The response is absent.", EARLIER, "package-16", "E-ANCHOR", files=file(f"{ANCHOR}{TOKEN}.tsr", None)),
    case("anchor-checkpoint-absent", "The anchored checkpoint is absent.", EARLIER, "package-16", "E-ANCHOR", files=file(f"{ANCHOR}checkpoint", None)),
    case("anchor-other-log", "The anchored checkpoint is by another key.", EARLIER, "package-16", "E-ANCHOR", **redone(f"{ANCHOR}checkpoint", lambda _: maker.checkpoint(12, b"0" * 32, key=STRANGER))),
    case("anchor-other-size", "The anchored checkpoint lies in a folder of another size.", EARLIER, "package-16", "E-ANCHOR", files=moved),
    case("anchor-states-other-size", "The anchored checkpoint has the root of this log and another size.", "A head passes that the log never had.", "package-16 log-5", "E-ANCHOR", files=files_of(file("proof/anchors/15/checkpoint", maker.checkpoint(12, maker.tree(story.leaves()))), file("proof/anchors/15/consistency", b""))),
    case("token-other-name", "Request and response are named by another digest.", MISREAD, "anchor-2 package-16", "E-ANCHOR", files=lambda files: {path.replace(TOKEN, "0" * 64): content for path, content in files.items()}),
    case("anchor-other-file", "A file lies among the anchors that has no place there.", "A file travels with the package that nobody answers for.", "package-16", "E-ANCHOR", files=file(f"{ANCHOR}note.txt", b"x")),
    case("anchor-file-below", "A file lies below the folder of an anchor.", "A file travels with the package that nobody answers for.", "package-16", "E-ANCHOR", files=file(f"{ANCHOR}more/checkpoint", GOOD[f"{ANCHOR}checkpoint"])),
    case("consistency-absent", "Nothing leads from the anchored checkpoint to this log.", STAMPED, "package-16", "E-ANCHOR", files=file(CONSISTENCY, None)),
    case("consistency-first-hash", "The first hash is another.", STAMPED, "package-16", "E-ANCHOR", **led(lambda one: [chance("x"), *one[1:]])),
    case("consistency-last-hash", "The last hash is another.", STAMPED, "package-16", "E-ANCHOR", **led(lambda one: [*one[:-1], chance("x")])),
    case("consistency-reversed", "The hashes stand in another order.", STAMPED, "package-16", "E-ANCHOR", **led(lambda one: one[::-1])),
    case("consistency-longer", "A hash more than required.", MISREAD, "package-16 log-8", "E-ANCHOR", **led(lambda one: [*one, chance("x")])),
    case("consistency-shorter", "A hash less than required.", STAMPED, "package-16 log-8", "E-ANCHOR", **led(lambda one: one[:-1])),
    case("consistency-empty", "No hash, although the log grew since.", STAMPED, "package-16 log-8", "E-ANCHOR", **led(lambda _: [])),
    case("consistency-short-hash", "A hash of 31 bytes.", STAMPED, "package-16 log-8", "E-ANCHOR", **led(lambda one: [one[0][:-1], *one[1:]])),
    case("consistency-not-base64", "A line is hexadecimal.", MISREAD, "package-16 encoding-5", "E-ANCHOR", **redone(CONSISTENCY, lambda one: base64.b64decode(one.split(b"\n")[0]).hex().encode() + one[44:])),
    case("consistency-not-utf-8", "A line is no text.", MISREAD, "package-16", "E-ANCHOR", **redone(CONSISTENCY, lambda one: b"\xff" + one[1:])),
    case("consistency-crlf", "Lines end with CR LF.", MISREAD, "package-16", "E-ANCHOR", **redone(CONSISTENCY, lambda one: one.replace(b"\n", b"\r\n"))),
    case("consistency-no-final-line-feed", "The last line has no line feed.", MISREAD, "package-16", "E-ANCHOR", **redone(CONSISTENCY, lambda one: one[:-1])),
    case("consistency-text-after", "Text without a line feed follows.", MISREAD, "package-16", "E-ANCHOR", **redone(CONSISTENCY, lambda one: one + b"x")),
    case("consistency-empty-line", "An empty line follows.", MISREAD, "package-16", "E-ANCHOR", **redone(CONSISTENCY, lambda one: one + b"\n")),
    case("anchor-of-fork", "The token is over another history of the log, signed by its key.", STAMPED, "package-16", "E-ANCHOR", **forked()),
    case("anchor-of-fork-with-its-proof", "So it is, and the proof leads to what that other history became.", STAMPED, "package-16", "E-ANCHOR", **forked(file(CONSISTENCY, maker.consistency_file(maker.consistency(story.ANCHORED, FORK))))),
    case("anchor-of-fork-of-same-size", "The anchored checkpoint is of another history as long as this one.", STAMPED, "package-16 log-8", "E-ANCHOR", **anchored(FORK, b"")),
    case("anchor-of-this-size", "The checkpoint of the package is anchored itself: the proof is empty.", "", "package-16 log-8", "", **anchored(story.leaves(), b"")),
    case("anchor-of-this-size-longer", "So it is, and the proof has a hash.", MISREAD, "package-16 log-8", "E-ANCHOR", **anchored(story.leaves(), maker.consistency_file([chance("x")]))),
    case("anchor-of-larger-log", "The anchored checkpoint is larger than the log of the package.", "A head passes for an earlier one of this log that may be of another.", "package-16 log-8", "E-ANCHOR", **anchored(LARGER, maker.consistency_file(maker.consistency(story.SIZE, LARGER)))),
    case("anchor-of-larger-log-empty", "So it is, and the proof is empty.", "A head passes for an earlier one of this log that may be of another.", "package-16 log-8", "E-ANCHOR", **anchored(LARGER, b"")),
    case("anchor-of-nothing", "The anchored checkpoint is that of the empty log.", "Every log begins with it: it says nothing about this one.", "package-16", "E-ANCHOR", **anchored([], b"")),
    case("no-anchor", "A package without any anchor.", "", "package-5", "", files=no_anchor),
]
