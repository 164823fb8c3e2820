"""What is kept of a chat is sealed before it reaches the database; the key lies elsewhere."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SealError, StoreSetupError

_FOR = "for"
_STEP = 64
"""Bytes; blanks fill up, which JSON ignores. "loss" must not be told from "pregnant" by the length."""
_FINGERPRINT = b"fingerprint of a data key"

_log = logging.getLogger(__name__)


class Cipher:
    """Seals and opens JSON objects. Seals with the first key, opens with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Make one.

        Args:
            keys: Fernet keys, the newest first.

        Raises:
            StoreSetupError: there is none, or one is no Fernet key.
        """
        if not keys:
            raise StoreSetupError("There is no data key.")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise StoreSetupError("A data key (of DATA_KEY or the key file) is not a Fernet key.") from error
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)
        self.fingerprints = tuple(_fingerprint(key) for key in keys)
        """Of each key, the newest first: tells keys apart, and nothing about them."""
        self._digest_key = hashlib.blake2b(keys[0].encode(), digest_size=32, person=b"store digest").digest()

    def seal(self, data: dict[str, Any], purpose: str) -> bytes:
        """`data`, unreadable without the key, and of no use in another place than that which `purpose` names.

        How long it is shows only in steps of `_STEP` bytes; when it was sealed shows.

        Args:
            data: a JSON object; it has no field "for", which is where the purpose stands.
            purpose: table, column and key of the row, see `bot.store.sealed_columns`.
        """
        text = json.dumps({**data, _FOR: purpose}, separators=(",", ":")).encode()
        return self._fernet.encrypt(text.ljust(-(-len(text) // _STEP) * _STEP))

    def open(self, sealed: bytes, purpose: str) -> dict[str, Any]:
        """The object that `seal` was given. What was sealed before purposes were noted opens for any.

        Raises:
            SealError: it was sealed with another key, or for another purpose, or changed since.
        """
        data = _read(self._fernet, sealed)
        if data.pop(_FOR, purpose) != purpose:
            raise SealError("it was sealed for another place")
        return data

    def resealed(self, sealed: bytes, purpose: str) -> bytes | None:
        """The same, sealed with the newest key and for its purpose; None where it is already.

        Raises:
            SealError: it does not open.
        """
        data = self.open(sealed, purpose)
        with contextlib.suppress(SealError):
            if _FOR in _read(self._newest, sealed):
                return None
        return self.seal(data, purpose)

    def digest(self, *parts: str | int) -> bytes:
        """16 bytes that are the same for the same parts, and tell nothing about them without the newest key.

        Another newest key gives others: `bot.store.rotate` writes them anew.
        """
        text = json.dumps(parts).encode()
        return hashlib.blake2b(text, key=self._digest_key, digest_size=16).digest()


def _read(fernet: Fernet | MultiFernet, sealed: bytes) -> dict[str, Any]:
    try:
        data = json.loads(fernet.decrypt(bytes(sealed)))
    except (InvalidToken, ValueError, TypeError) as error:
        raise SealError("it was sealed with another data key, or is damaged") from error
    if not isinstance(data, dict):
        raise SealError("it is not an object")
    return data


def _fingerprint(key: str) -> str:
    return hmac.digest(base64.urlsafe_b64decode(key), _FINGERPRINT, "sha256").hex()[:32]


def key_from_file(path: Path, database: Path) -> str:
    """What is in `path`, a data key or several; the file is made, readable by its owner only, where there is none.

    Args:
        path: the key file.
        database: the database file, in whose folder no key may lie: who copies the one must not get the other.

    Raises:
        StoreError: the file lies beside the database, others may read it, or it cannot be read or made.
    """
    folder, home = path.absolute().parent.resolve(), database.absolute().parent.resolve()
    if folder == home or folder in home.parents:
        raise StoreSetupError(f"The key file {path} may not lie beside the database; set DATABASE_URL or DATA_KEY.")
    try:
        if not path.exists():
            _make_key(path)
        if path.stat().st_mode & 0o077:
            raise StoreSetupError(f"The key file {path} can be read by others; run: chmod 600 {path}")
        return path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise StoreSetupError(
            f"The key file {path} cannot be used ({error}); set DATA_KEY to do without it."
        ) from error


def _make_key(path: Path) -> None:
    """Write a fresh key to `path`, whole or not at all; a key that another process wrote meanwhile is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _log.info(
        "A new data key was made: %s. Keep a copy; without it the stored chats cannot be read.",
        path,
        extra={"action": "key-made"},
    )
