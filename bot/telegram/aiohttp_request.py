"""PTB's calls over aiohttp: about half the CPU of its default client, with errors that say whether a call had left."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.errors import AddressError, MaybeSentError, NeverLeftError, NotTelegramError

CONNECTIONS = 64
"""At 30 calls a second more would be open only when each took two seconds."""
KEEP_ALIVE_S = 15.0
"""Idle longer, a connection is closed by us: one that the server closes just as we write leaves us in doubt."""
READ_S = WRITE_S = CONNECT_S = 5.0
POOL_S = 1.0
MEDIA_WRITE_S = 20.0
"""PTB's own defaults, in seconds."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """See PTB's `BaseRequest`. Belongs to one event loop; its connections are kept open between calls.

    aiohttp sends a POST again by itself never, also not where a kept connection turns out to be closed (it would for a
    GET): so a call is made once, and `ServerDisconnectedError` is a doubt.
    """

    __slots__ = ("_connections", "_proxy", "_read_s", "_session", "_ssl")

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        read_s: float = READ_S,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            connections: how many are open at once, at most; further calls wait `POOL_S` for one.
            read_s: how long to wait for an answer, in seconds.
            proxy: the address of an HTTP proxy.
            ssl_context: for https; None: aiohttp's own.
        """
        self._connections = connections
        self._read_s = read_s
        self._proxy = proxy
        self._ssl = ssl_context
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """See `BaseRequest`; in seconds."""
        return self._read_s

    async def initialize(self) -> None:
        """Open the session; a second call does nothing."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=KEEP_ALIVE_S, ssl=self._ssl or True
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
                trust_env=False,  # asked for at every call otherwise
            )

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917  (PTB's signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """See `BaseRequest`. Raises TimedOut or NetworkError, caused by NeverLeftError or MaybeSentError."""
        if self._session is None:
            raise RuntimeError("The request is not initialized.")
        files = request_data.multipart_data if request_data is not None else None
        timeout = _timeout(
            read=_or(read_timeout, self._read_s),
            write=_or(write_timeout, MEDIA_WRITE_S if files else WRITE_S),
            connect=_or(connect_timeout, CONNECT_S),
            pool=_or(pool_timeout, POOL_S),
        )
        failed: TelegramError
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data, files),
                headers=None if files or request_data is None else _FORM,
                timeout=timeout,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                payload = await response.read()
                if response.status == 429:
                    _check_wait(response, payload)
                elif not 200 <= response.status <= 299:
                    self.parse_json_payload(payload)  # a page of a proxy's says nothing about the token or the chat
                return response.status, payload
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as err:  # TimeoutError is an OSError
            failed = _translated(err)
        # Raised outside of the block above: the original error names the address, with the token in it.
        raise failed

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `BaseRequest`. What is no JSON is not logged, as it may hold words of hers.

        Raises:
            NetworkError: caused by NotTelegramError, the body is not of the form in which Telegram answers.
        """
        parsed = _read(payload)
        if (
            not isinstance(parsed, dict)
            or not isinstance(parsed.get("ok"), bool)
            or (parsed["ok"] and "result" not in parsed)
        ):
            raise NetworkError("not Telegram's answer") from NotTelegramError()
        return parsed


def _read(payload: bytes) -> Any:
    """JSON, also with signs that strict readers refuse (a lone surrogate, bad UTF-8, NaN); None where it is none."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    try:
        return _without_surrogates(json.loads(payload.decode(errors="replace")))
    except (ValueError, RecursionError):
        return None


def _without_surrogates(value: Any) -> Any:
    """Halves of a sign cannot be stored, sent or printed; each becomes a question mark."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def _or(given: Any, default: float) -> float | None:
    seconds: float | None = default if given is BaseRequest.DEFAULT_NONE else given
    return seconds


def _timeout(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """The times as aiohttp takes them: `connect` holds the wait for a free connection; for writing there is the sum."""
    reach = None if connect is None or pool is None else connect + pool
    total = None if reach is None or read is None or write is None else reach + write + read
    return aiohttp.ClientTimeout(total=total, connect=reach, sock_connect=connect, sock_read=read)


def _body(data: RequestData | None, files: Any) -> Any:
    if data is None:
        return None
    if not files:
        return urlencode(data.json_parameters).encode()
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in files.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form


def _check_wait(response: aiohttp.ClientResponse, payload: bytes) -> None:
    """PTB would take a 429 without `retry_after` (a proxy's) for an unknown error."""
    if b'"retry_after"' not in payload:
        after = response.headers.get("Retry-After", "")
        raise RetryAfter(int(after) if after.isdecimal() else 1)


def _translated(err: Exception) -> TelegramError:
    """The error for PTB's callers, of which the type of the cause says whether the call may have arrived."""
    name = type(err).__name__
    cause: Exception
    if isinstance(err, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError | UnicodeError):  # a host that is no name
        cause = AddressError(name)
    elif isinstance(err, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        cause = NeverLeftError(name)
    else:
        cause = MaybeSentError(name)
    failed = TimedOut() if isinstance(err, asyncio.TimeoutError) else NetworkError(name)
    failed.__cause__ = cause
    return failed
