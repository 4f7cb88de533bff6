"""Whether the volume below a folder is encrypted, as far as this system says."""

from __future__ import annotations

import enum
from pathlib import Path

ENCRYPTING_FILE_SYSTEMS = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
CRYPT_MARK = "CRYPT-"


class Encryption(enum.StrEnum):
    """What was found; `cannot tell` where the disks are hidden from us, as in a container."""

    FOUND = "found"
    NOT_FOUND = "not found"
    CANNOT_TELL = "cannot tell"


def encryption_of(
    folder: Path, *, mounts: Path = Path("/proc/self/mountinfo"), blocks: Path = Path("/sys/dev/block")
) -> Encryption:
    """What the volume of `folder` (absolute, links resolved) is. Looks only."""
    try:
        kind, device = _mount_of(folder, mounts.read_text(errors="surrogateescape"))
        if kind in ENCRYPTING_FILE_SYSTEMS:
            return Encryption.FOUND
        block = blocks / device
        if not block.exists():
            return Encryption.CANNOT_TELL
        return Encryption.FOUND if _is_on_crypt(block.resolve()) else Encryption.NOT_FOUND
    except (OSError, LookupError):
        return Encryption.CANNOT_TELL


def _mount_of(folder: Path, mountinfo: str) -> tuple[str, str]:
    """File system and major:minor of the mount that holds `folder`; of nested mounts the innermost."""
    best: tuple[int, str, str] | None = None
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split(" ")[4].encode().decode("unicode_escape")
        if (folder == Path(point) or Path(point) in folder.parents) and (
            best is None or len(point) >= best[0]
        ):
            best = len(point), after.split(" ")[0], before.split(" ")[2]
    if best is None:
        raise LookupError("no mount holds the folder")
    return best[1], best[2]


def _is_on_crypt(block: Path) -> bool:
    """Whether this block device, or one that it lies on, is a dm-crypt device."""
    mark = block / "dm" / "uuid"
    if mark.exists() and mark.read_text().startswith(CRYPT_MARK):
        return True
    below = block / "slaves"
    return below.is_dir() and any(_is_on_crypt(one.resolve()) for one in below.iterdir())
