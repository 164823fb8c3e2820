"""How the value of a setting is read. Each function takes the text and raises ValueError with what is allowed."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.settings.database_url import HIDDEN

MASK = HIDDEN
"""Stands in for a secret wherever settings are shown."""

LEAST_INBOX_HOURS = 25
"""Telegram brings an update again for 24 hours; whose id is forgotten before that is answered twice."""

MOST_HOURS = 30 * 24
"""What is kept for hours is short-lived by promise; a month is already more than /privacy should have to explain."""

LEAST_RATE = 0.1
"""Slower, an answer would be given up before its turn."""

MOST_MONTHS = 120

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{1,30}", re.ASCII)
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def as_flag(text: str) -> bool:
    """True or False in the words people use; "False" is false."""
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError("true or false")


def as_token(text: str) -> str:
    """A bot token. Only its outline is checked, as test servers hand out short ones."""
    if not _TOKEN.fullmatch(text):
        raise ValueError("a token from @BotFather: digits, a colon, then letters, digits, - and _")
    return text


def as_api_url(text: str) -> str:
    """The root of a Bot API server, without a slash at the end; without TLS only within a network of one's own."""
    allowed = (
        "the root of a Bot API server without /bot, like https://api.telegram.org or http://127.0.0.1:8081; "
        "http, by which the token and what mothers write could be read, only for this machine, a private address or "
        "a name without dots"
    )
    url = text.rstrip("/")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    else:
        whole = whole and not (parts.query or parts.fragment or parts.username or parts.password)
        whole = whole and not parts.path.endswith("/bot") and not re.search(r"\s", url)
        whole = whole and (parts.scheme == "https" or _is_near(parts.hostname or ""))
    if not whole:
        raise ValueError(allowed)
    return url


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one of a private network, as its name or address tells."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def as_webhook_url(text: str) -> str:
    """The public address of this bot, without a slash at the end; without TLS only on this machine, for tests."""
    allowed = "an https address that Telegram can reach, like https://bot.example.org/telegram"
    url = text.rstrip("/")
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0) and not re.search(r"\s", url)
    except ValueError:
        raise ValueError(allowed) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    if not whole or not is_safe or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(allowed)
    return url


def as_webhook_secret(text: str) -> str:
    """What Telegram sends along with each update."""
    if not _SECRET.fullmatch(text):
        raise ValueError("1 to 256 characters out of A-Z, a-z, 0-9, _ and -")
    return text


def as_port(text: str) -> int:
    """A TCP port."""
    return _whole(text, 1, 65_535, "a port, 1 to 65535")


def as_address(text: str) -> str:
    """An address of this machine."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("an address of this machine, like 127.0.0.1, or 0.0.0.0 for all of them") from None


def as_months(text: str) -> int:
    """A number of months."""
    return _whole(text, 1, MOST_MONTHS, f"a whole number of months, 1 to {MOST_MONTHS}")


def as_ids(text: str) -> tuple[int, ...]:
    """Telegram user ids."""
    allowed = "user ids of Telegram: whole numbers above 0, parted by commas"
    return tuple(_whole(part.strip(), 1, 2**52, allowed) for part in text.split(","))


def as_rate(text: str) -> float:
    """A number of messages a second; 0 is one too."""
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if rate != 0 and not LEAST_RATE <= rate < float("inf"):
        raise ValueError(f"a number of messages a second, {LEAST_RATE} or more; 0: without any pace")
    return rate


def _whole(text: str, least: int, most: int, allowed: str) -> int:
    """A whole number; ValueError with what is allowed."""
    if not re.fullmatch(r"[0-9]{1,19}", text, re.ASCII) or not least <= int(text) <= most:
        raise ValueError(allowed)
    return int(text)


def as_folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    try:
        there = path.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise ValueError("a folder that exists")
    return path


def as_keys(text: str) -> tuple[str, ...]:
    """Fernet keys, newest first: each 32 bytes in URL-safe base64."""
    keys = tuple(key.strip() for key in text.split(","))
    for key in keys:
        try:
            size = len(base64.b64decode(key.encode("ascii"), altchars=b"-_", validate=True))
        except (UnicodeEncodeError, binascii.Error):
            size = 0
        if size != 32:
            raise ValueError("Fernet keys (44 characters of URL-safe base64 each), parted by commas, the newest first")
    return keys


def as_line(longest: int) -> Callable[[str], str]:
    """A reader of one line of text with at most `longest` characters."""

    def read(text: str) -> str:
        if len(text) > longest or not text.isprintable():
            raise ValueError(f"one line of at most {longest} characters")
        return text

    return read


def as_phone(text: str) -> str:
    """A telephone number as people write it."""
    if not _PHONE.fullmatch(text) or sum(map(str.isdigit, text)) < 2:
        raise ValueError("a telephone number: digits, blanks, + ( ) . / and -")
    return text


def as_country(text: str) -> str:
    """A country code in capital letters. Whether help lines are known for it is the knowledge base's matter."""
    code = text.upper()
    if not re.fullmatch(r"[A-Z]{2}", code, re.ASCII) or code == "UK":
        raise ValueError("two letters of ISO 3166, like GB (not UK), US, AU, DE")
    return code


def as_timezone(text: str) -> str:
    """The name of a time zone that this machine knows."""
    allowed = "the name of a time zone, like Europe/London, America/New_York or UTC"
    if not _ZONE.fullmatch(text):  # before ZoneInfo sees it: a name becomes a path
        raise ValueError(allowed)
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(allowed) from None
    return text


def as_hours(text: str) -> float:
    """A number of hours above 0."""
    hours = _hours(text)
    if not 0 < hours <= MOST_HOURS:
        raise ValueError(f"a number of hours above 0, at most {MOST_HOURS}")
    return hours


def _hours(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def as_inbox_hours(text: str) -> float:
    """A number of hours, not less than a day: for so long Telegram may bring an update again."""
    hours = as_hours(text)
    if hours < LEAST_INBOX_HOURS:
        raise ValueError(
            f"a number of hours, {LEAST_INBOX_HOURS} to {MOST_HOURS}: "
            "Telegram may bring an update again for 24, and it would be answered twice"
        )
    return hours


def as_choice(*choices: str) -> Callable[[str], str]:
    """A reader of one of `choices`, in capital or small letters."""

    def read(text: str) -> str:
        for choice in choices:
            if choice.lower() == text.lower():
                return choice
        raise ValueError(" or ".join(choices))

    return read
