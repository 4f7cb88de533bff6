"""The log key that signs the checkpoint of these tests."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanda.proof.note import NoteKey

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"\x21" * 32)
KEY = NoteKey("example.org/log", LOG_KEY.public_key().public_bytes_raw())
