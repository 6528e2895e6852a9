"""The vault: personal data as an encrypted envelope, its keys in files outside the database.

An envelope is `kind (1 byte) | key id (4 bytes) | nonce and ciphertext`. The kind leaves room for
envelopes that only a campaign's organisers can open; so far there is one, `SERVER`, libsodium's
secret box. Whoever has the database or a backup, but not the key files, reads nothing. Without a
key nothing is sealed: it fails closed.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, current_app
from nacl.bindings import crypto_secretbox_open_easy
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

SERVER = b"\x01"
_ID_BYTES = 4
_NONCE_AT = len(SERVER) + _ID_BYTES
_SEALED_AT = _NONCE_AT + SecretBox.NONCE_SIZE


class Unreadable(Exception):
    """The envelope cannot be opened: its key file is missing, or it was damaged."""


class WrongKey(Exception):
    """A file in the key folder holds no key; and what to do."""


class Vault:
    """The keys of one installation. The newest seals; all of them open."""

    #: So many bytes of an envelope tell which key it needs.
    START = _NONCE_AT

    def __init__(self, folder: Path) -> None:
        """Read the key files of the folder; on the very first start make one. Raises WrongKey."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = list(folder.glob("vault-[0-9]*.key")) or [_make_key(folder / "vault-1.key")]
        keys = [key for _, key in sorted(_read_key(file) for file in files)]
        self._keys = {_key_id(key): key for key in keys}
        self._newest = keys[-1]
        self._first = keys[0]

    def seal(self, data: dict[str, Any]) -> bytes:
        """An envelope round the data, which must be plain JSON."""
        return self.seal_file(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())

    def open(self, envelope: bytes) -> dict[str, Any]:
        """What is in the envelope. Raises Unreadable."""
        data: dict[str, Any] = msgspec.json.decode(self.open_file(envelope))
        return data

    def seal_file(self, plain: bytes) -> bytes:
        """An envelope round a file."""
        return SERVER + _key_id(self._newest) + bytes(SecretBox(self._newest).encrypt(plain))

    def open_file(self, envelope: bytes) -> bytes:
        """The file that is in the envelope. Raises Unreadable.

        An export opens a million of them, so it goes straight to what SecretBox itself goes to.
        """
        key_id = envelope[1:_NONCE_AT]
        key = self._keys.get(key_id)
        if envelope[:1] != SERVER or key is None:
            raise Unreadable(f"no key {key_id.hex()} in the key folder")
        try:
            return crypto_secretbox_open_easy(
                envelope[_SEALED_AT:], envelope[_NONCE_AT:_SEALED_AT], key
            )
        except CryptoError as trouble:
            raise Unreadable("the envelope was damaged") from trouble

    @property
    def starts(self) -> frozenset[bytes]:
        """How envelopes begin that can be opened, unless they were damaged."""
        return frozenset(SERVER + key_id for key_id in self._keys)

    def seal_text(self, data: dict[str, Any]) -> str:
        """An envelope as text: for what a page tells the next, in a hidden field."""
        return base64.urlsafe_b64encode(self.seal(data)).decode()

    def open_text(self, sealed: str) -> dict[str, Any]:
        """What such a text says. Raises Unreadable, also when it was never ours."""
        try:
            envelope = base64.urlsafe_b64decode(sealed)
        except ValueError as trouble:
            raise Unreadable("this is no envelope") from trouble
        return self.open(envelope)

    def new_key(self) -> bytes:
        """A sealed random key for fingerprints that nobody else can compute."""
        return self.seal({"key": random(32).hex()})

    def fingerprint(self, sealed_key: bytes, text: str) -> bytes:
        """32 bytes that stand for the text under that key (HMAC-SHA256)."""
        return hmac.digest(bytes.fromhex(self.open(sealed_key)["key"]), text.encode(), "sha256")

    def pseudonym(self, purpose: str, text: str) -> str:
        """A stand-in for the text all over the installation: an address in the limits table."""
        return hashlib.blake2b(
            f"{purpose}\0{text}".encode(), key=self._first, digest_size=16
        ).hexdigest()


def init_app(app: Flask) -> None:
    """Give the app its vault, from KEY_FOLDER."""
    app.extensions["campaign.vault"] = Vault(Path(app.config["KEY_FOLDER"]))


def vault() -> Vault:
    """The vault of the current app."""
    found: Vault = current_app.extensions["campaign.vault"]
    return found


def _read_key(file: Path) -> tuple[int, bytes]:
    """The number of a key file, `vault-12.key` (the highest is the newest), and its key."""
    try:
        number = int(file.stem.removeprefix("vault-"))
        key = bytes.fromhex(file.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != SecretBox.KEY_SIZE:
        raise WrongKey(
            f"{file} is no key file: vault-<number>.key holds {2 * SecretBox.KEY_SIZE} hexadecimal "
            "digits.\nIf it was just made, make it anew; else bring it back from your copy of the "
            "keys."
        )
    return number, key


def _key_id(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=_ID_BYTES, person=b"key id").digest()


def _make_key(file: Path) -> Path:
    """Write a new key that only we can read, and that is on the disk before it seals anything.

    Two processes that start at once end up with the same one. What one that was broken off has left
    is in nobody's way: in containers, all have the same process id.
    """
    unfinished = file.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(random(SecretBox.KEY_SIZE).hex())
            handle.flush()
            os.fsync(handle.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return file
