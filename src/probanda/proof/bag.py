"""The first two steps of the package procedure: the folder and its manifests.

Source: spec/package.md package-1, package-2, package-6, package-7; RFC 8493.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from probanda.errors import Malformed
from probanda.model.digest import Sha256, Sha512
from probanda.proof.verdict import Findings

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFESTS = {"sha256": "manifest-sha256.txt", "sha512": "manifest-sha512.txt"}
TAG_MANIFESTS = {"sha256": "tagmanifest-sha256.txt", "sha512": "tagmanifest-sha512.txt"}
PAYLOAD = "data/"

MAX_MANIFEST_BYTES = 64 * 2**20  # 300,000 lines of the longer digest; a larger package is split
MAX_PATH_BYTES = 1024  # package-2

_HEX_DIGITS = {"sha256": 64, "sha512": 128}
# Characters that every system and every reader of bags takes for part of a name.
_PART = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What whoever walked the folder measured of one regular file."""

    size_bytes: int
    sha256: Sha256
    sha512: Sha512

    def digest(self, algorithm: str) -> str:
        return self.sha256 if algorithm == "sha256" else self.sha512


@dataclass(frozen=True, slots=True)
class Bag:
    """The files of a package by their paths, and how to read one."""

    files: Mapping[str, FileFacts]
    read: Callable[[str], bytes]

    def take(self, path: str, limit_bytes: int) -> bytes:
        """The bytes of a file.

        Raises:
            Malformed: it is absent, longer than `limit_bytes`, or no longer what was measured.
        """
        facts = self.files.get(path)
        if facts is None:
            raise Malformed("the file is absent")
        if facts.size_bytes > limit_bytes:
            raise Malformed(f"a file of more than {limit_bytes} bytes")
        data = self.read(path)
        if hashlib.sha256(data).hexdigest() != facts.sha256:
            raise Malformed("the file changed while it was read")
        return data


def check_bag(bag: Bag, others: Sequence[str], found: Findings) -> None:
    """Steps (1) and (2). `others` are the paths of what is neither a regular file nor a folder."""
    # (1) Folder
    for path in others:
        found.fail("folder", path, "neither a regular file nor a folder; a package holds nothing else")
    _check_names(bag, found)
    try:
        if bag.take("bagit.txt", len(BAGIT_TXT)) != BAGIT_TXT:
            raise Malformed("not exactly the two lines of BagIt 1.0")
    except Malformed as error:
        found.fail("bagit", "bagit.txt", error)
    if "fetch.txt" in bag.files:
        found.fail("bagit", "fetch.txt", "a package fetches nothing")
    payload = {a: _read_manifest(bag, path, a, found) for a, path in MANIFESTS.items()}
    tags = {a: _read_manifest(bag, path, a, found) for a, path in TAG_MANIFESTS.items()}
    # (2) Manifests
    payload_files = {path for path in bag.files if path.startswith(PAYLOAD)}
    tag_files = set(bag.files) - payload_files - set(TAG_MANIFESTS.values())
    for algorithm, listed in payload.items():
        _compare(bag, MANIFESTS[algorithm], algorithm, listed, payload_files, found)
    for algorithm, listed in tags.items():
        _compare(bag, TAG_MANIFESTS[algorithm], algorithm, listed, tag_files, found)
    for one, other in ((payload, MANIFESTS), (tags, TAG_MANIFESTS)):
        first, second = one["sha256"], one["sha512"]
        if first is not None and second is not None and set(first) != set(second):
            found.fail(
                "manifest-paths", other["sha512"], "it does not list the same paths as the one with SHA-256"
            )


def _check_names(bag: Bag, found: Findings) -> None:
    """A package must be the same wherever it is copied, also where case does not tell names apart."""
    known: dict[str, str] = {}
    for path in sorted(bag.files):
        try:
            _check_path(path)
        except Malformed as error:
            found.fail("folder", path, error)
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            name = "/".join(parts[:count])
            other = known.setdefault(name.lower(), name)
            if other != name:
                found.fail("folder", path, f"only case tells its name from {other}")


def parse_manifest(untrusted: bytes, algorithm: str) -> dict[str, str]:
    """The digest that a manifest lists for each path.

    Raises:
        Malformed: it does not follow package-2.
    """
    try:
        text = untrusted.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a manifest is not UTF-8") from error
    if text and not text.endswith("\n"):
        raise Malformed("a manifest's last line does not end")
    line_form = re.compile(f"([0-9a-f]{{{_HEX_DIGITS[algorithm]}}})  ([^\n]+)")
    listed: dict[str, str] = {}
    last = ""
    for line in text.split("\n")[:-1]:
        match = line_form.fullmatch(line)
        if not match:
            raise Malformed("a line of a manifest is not digest, two spaces, path")
        path = match[2]
        if path <= last:
            raise Malformed("a manifest is not sorted by path, or names one twice")
        _check_path(path)
        listed[path] = match[1]
        last = path
    return listed


def _check_path(path: str) -> None:
    if len(path.encode()) > MAX_PATH_BYTES:
        raise Malformed(f"a path of more than {MAX_PATH_BYTES} bytes")
    if any(part in (".", "..") or not _PART.fullmatch(part) for part in path.split("/")):
        raise Malformed("a path leaves the package, or is not of plain letters, digits, dots, _ and -")


def _read_manifest(bag: Bag, path: str, algorithm: str, found: Findings) -> dict[str, str] | None:
    try:
        return parse_manifest(bag.take(path, MAX_MANIFEST_BYTES), algorithm)
    except Malformed as error:
        found.fail("manifest-form", path, error)
        return None


def _compare(
    bag: Bag, manifest: str, algorithm: str, listed: Mapping[str, str] | None, due: set[str], found: Findings
) -> None:
    if listed is None:
        return
    for path, digest in listed.items():
        if path not in bag.files:
            found.fail("manifest-missing", path, f"listed in {manifest}, but not in the package")
        elif path not in due:
            found.fail("manifest-scope", path, f"{manifest} must not list it")
        elif bag.files[path].digest(algorithm) != digest:
            found.fail("manifest-digest", path, f"its bytes have another digest than {manifest} lists")
    for path in sorted(due - set(listed)):
        found.fail("manifest-unlisted", path, f"in the package, but not listed in {manifest}")
