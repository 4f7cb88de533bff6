"""The synthetic twin of the founding case: invented parties, drawn pictures, and a manifest of all that is planted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from probanda.twin import lineage
from probanda.twin.aerial import ORIGINAL, SEED
from probanda.twin.articles import articles
from probanda.twin.claims import placed
from probanda.twin.flight import ALTITUDE_M, LATITUDE, LONGITUDE
from probanda.twin.letters import letters
from probanda.twin.manifest import FileRecord, Manifest, Planted
from probanda.twin.official import official_posts
from probanda.twin.parties import NAMES, NOTICE_EN, NOTICE_UK, PHOTO_TAKEN, local
from probanda.twin.phone import phone_export
from probanda.twin.pictures import pictures
from probanda.twin.statements import statements
from probanda.twin.telegram import telegram_exports
from probanda.twin.telemetry import telemetry
from probanda.twin.video import videos

__all__ = ["Manifest", "build_twin"]


def build_twin(folder: Path) -> Manifest:
    """Write the synthetic case to `folder/material` and its manifest to `folder/manifest.json`.

    The same bytes and file times on every run; files of the same name are replaced, others are left alone.
    """
    files, manifest = _planned()
    material = folder / "material"
    for planted in files:
        target = material / planted.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(planted.data)
        stamp_s = int(planted.claimed_at.timestamp())
        os.utime(target, (stamp_s, stamp_s))
    (folder / "manifest.json").write_bytes(manifest.to_bytes())
    return manifest


def _planned() -> tuple[list[Planted], Manifest]:
    drawn = pictures()
    article_files, article_texts = articles()
    post_files, post_text = official_posts()
    statement_files, statement_texts = statements()
    files = [
        *article_files,
        *post_files,
        *statement_files,
        *drawn.files,
        *videos(),
        *telegram_exports(),
        *telemetry(),
        *letters(drawn.harbour),
        *phone_export(drawn.channel, drawn.harbour),
        _notice(),
    ]
    files.sort(key=lambda planted: planted.path)
    manifest = Manifest(
        notice=NOTICE_EN,
        seed=SEED,
        files=tuple(_record(planted) for planted in files),
        claims=placed((*article_texts, post_text, *statement_texts)),
        conflicts=lineage.CONFLICTS,
        origins=lineage.ORIGINS,
        publications=lineage.publications(),
        questions=lineage.questions(),
        names=NAMES,
        photo={
            "file": ORIGINAL,
            "latitude": LATITUDE,
            "longitude": LONGITUDE,
            "altitude_m": ALTITUDE_M,
            "taken_at": PHOTO_TAKEN.isoformat(),
            "shadow_azimuth_deg": "139",
        },
    )
    return files, manifest


def _notice() -> Planted:
    words = f"{NOTICE_EN}\n{NOTICE_UK}\n".encode()
    return Planted("SYNTHETIC.txt", words, "notice", "text/plain", "notice", local(1, 0, 0, month=7))


def _record(planted: Planted) -> FileRecord:
    return FileRecord(
        path=planted.path,
        sha256=hashlib.sha256(planted.data).hexdigest(),
        size_bytes=len(planted.data),
        kind=planted.kind,
        media_type=planted.media_type,
        origin=planted.origin,
        claimed_mtime=planted.claimed_at.isoformat(),
        relations=planted.relations,
        labels=planted.labels,
        note=planted.note,
        members=planted.members,
    )
