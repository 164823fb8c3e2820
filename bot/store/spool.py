"""Updates that could not be kept in the database: a file of sealed lines, on the disk before they count."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from bot.errors import StoreError
from bot.store.cipher import Cipher
from bot.store.sealed_columns import PAYLOAD
from bot.updates import ReceivedUpdate

MOST_BYTES = 64 * 1024 * 1024
"""Some ten thousand updates. Beyond, nothing more is confirmed: Telegram keeps it as well as we could."""

_log = logging.getLogger(__name__)


class FileSpool:
    """Keeps `bot.updates.Spool`. Several processes of one machine may share the file; a lock parts them."""

    def __init__(self, path: Path, cipher: Cipher) -> None:
        """Make one.

        Args:
            path: of the file, which is made when first needed.
            cipher: seals what is written.
        """
        self._path = path
        self._cipher = cipher

    @property
    def is_empty(self) -> bool:
        """See `Spool`."""
        try:
            return self._path.stat().st_size == 0
        except OSError:
            return True

    async def append(self, updates: Sequence[ReceivedUpdate]) -> None:
        """See `Spool`."""
        lines = b"".join(self._line(update) for update in updates)
        await asyncio.to_thread(self._append, lines)

    async def oldest(self, most: int) -> tuple[list[ReceivedUpdate], tuple[bytes, ...]]:
        """See `Spool`. What does not open is left out, and said in the log."""
        lines = await asyncio.to_thread(self._read, most)
        return [update for line in lines if (update := self._update(line)) is not None], tuple(lines)

    async def drop(self, marks: Sequence[bytes]) -> None:
        """See `Spool`."""
        await asyncio.to_thread(self._drop, frozenset(marks))

    def _line(self, update: ReceivedUpdate) -> bytes:
        sealed = self._cipher.seal(update.payload, PAYLOAD.of(update.update))
        record = {"update": update.update, "chat": update.chat, "payload": base64.b64encode(sealed).decode()}
        return json.dumps(record).encode() + b"\n"

    def _update(self, line: bytes) -> ReceivedUpdate | None:
        try:
            record: dict[str, Any] = json.loads(line)
            payload = self._cipher.open(base64.b64decode(record["payload"]), PAYLOAD.of(record["update"]))
            return ReceivedUpdate(update=record["update"], chat=record["chat"], payload=payload)
        except (StoreError, ValueError, KeyError, TypeError) as error:  # half a line after a power cut, or a lost key
            name = type(error).__name__
            _log.error("A spooled update cannot be read: %s", name, extra={"action": "spool-unreadable"})
            return None

    def _append(self, lines: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            is_new = not self._path.exists()
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                if file.tell() + len(lines) > MOST_BYTES:
                    raise StoreError("the spool is full")
                _write(file, lines)
            if is_new:
                self._sync_folder()

    def _read(self, most: int) -> list[bytes]:
        with self._locked(), self._path.open("rb") as file:
            return list(islice(file, most))

    def _drop(self, marks: frozenset[bytes]) -> None:
        """Write the others anew, beside, and put that in its place: a power cut leaves one or the other."""
        with self._locked():
            with self._path.open("rb") as file:
                rest = b"".join(line for line in file if line not in marks)
            if rest:
                beside = self._path.with_name(self._path.name + ".new")
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    _write(file, rest)
                beside.replace(self._path)
            else:
                self._path.unlink()
            self._sync_folder()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self._path.with_name(self._path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _sync_folder(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
