"""For every test: no network beyond loopback, and nothing of the developer's environment."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.small_knowledge import Write, writer

if TYPE_CHECKING:
    from bot.conversation.dialogue import Conversation

hypothesis.settings.register_profile("same-every-time", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same-every-time")

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # so that `tests.e2e` is ours, also where another package installed a `tests`
    sys.path.insert(0, str(ROOT))

SETTINGS = (
    "TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "DATABASE_URL", "KNOWLEDGE_DIR", "WEBHOOK_URL", "WEBHOOK_SECRET",
    "PORT", "METRICS_PORT", "HOST", "ADMIN_IDS", "DATA_KEY", "CLINIC_NAME", "CLINIC_PHONE", "PRIVACY_CONTACT",
    "COUNTRY", "TIMEZONE", "CONTEXT_HOURS", "INBOX_HOURS", "CHAT_MONTHS", "SEND_RATE", "EPHEMERAL_DISK",
    "ALLOW_EPHEMERAL_SQLITE", "LOG_LEVEL", "LOG_FORMAT", "DYNO",
)  # fmt: skip
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class NetworkRefusedError(AssertionError):
    """A test tried to leave this machine."""


def is_loopback(host: object) -> bool:
    """Whether a host as given to a socket is on this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    lookup = socket.getaddrinfo

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
                raise NetworkRefusedError(f"connection to {address!r}")
            return real(self, address)

        return call

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_loopback(host):
            raise NetworkRefusedError(f"look-up of {host!r}")
        return lookup(host, *args, **kwargs)

    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, guarded(name))
    patch.setattr(socket, "getaddrinfo", guarded_lookup)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SETTINGS, *PROXIES, *(proxy.lower() for proxy in PROXIES)):
        monkeypatch.delenv(name, raising=False)
    # Asks PTB for the coming type of `retry_after`; without it, it warns, and warnings are errors here.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a knowledge base of one good topic and the files given, by path; returns its folder."""
    return writer(tmp_path)


@pytest.fixture(scope="session")
def conversation() -> Conversation:
    """The built-in knowledge base; its models come from the user's cache, as for the program."""
    from bot.factory import build_conversation

    return build_conversation()
