"""Packages whose folder, manifests, description or checkpoint are wrong: steps (1) to (4)."""

# A table reads better with one case in one or two long lines.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import base64

import maker
import story
from cases import (
    GOOD,
    Case,
    damaged,
    delete,
    file,
    files_of,
    flipped,
    member,
    replaced,
    text,
    without,
    write,
)

LETTER = f"data/{maker.sha256(story.LETTER).hex()}"
PHOTO = f"data/{maker.sha256(story.PHOTO).hex()}"
SHORT, LONG, TAG = "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SMUGGLE = "A file travels with the package that nobody answers for."
MISREAD = "Two checkers read the same file in two ways, and one of them accepts it."
ELSEWHERE = "What the checker reads lies outside the package, and is another thing for the next reader."
HEAD = "A head that the log's key never signed passes for a head of the log."


def edited(content: bytes, *edits: tuple[bytes, bytes]) -> bytes:
    """Some bytes with some of them replaced."""
    for old, new in edits:
        content = replaced(old, new)(content)
    return content


def swapped(content: bytes) -> bytes:
    """The first two lines change places."""
    one, other, *rest = content.splitlines(keepends=True)
    return b"".join([other, one, *rest])


FIRST = GOOD[SHORT].splitlines(keepends=True)[0]
LINK = {"op": "link", "path": PHOTO, "target": "../README.txt"}
LINKED_FOLDER = {"op": "link", "path": "more", "target": "proof"}
PIPE = {"op": "pipe", "path": "proof/entries/pipe"}


def raw(name: bytes) -> dict[str, str]:
    """A file whose name is no text."""
    return {"op": "write", "path_base64": base64.b64encode(name).decode(), "base64": "eA=="}


FOLDER = [
    Case("unlisted-file", "A file that no manifest lists.", SMUGGLE, "package-2 package-7", "E-UNLISTED",
         edits=[write("notes.txt", b"x")]),
    Case("unlisted-payload", "A payload file that no manifest lists.", SMUGGLE, "package-2 package-13",
         "E-UNLISTED", edits=[write("data/" + "0" * 64, b"x")]),
    Case("link", "An item is a symbolic link.", ELSEWHERE, "package-2 package-6", "E-FOLDER",
         edits=[delete(PHOTO), LINK]),
    Case("linked-folder", "A folder is a symbolic link.", ELSEWHERE, "package-6", "E-FOLDER",
         edits=[LINKED_FOLDER]),
    Case("pipe", "A named pipe lies in the package.", "A checker that opens it waits for ever.", "package-6",
         "E-FOLDER", edits=[PIPE]),
    Case("name-not-utf-8", "A name that is no text.", MISREAD, "package-2", "E-FOLDER", edits=[raw(b"\xff\xfe")]),
    Case("name-with-line-feed", "A name that would break a manifest line in two.", SMUGGLE, "package-2",
         "E-FOLDER", edits=[raw(b"a\nb")]),
    Case("name-with-percent", "A name that BagIt tools would decode.", MISREAD, "package-2", "E-FOLDER",
         hooks={"files": file("a%0Ab", b"x")}),
    Case("case-clash", "Two names that differ only by case.",
         "On some systems one file overwrites the other, and the package there is another one.", "package-2",
         "E-FOLDER", hooks={"files": file("readme.TXT", b"x")}),
    Case("bagit-byte-order-mark", "`bagit.txt` begins with a byte order mark.", MISREAD, "package-1 encoding-3",
         "E-BAGIT", hooks={"files": file("bagit.txt", b"\xef\xbb\xbf" + BAGIT)}),
    Case("bagit-crlf", "`bagit.txt` has CR LF.", MISREAD, "package-1", "E-BAGIT",
         hooks={"files": file("bagit.txt", BAGIT.replace(b"\n", b"\r\n"))}),
    Case("bagit-old-version", "`bagit.txt` names BagIt 0.97.", "Older rules allow what these refuse.",
         "package-1", "E-BAGIT", hooks={"files": file("bagit.txt", BAGIT.replace(b"1.0", b"0.97"))}),
    Case("bagit-absent", "There is no `bagit.txt`.", MISREAD, "package-1", "E-BAGIT",
         hooks={"files": file("bagit.txt", None)}),
    Case("fetch", "There is a `fetch.txt`.", ELSEWHERE, "package-1", "E-BAGIT",
         hooks={"files": file("fetch.txt", b"https://example.org/ 3 data/x\n")}),
    Case("manifest-absent", "The SHA-512 manifest is absent.", "Items rest on one digest alone.", "package-6",
         "E-MANIFEST", hooks={"final": file(LONG, None)}),
    Case("manifest-uppercase", "Digests in capitals.", MISREAD, "package-2 encoding-4", "E-MANIFEST",
         hooks={SHORT: lambda one: one[:64].upper() + one[64:]}),
    Case("manifest-one-space", "One space between digest and path.", MISREAD, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one.replace(b"  ", b" ", 1)}),
    Case("manifest-crlf", "Lines end with CR LF.", MISREAD, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one.replace(b"\n", b"\r\n")}),
    Case("manifest-byte-order-mark", "A manifest begins with a byte order mark.", MISREAD, "package-2 encoding-3",
         "E-MANIFEST", hooks={SHORT: lambda one: b"\xef\xbb\xbf" + one}),
    Case("manifest-no-final-line-feed", "The last line has no line feed.", MISREAD, "package-2", "E-MANIFEST",
         hooks={LONG: lambda one: one[:-1]}),
    Case("manifest-empty-line", "A manifest has an empty line.", MISREAD, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one + b"\n"}),
    Case("manifest-unsorted", "Lines are not sorted.", MISREAD, "package-2", "E-MANIFEST",
         hooks={SHORT: swapped}),
    Case("manifest-line-twice", "One path is listed twice.", "Which of two digests counts is left open.",
         "package-2", "E-MANIFEST", hooks={SHORT: lambda one: FIRST + one}),
    Case("manifest-parent", "A path leads out of the package.", ELSEWHERE, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one + b"0" * 64 + b"  data/../../x\n"}),
    Case("manifest-dot", "A path has a `.` part.", "One file is listed under two paths.", "package-2",
         "E-MANIFEST", hooks={SHORT: replaced(b"  data/", b"  data/./")}),
    Case("manifest-absolute", "A path is absolute.", ELSEWHERE, "package-2", "E-MANIFEST",
         hooks={TAG: lambda one: b"0" * 64 + b"  /etc/passwd\n" + one}),
    Case("manifest-backslash", "A path with a backslash.", ELSEWHERE, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one + b"0" * 64 + b"  data\\..\\x\n"}),
    Case("manifest-long-path", "A path of more than 1,024 bytes.", MISREAD, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: one + b"f" * 64 + b"  data/" + b"g" * 1024 + b"\n"}),
    Case("manifest-lists-tag-file", "A payload manifest lists a tag file.", SMUGGLE, "package-2", "E-MANIFEST",
         hooks={SHORT: lambda one: FIRST[:64] + b"  README.txt\n" + one}),
    Case("manifest-misses-file", "The SHA-512 manifest misses an item.", "The item rests on one digest alone.",
         "package-7", "E-UNLISTED", hooks={LONG: lambda one: one.splitlines(keepends=True)[0]}),
    Case("manifest-lists-absent-file", "Both manifests list a file that is absent.",
         "What was taken away is not missed.", "package-7", "E-ABSENT", hooks={"final": file(PHOTO, None)}),
    Case("tag-manifest-misses-file", "A tag manifest misses the checkpoint.", SMUGGLE, "package-7", "E-UNLISTED",
         hooks={TAG: lambda one: b"".join(row for row in one.splitlines(keepends=True) if b"/checkpoint" not in row)}),
    Case("tag-manifest-lists-itself", "A tag manifest lists a tag manifest.", MISREAD, "package-2", "E-MANIFEST",
         hooks={TAG: lambda one: one + b"0" * 64 + b"  tagmanifest-sha512.txt\n"}),
    Case("item-flipped", "One bit of an item is another.", "Altered material passes.", "package-7", "E-DIGEST",
         edits=[damaged(PHOTO, flipped)]),
    Case("item-flipped-manifests-redone", "One bit of an item is another, and all manifests were made anew.",
         "Altered material passes, since manifests are not signed.", "package-13 package-14", "E-ITEM",
         hooks={"files": lambda files: {**files, PHOTO: flipped(files[PHOTO])}}),
    Case("item-longer", "Bytes follow the item, and all manifests were made anew.", "Altered material passes.",
         "package-13", "E-ITEM", hooks={"files": lambda files: {**files, PHOTO: files[PHOTO] + b"x"}}),
    Case("sha512-wrong", "Only the SHA-512 digest of an item is wrong.", "One of the two digests is never looked at.",
         "package-7", "E-DIGEST", hooks={LONG: lambda one: (b"1" if one[:1] == b"0" else b"0") + one[1:]}),
    Case("item-taken-out", "An item is taken out, and all manifests were made anew.",
         "What exonerates is taken out on the way.", "package-13", "E-ITEM", hooks={"files": file(PHOTO, None)}),
    Case("item-taken-out-everywhere", "An item is taken out of description and manifests too.",
         "What exonerates is taken out on the way.", "package-14", "E-MADE",
         hooks={"files": file(PHOTO, None), "description": lambda one: {**one, "items": [
             item for item in one["items"] if not PHOTO.endswith(item["sha256"])]}}),
    Case("item-put-in", "An item is put in that the description does not list.", SMUGGLE, "package-13", "E-ITEM",
         hooks={"files": file("data/" + maker.sha256(b"x").hex(), b"x")}),
]

COMPLETE = "A checker that fills gaps with its own values agrees with whoever left them."


def described(name: str, why: str, change: object, finding: str = "E-DESCRIPTION", effect: str = MISREAD) -> Case:
    """A package with a wrong description; the manifests know."""
    return Case(name, why, effect, "package-3 package-8", finding, hooks={"description": change})  # type: ignore[dict-item]


def second_first(one: dict[str, list[int]]) -> dict[str, list[int]]:
    """The first two entries change places."""
    return {**one, "entries": [one["entries"][1], one["entries"][0], *one["entries"][2:]]}


def item_changed(place: int, name: str, value: object) -> object:
    """A member of one item is another."""
    return lambda one: {**one, "items": [
        {**item, name: value} if at == place else item for at, item in enumerate(one["items"])]}


LETTER_AT = 0 if LETTER < PHOTO else 1
DESCRIPTION = [
    described("description-later-version", "A version that does not exist yet.", member("format", "probanda-package/2"),
              "U-VERSION", "A checker judges by rules that no longer hold."),
    described("description-other-format", "Not a package of ours.", member("format", "probanda-base/1")),
    described("description-format-absent", "No format is named.", without("format")),
    described("description-space", "A space after a comma: not canonical.", text(replaced(b",", b", "))),
    described("description-no-line-feed", "The line has no line feed.", text(lambda one: one[:-1])),
    described("description-two-line-feeds", "An empty line follows.", text(lambda one: one + b"\n")),
    described("description-key-twice", "`made` stands twice.", text(replaced(b'"made":14', b'"made":13,"made":14'))),
    described("description-fraction", "A number has a fraction.", text(replaced(b'"made":14', b'"made":14.0'))),
    described("description-huge-number", "A number of 5,000 digits.", text(replaced(b'"made":14', b'"made":' + b"1" * 5000)),
              effect="The checker stops with a fault of its own, and says nothing."),
    described("description-not-a-number", "NaN is no JSON.", text(replaced(b'"made":14', b'"made":NaN'))),
    described("description-long-origin", "An origin of 300 bytes in 150 letters.", member("origin", "ї" * 150)),
    described("description-text-for-number", "A text where a number must be.", member("made", "14")),
    described("description-negative", "A number below zero.", item_changed(0, "size", -1)),
    described("description-true", "A truth value where a number must be.", member("made", value=True)),
    described("description-lone-surrogate", "Half of a pair of surrogates.",
              text(replaced(b'"log.example', b'"\\ud800log.example'))),
    described("description-not-utf-8", "Not UTF-8.", text(replaced(b'"log.example', b'"\xfflog.example'))),
    described("description-deep", "Arrays 5,000 deep.", lambda _: b"[" * 5_000 + b"]" * 5_000 + b"\n",
              effect="The checker stops with a fault of its own, and says nothing."),
    described("description-escape", "A character is escaped that need not be.",
              text(replaced(b'"log.example', b'"\\u006cog.example'))),
    described("description-more-members", "A member that package-3 does not have.", member("note", "trust me")),
    described("description-fewer-members", "The root is absent.", without("root"), effect=COMPLETE),
    described("description-entries-unsorted", "The entries are not sorted.", second_first),
    described("description-entry-beyond", "An entry is not below the size.", lambda one: {**one, "entries": [*one["entries"], 15]}),
    described("description-made-not-listed", "The entry of the package is not listed.", member("made", 12)),
    described("description-items-unsorted", "The items are not sorted.", lambda one: {**one, "items": one["items"][::-1]}),
    described("description-item-twice", "One item stands twice.", lambda one: {**one, "items": one["items"] + one["items"][-1:]}),
    described("description-reception-twice", "One reception stands at two items.", item_changed(1 - LETTER_AT, "received", [4, 6])),
    described("description-no-reception", "No entry received an item.", item_changed(1 - LETTER_AT, "received", []), "E-ITEM",
              "Material without any history passes for received material."),
    described("description-other-reception", "The reception is of another item.", item_changed(1 - LETTER_AT, "received", [3]), "E-ITEM",
              "Material borrows the history of other material."),
    described("description-reception-of-other-kind", "The reception is no reception.",
              item_changed(1 - LETTER_AT, "received", [10]), "E-ITEM", "Material without history passes for received."),
    described("description-item-size", "The size of an item is another.", item_changed(0, "size", 7), "E-ITEM"),
    described("description-item-list-short", "An item of the folder is not in the list.",
              lambda one: {**one, "items": one["items"][:1]}, "E-ITEM", SMUGGLE),
    described("description-size", "The size is another than that of the checkpoint.", member("size", 16), "E-CHECKPOINT", HEAD),
    described("description-root", "The root is another than that of the checkpoint.", member("root", "0" * 64), "E-CHECKPOINT", HEAD),
    described("description-log-key", "The log key is another.", member("log_key", maker.STRANGER.hex), "E-CHECKPOINT", HEAD),
    described("description-origin", "The origin is another.", member("origin", "other.example"), "E-ORIGIN",
              "An entry of one log is shown as one of another."),
    described("description-origin-with-space", "The origin has a space.", member("origin", "log example")),
    described("description-genesis", "The genesis id is another.", member("genesis", "0" * 64), "E-GENESIS",
              "The reader compares an id that is not that of this log."),
    Case("description-absent", "There is no description.", COMPLETE, "package-8", "E-DESCRIPTION",
         hooks={"files": file("proof/package.json", None)}),
]

SIZE = story.SIZE
GOOD_HEAD = GOOD["proof/checkpoint"]
BODY, SIGNATURE = GOOD_HEAD.split(b"\n\n")
ROOT = base64.b64decode(BODY.split(b"\n")[2])
BLOB = SIGNATURE.split(b" ")[2]


def head(name: str, why: str, new: bytes, effect: str = HEAD) -> Case:
    """A package with another checkpoint; proofs and manifests know."""
    return Case(name, why, effect, "package-9 log-3 log-4", "E-CHECKPOINT", hooks={"checkpoint": lambda _: new})


def signed(content: str) -> bytes:
    """Any text, signed by the log's key."""
    return maker.note(content, (maker.ORIGIN, maker.LOG))


B64ROOT = maker.b64(ROOT)
CHECKPOINT = [
    head("checkpoint-by-another-key", "Another key signed, under the log's name.",
         maker.checkpoint(SIZE, ROOT, key=maker.STRANGER)),
    head("checkpoint-forged", "The signature does not fit.", GOOD_HEAD[:-10] + flipped(GOOD_HEAD[-10:], 2)),
    head("checkpoint-other-size", "The log's key signed another size.", maker.checkpoint(SIZE + 1, ROOT)),
    head("checkpoint-other-root", "The log's key signed another root.", maker.checkpoint(SIZE, flipped(ROOT))),
    head("checkpoint-other-origin", "The log's key signed for another origin.",
         maker.note(f"other.example\n{SIZE}\n{B64ROOT}\n", (maker.ORIGIN, maker.LOG))),
    head("checkpoint-leading-zero", "The size has a leading zero.", signed(f"{maker.ORIGIN}\n0{SIZE}\n{B64ROOT}\n"), MISREAD),
    head("checkpoint-extension", "A fourth line follows the root.", signed(f"{maker.ORIGIN}\n{SIZE}\n{B64ROOT}\nmore\n"),
         "Something is signed that no reader looks at."),
    head("checkpoint-short-root", "The root is 31 bytes.", signed(f"{maker.ORIGIN}\n{SIZE}\n{maker.b64(ROOT[:31])}\n"), MISREAD),
    head("checkpoint-no-final-line-feed", "No line feed at the end.", GOOD_HEAD[:-1], MISREAD),
    head("checkpoint-no-signature", "No signature at all.", BODY + b"\n\n"),
    head("checkpoint-hyphen", "A signature line begins with a hyphen.", GOOD_HEAD.replace("\u2014".encode(), b"-"), MISREAD),
    head("checkpoint-control-character", "A carriage return in an unknown signature line.",
         GOOD_HEAD + "\u2014 some\rbody AAAAAAAA\n".encode(), MISREAD),
    head("checkpoint-known-key-twice", "A second signature by the log's key does not fit.",
         GOOD_HEAD + "\u2014 ".encode() + maker.ORIGIN.encode() + b" " + edited(BLOB, (BLOB[8:10], b"zz")),
         "A reader that stops at the first good line never sees that the note was tampered with."),
    head("checkpoint-many-signatures", "More than 64 signature lines.",
         GOOD_HEAD + "".join(f"\u2014 w{at} AAAAAAAA\n" for at in range(64)).encode(), "The checker does endless work."),
    Case("checkpoint-too-large", "More than 64 KiB.", "The checker does endless work.", "log-4", "E-CHECKPOINT",
         hooks={"files": file("proof/checkpoint", GOOD_HEAD + f"\u2014 w {'A' * 65536}\n".encode())}),
    Case("checkpoint-absent", "There is no checkpoint.", HEAD, "package-9", "E-CHECKPOINT",
         hooks={"files": files_of(file("proof/checkpoint", None))}),
    Case("checkpoint-of-stranger-with-witness", "A signature by a key that nobody knows stands beside the log's.",
         "", "log-4", "", hooks={"checkpoint": lambda one: one + "\u2014 witness.example AAAAAAAA\n".encode()}),
]
