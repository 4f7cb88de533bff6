"""Names as they came: raw bytes that are only claims and never become a path that we write to."""

from __future__ import annotations

MEMBER_MARK = b"!/"


def last_part(path: bytes) -> bytes:
    """The name at the end of a path; slashes behind it do not count."""
    return path.rstrip(b"/").rpartition(b"/")[2] or path


def member_path(container: bytes, member: bytes) -> bytes:
    """The path of an archive's member: the container's path, `!/`, and what the archive holds, unchanged.

    With no name behind the mark it means what is inside the archive as a whole.
    """
    return container + MEMBER_MARK + member
