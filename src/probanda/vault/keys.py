"""Private keys in the user's own configuration, never inside a base: a file for each agent, closed by a
passphrase.

An agent's file holds the agent's own key and, for each base the agent may append to, a copy of its log key.

Source: RFC 9106 section 4 (Argon2id, the second recommended choice); RFC 8439 (ChaCha20-Poly1305).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from probanda.errors import KeyUnavailable, Malformed, StorageFailed
from probanda.model.body import Members
from probanda.model.digest import AgentId
from probanda.model.entry import Value
from probanda.proof.encoding import base64_bytes, base64_text, canonical, parse_canonical
from probanda.proof.envelope import Sign, key_id
from probanda.proof.note import NoteKey
from probanda.vault.signed import LastSigned

KEY_FORMAT = "probanda-key/1"
PASSES, LANES, MEMORY_KIB = 3, 4, 65536
MAX_MEMORY_KIB = 2**20  # a key file from elsewhere must not take the whole machine
MAX_PASSES, MAX_LANES = 64, 64  # nor for ever


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What can be read of an agent's file without the passphrase."""

    name: str
    public: bytes
    path: Path

    @property
    def id(self) -> AgentId:
        return key_id(self.public)


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """An agent's private keys in memory. `logs` maps an origin to the private key of its log."""

    name: str
    private: bytes
    logs: Mapping[str, bytes]

    @property
    def public(self) -> bytes:
        return public_of(self.private)

    @property
    def id(self) -> AgentId:
        return key_id(self.public)

    @property
    def sign(self) -> Sign:
        return Ed25519PrivateKey.from_private_bytes(self.private).sign


@dataclass(frozen=True, slots=True)
class OpenedLogKey:
    """What signs heads of one log."""

    key: NoteKey
    sign: Sign
    last: LastSigned


def new_private_key() -> bytes:
    """32 fresh bytes that are an Ed25519 private key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The raw public half of a raw private key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


class KeyRing:
    """The folder with this user's agents (`PROBANDA_KEYS`)."""

    def __init__(self, folder: Path) -> None:
        """The folder is made, for this user only, by the first `keep`."""
        self.folder = folder

    def files(self) -> list[KeyFile]:
        """Every agent whose file is here, by name."""
        found = [self._read_top(path) for path in sorted(self.folder.glob("*.key"))]
        return sorted(found, key=lambda one: one.name)

    def find(self, name: str) -> KeyFile:
        """The agent of this name, or with this id.

        Raises:
            KeyUnavailable: there is none, or several.
        """
        fitting = [one for one in self.files() if name in (one.name, one.id)]
        if len(fitting) != 1:
            here = ", ".join(one.name for one in self.files()) or "none"
            raise KeyUnavailable(
                f"{len(fitting) or 'No'} key of an agent {name!r} in {self.folder} (there: {here}). "
                "Nothing was changed. "
                "Name another agent with --as, or set PROBANDA_KEYS to the folder that has the key."
            )
        return fitting[0]

    def create(self, name: str, passphrase: str, logs: Mapping[str, bytes] | None = None) -> Unlocked:
        """A new agent; its file is durable on return.

        Raises:
            KeyUnavailable: an agent of this name is here already, or the passphrase is empty.
        """
        if any(one.name == name for one in self.files()):
            raise KeyUnavailable(f"An agent {name!r} has a key here already. Nothing was changed.")
        unlocked = Unlocked(name, new_private_key(), dict(logs or {}))
        self.keep(unlocked, passphrase)
        return unlocked

    def unlock(self, file: KeyFile, passphrase: str) -> Unlocked:
        """The agent's private keys.

        Raises:
            KeyUnavailable: the passphrase does not open the file, or the file is damaged.
        """
        value = self._read(file.path)
        members = Members(value)
        kdf = value["kdf"]
        top = {name: part for name, part in value.items() if name != "box"}
        try:
            if not isinstance(kdf, Mapping):
                raise Malformed("kdf is not an object")
            key = _derive(passphrase, Members(kdf))
            box = base64_bytes(members.text("box"))
            plain = ChaCha20Poly1305(key).decrypt(bytes.fromhex(members.text("nonce")), box, canonical(top))
            secret = parse_canonical(plain)
        except (InvalidTag, Malformed, ValueError) as error:
            raise KeyUnavailable(
                f"The passphrase does not open the key of {file.name}. Nothing was changed. Try "
                "again; there is no other way in."
            ) from error
        if not isinstance(secret, dict) or not isinstance(logs := secret.get("logs"), dict):
            raise KeyUnavailable(f"The key file of {file.name} holds something else than keys.")
        return Unlocked(
            file.name, Members(secret).key("agent"), {origin: Members(logs).key(origin) for origin in logs}
        )

    def keep(self, unlocked: Unlocked, passphrase: str) -> None:
        """Write the agent's file, durable on return; an older one is replaced as one step."""
        if not passphrase:
            raise KeyUnavailable("An empty passphrase protects nothing. Nothing was changed; give one.")
        salt, nonce = os.urandom(16), os.urandom(12)
        kdf: dict[str, Value] = {
            "lanes": LANES,
            "memory_kib": MEMORY_KIB,
            "name": "argon2id",
            "passes": PASSES,
            "salt": salt.hex(),
        }
        top: dict[str, Value] = {
            "format": KEY_FORMAT,
            "kdf": kdf,
            "name": unlocked.name,
            "nonce": nonce.hex(),
            "public": unlocked.public.hex(),
        }
        logs: dict[str, Value] = {origin: key.hex() for origin, key in unlocked.logs.items()}
        plain = canonical({"agent": unlocked.private.hex(), "logs": logs})
        box = ChaCha20Poly1305(_derive(passphrase, Members(kdf))).encrypt(nonce, plain, canonical(top))
        self._write(f"{unlocked.id}.key", canonical({**top, "box": base64_text(box)}) + b"\n")

    def with_log(self, unlocked: Unlocked, origin: str, private: bytes, passphrase: str) -> Unlocked:
        """The same agent, now also holding the key of this log; its file is durable on return.

        Raises:
            KeyUnavailable: the agent holds another key for a log of this name, which would be lost.
        """
        if unlocked.logs.get(origin, private) != private:
            raise KeyUnavailable(
                f"{unlocked.name} holds the key of another log named {origin!r}. Nothing was changed; "
                "choose another origin."
            )
        more = replace(unlocked, logs={**unlocked.logs, origin: private})
        self.keep(more, passphrase)
        return more

    def log_key(self, unlocked: Unlocked, key: NoteKey) -> OpenedLogKey:
        """The agent's copy of this log's key.

        Raises:
            KeyUnavailable: the agent does not hold it.
        """
        private = unlocked.logs.get(key.name)
        if private is None or public_of(private) != key.key:
            raise KeyUnavailable(
                f"{unlocked.name} does not hold the log key of this base, so the base can be read but "
                "not added to. "
                "Have an agent who holds it enrol you on this machine."
            )
        sign = Ed25519PrivateKey.from_private_bytes(private).sign
        return OpenedLogKey(key, sign, LastSigned(self.folder / f"{key_id(key.key)}.signed"))

    def _read(self, path: Path) -> dict[str, Value]:
        try:
            value = parse_canonical(path.read_bytes().removesuffix(b"\n"))
            if (
                not isinstance(value, dict)
                or Members(value).text("format") != KEY_FORMAT
                or "kdf" not in value
            ):
                raise Malformed("not a key file of this version")
            return value
        except (OSError, Malformed) as error:
            raise KeyUnavailable(f"The key file {path} cannot be read: {error}.") from error

    def _read_top(self, path: Path) -> KeyFile:
        members = Members(self._read(path))
        return KeyFile(members.text("name"), members.key("public"), path)

    def _write(self, name: str, data: bytes) -> None:
        beside = self.folder / f".new-{name}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.folder / name)
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            raise StorageFailed(
                f"Could not write the key file {name} in {self.folder}: {error.strerror}."
            ) from error


def _derive(passphrase: str, kdf: Members) -> bytes:
    memory, passes, lanes = kdf.number("memory_kib"), kdf.number("passes"), kdf.number("lanes")
    asks_too_much = memory > MAX_MEMORY_KIB or passes > MAX_PASSES or lanes > MAX_LANES
    if asks_too_much or kdf.text("name") != "argon2id":
        raise Malformed("a key file that asks for another derivation, or for too much memory or time")
    return Argon2id(
        salt=bytes.fromhex(kdf.text("salt")),
        length=32,
        iterations=passes,
        lanes=lanes,
        memory_cost=memory,
    ).derive(passphrase.encode())
