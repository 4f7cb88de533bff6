"""`probanda doctor`, and how it looks at volumes."""

import json

import pytest

from probanda.faces.cli.terminal.volume import Encryption, encryption_of

MOUNTS = "36 35 254:1 / {point} rw - {kind} /dev/mapper/x rw\n22 1 0:20 / / rw - overlay overlay rw\n"


@pytest.fixture
def system(tmp_path):
    """A made-up /proc and /sys: a folder on device 254:1."""

    def made(uuid=None, below=None, kind="ext4"):
        point, blocks = tmp_path / "point", tmp_path / "blocks"
        device = blocks / "254:1"
        (device / "dm").mkdir(parents=True)
        point.mkdir()
        if uuid:
            (device / "dm" / "uuid").write_text(uuid)
        if below:
            (device / "slaves" / "dm-0" / "dm").mkdir(parents=True)
            (device / "slaves" / "dm-0" / "dm" / "uuid").write_text(below)
        mounts = tmp_path / "mountinfo"
        mounts.write_text(MOUNTS.format(point=point, kind=kind))
        return point, {"mounts": mounts, "blocks": blocks}

    return made


@pytest.mark.parametrize(
    ("device", "found"),
    [
        ({"uuid": "CRYPT-LUKS2-abc"}, Encryption.FOUND),
        ({"uuid": "LVM-abc", "below": "CRYPT-LUKS2-abc"}, Encryption.FOUND),
        ({"kind": "fuse.gocryptfs"}, Encryption.FOUND),
        ({"uuid": "LVM-abc"}, Encryption.NOT_FOUND),
        ({}, Encryption.NOT_FOUND),
    ],
)
def test_the_volume_is_told_by_the_devices_below_it(system, device, found):
    point, where = system(**device)

    assert encryption_of(point / "deep", **where) is found


def test_a_volume_whose_device_is_hidden_cannot_be_told(system, tmp_path):
    _, where = system(uuid="CRYPT-LUKS2-abc")

    assert encryption_of(tmp_path / "elsewhere", **where) is Encryption.CANNOT_TELL


def test_doctor_says_how_the_base_stands(registrar):
    said = registrar("doctor", "--json", PROBANDA_PASSPHRASE=None).json

    assert said["format"] == "probanda-doctor/1"
    assert said["genesis"] == json.loads((registrar.base / "probanda.json").read_text())["genesis"]
    assert said["head_size"] == said["checkpoint_size"] == 2
    assert said["staged"] == 0
    assert said["encryption"] in set(Encryption)


def test_doctor_names_nobody_and_no_place(registrar):
    said = registrar("doctor")

    assert "Registrar" not in said.out + said.err
    assert str(registrar.home) not in said.out + said.err
