"""A phone export as one archive with another archive inside it."""

from __future__ import annotations

from probanda.twin import containers
from probanda.twin.aerial import CHANNEL, HARBOUR, ORIGIN, jpeg, opened
from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import NOTICE_EN, NOTICE_UK, local

EXPORT = "phone/phone_export_2026-06-30.zip"

_CHAT = f"""28.06.2026, 17:48 - k.: [IMG-20260629-WA0007.jpg]
28.06.2026, 17:49 - k.: переслали, звідки не знаю
28.06.2026, 17:50 - t.: це те саме, що на каналі?
29.06.2026, 08:02 - k.: кажуть, так
{NOTICE_UK}
"""


def phone_export(channel: bytes, harbour: bytes) -> list[Planted]:
    """The archive; inside are one recompressed copy, and two levels down the channel's own bytes."""
    sent = jpeg(opened(harbour).resize((800, 533)), 66)
    inner_files = {"saved/photo_2026-06-22.jpg": channel, "saved/notes.txt": (NOTICE_EN + "\n").encode()}
    inner = containers.archive(inner_files)
    outer_files = {
        "Pictures/IMG-20260629-WA0007.jpg": sent,
        "Chats/чат_k.txt": _CHAT.encode(),
        "Backup/backup_2026-06-28.zip": inner,
    }
    data = containers.archive(outer_files)
    tied = {"Pictures/IMG-20260629-WA0007.jpg": (Relation("recompressed", HARBOUR, "800x533, quality 66"),)}
    nested = {"saved/photo_2026-06-22.jpg": (Relation("byte_identical", CHANNEL),)}
    members = containers.members_of("", outer_files, tied)
    members += containers.members_of("Backup/backup_2026-06-28.zip!", inner_files, nested)
    return [
        Planted(
            EXPORT,
            data,
            "phone_export",
            "application/zip",
            ORIGIN,
            local(30, 12, 0),
            (Relation("contains", CHANNEL),),
            ("source_protected", "graphic"),
            "from a private person; the message names the 28th, the picture's name the 29th",
            members,
        )
    ]
