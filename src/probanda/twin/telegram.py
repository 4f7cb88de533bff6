"""Channel exports as the desktop program of the platform writes them: the post, its edit, and forwards of it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime

from probanda.twin.manifest import Planted, Relation
from probanda.twin.parties import LOCAL, NOTICE_UK, POST_EDITED, POST_SHOWN, VIDEO_SHOWN, local
from probanda.twin.video import CLIP, FULL

_POST = (
    "Нижній Мареш. За даними аеророзвідки, на капоті пошкодженої бронемашини тарморських сил видно останки, імовірно "
    "велдарського військового. Знімок зроблено {day} червня. Розпочато досудове розслідування."
)
BEFORE_EDIT, AFTER_EDIT = _POST.format(day=19), _POST.format(day=20)
_VIDEO_POST = (
    "На відео — побиття, приниження, погрози та імітація розстрілу. Це їхня звична тактика. Я надіслала листи до "
    "Міжнародного комітету Червоного Хреста та Організації Об'єднаних Націй."
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One invented channel: shown name and number."""

    folder: str
    name: str
    number: int


PROSECUTION = Channel("prosecution_channel", "Прокурорська служба Велдари", 9900441701)
OMBUDSMAN = Channel("ombudsman_office", "Омбудсманка Велдари", 9900441702)
WATCH = Channel("maresh_watch", "maresh_watch", 9900441703)
FORUM = Channel("brel_forum", "Brel Forum", 9900441704)

Message = dict[str, object]


def telegram_exports() -> list[Planted]:
    """The exports; the prosecution channel was exported twice, before and after its edit."""
    photo = "photos/photo_1@21-06-2026_22-50-00.jpg"
    first = "telegram/prosecution_channel_2026-06-21/result.json"
    before = [_notice(PROSECUTION, 1), _message(PROSECUTION, 4417, POST_SHOWN, BEFORE_EDIT, photo=photo)]
    after = [
        before[0],
        _message(PROSECUTION, 4417, POST_SHOWN, AFTER_EDIT, photo=photo, edited=POST_EDITED),
        _message(
            PROSECUTION, 4419, local(23, 10, 5), "Слідство триває. Запит про оригінал знімка опрацьовують."
        ),
    ]
    watch = [
        _notice(WATCH, 1),
        _message(WATCH, 861, local(11, 7, 3), "reel 88412", video="video_files/reel_88412.mp4"),
        _message(
            WATCH,
            902,
            local(22, 1, 14, 31),
            BEFORE_EDIT,
            photo="photos/photo_9@22-06-2026_01-14-31.jpg",
            source=PROSECUTION,
        ),
    ]
    forum = [
        _notice(FORUM, 1),
        _message(
            FORUM,
            318,
            local(24, 22, 41, 10),
            "Хто бачив оригінал?",
            photo="photos/photo_3@24-06-2026_22-41-10.jpg",
        ),
        _message(FORUM, 319, local(24, 22, 58), "Кажуть, що це зовсім інше місце."),
    ]
    clip = "video_files/video_1@09-06-2026_18-20-00.mp4"
    office = [_notice(OMBUDSMAN, 1), _message(OMBUDSMAN, 212, VIDEO_SHOWN, _VIDEO_POST, video=clip)]
    origin = "text-channel-4417"
    return [
        _export(
            PROSECUTION,
            "_2026-06-21",
            before,
            local(21, 23, 5),
            origin,
            (),
            "post 4417 before its edit: 19 June",
        ),
        _html(PROSECUTION, BEFORE_EDIT, photo, origin, Relation("same_text", first)),
        _export(
            PROSECUTION,
            "_2026-06-24",
            after,
            local(24, 9, 0),
            origin,
            (Relation("edited", first, "19 June became 20 June"),),
        ),
        _export(
            WATCH,
            "",
            watch,
            local(24, 9, 12),
            origin,
            (Relation("forward", first, "post 4417"), Relation("shows", CLIP)),
        ),
        _export(FORUM, "", forum, local(25, 8, 40), "text-brel-forum", ()),
        _export(OMBUDSMAN, "", office, local(12, 9, 30), "text-ombudsman", (Relation("shows", FULL),)),
    ]


def _clock(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S")


def _notice(channel: Channel, number: int) -> Message:
    opened = local(14, 9, 0, month=1)
    return {
        "id": number,
        "type": "service",
        "date": _clock(opened),
        "date_unixtime": str(int(opened.timestamp())),
        "actor": channel.name,
        "actor_id": f"channel{channel.number}",
        "action": "create_channel",
        "title": channel.name,
        "text": NOTICE_UK,
        "text_entities": [{"type": "plain", "text": NOTICE_UK}],
    }


def _message(
    channel: Channel,
    number: int,
    at: datetime,
    words: str,
    *,
    photo: str = "",
    video: str = "",
    edited: datetime | None = None,
    source: Channel | None = None,
) -> Message:
    message: Message = {
        "id": number,
        "type": "message",
        "date": _clock(at),
        "date_unixtime": str(int(at.timestamp())),
    }
    if edited is not None:
        message |= {"edited": _clock(edited), "edited_unixtime": str(int(edited.timestamp()))}
    message |= {"from": channel.name, "from_id": f"channel{channel.number}"}
    if source is not None:
        message |= {"forwarded_from": source.name, "forwarded_from_id": f"channel{source.number}"}
    if photo:
        message |= {"photo": photo, "width": 1280, "height": 853}
    if video:
        message |= {
            "file": video,
            "media_type": "video_file",
            "mime_type": "video/mp4",
            "duration_seconds": 8 if "video_1" in video else 4,
        }
    return message | {"text": words, "text_entities": [{"type": "plain", "text": words}]}


def _export(
    channel: Channel,
    suffix: str,
    messages: list[Message],
    at: datetime,
    origin: str,
    relations: tuple[Relation, ...],
    note: str = "",
) -> Planted:
    document = {"name": channel.name, "type": "public_channel", "id": channel.number, "messages": messages}
    return Planted(
        f"telegram/{channel.folder}{suffix}/result.json",
        json.dumps(document, ensure_ascii=False, indent=1).encode(),
        "channel_export",
        "application/json",
        origin,
        at,
        relations,
        ("graphic",),
        note,
    )


def _html(channel: Channel, words: str, photo: str, origin: str, relation: Relation) -> Planted:
    shown = POST_SHOWN.astimezone(LOCAL).strftime("%d.%m.%Y %H:%M:%S UTC+03:00")
    text = (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Exported Data</title>\n</head>\n<body>\n'
        f'<div class="page_header"><div class="text bold">{html.escape(channel.name)}</div></div>\n'
        f'<div class="message default clearfix" id="message4417">\n<div class="pull_right date details" title="{shown}">22:50</div>\n'
        f'<a class="photo_wrap clearfix pull_left" href="{html.escape(photo)}"></a>\n<div class="text">{html.escape(words)}</div>\n'
        f'</div>\n<div class="message service"><div class="body details">{html.escape(NOTICE_UK)}</div></div>\n</body>\n</html>\n'
    )
    return Planted(
        f"telegram/{channel.folder}_2026-06-21/messages.html",
        text.encode(),
        "channel_export",
        "text/html",
        origin,
        local(21, 23, 5),
        (relation,),
        ("graphic",),
    )
