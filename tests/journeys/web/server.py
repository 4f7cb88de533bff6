"""Serves a small base of its own in the folder that is named, until it is ended. Prints its address first."""

import io
import sys
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw

from probanda.base import init
from probanda.faces.web.base_desk import BaseDesk
from probanda.faces.web.desk import Upload
from probanda.faces.web.serve import serve
from probanda.model.roles import Role
from probanda.vault.keys import KeyRing
from probanda.work.govern.agents import enrol

CUSTODIAN, READER = ("R. Talve", "one two three"), ("E. Brandt", "four five six")
HOSTILE_NAME = "<img src=x onerror=alert(1)>\u202egpj.exe"


def picture() -> bytes:
    image = Image.linear_gradient("L").resize((1600, 1000)).convert("RGB")
    ImageDraw.Draw(image).rectangle((500, 300, 1100, 700), fill="#884422")
    written = io.BytesIO()
    image.save(written, "JPEG")
    return written.getvalue()


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as members:
        members.writestr("inside/letter.txt", "a letter")
    return written.getvalue()


def main(folder: Path) -> None:
    ring = KeyRing(folder / "keys")
    base = init(folder / "base", ring, *CUSTODIAN)
    desk = BaseDesk(base, ring)
    signed = desk.sign_in(*CUSTODIAN)
    second = ring.create(*READER, signed.session.unlocked.logs)
    enrol(signed.session, second.public, name=READER[0], roles=frozenset({Role.EXTERNAL_READER}))
    for name, content, labels in (
        ("aerial_still.jpg", picture(), ["graphic"]),
        (HOSTILE_NAME, b"hostile", []),
        ("channel-export.zip", archive(), []),
        ("orders.pdf", b"%PDF-1.7", ["secret"]),
    ):
        path = desk.upload_folder() / "0"
        path.write_bytes(content)
        desk.receive(signed, [Upload(name, path)], None, labels)
    serve(desk, port=0, ready=say)


def say(address: str) -> None:
    sys.stdout.write(address + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
