"""How each failure of Telegram's is met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.outbox import PAUSES_S, SLACK_S, Outbox, Place, never_left, seconds_of
from bot.telegram.render import Part

PART = Part("<b>x</b>", None, "x")


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


def unsent() -> NetworkError:
    return caused(NetworkError("x"), httpx.ConnectError("x"))


def doubtful() -> NetworkError:
    return caused(TimedOut(), httpx.ReadTimeout("x"))


class Line:
    """A bot and a clock: raises what is given, one error a call, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.now = 100.0
        self.slept: list[float] = []
        self.calls: list[dict[str, Any]] = []
        bot: Any = SimpleNamespace(
            send_message=self.call, edit_message_text=self.call, delete_message=self.call,
            edit_message_reply_markup=self.call,
        )  # fmt: skip
        self.outbox = Outbox(bot, sleep=self.sleep, clock=lambda: self.now)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def call(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append(kwargs)
        if self.errors:
            raise self.errors.pop(0)
        return SimpleNamespace(message_id=9)

    async def send(self) -> int | None:
        return await self.outbox.send(Place(chat=1), PART)


async def test_what_never_left_is_sent_again_with_growing_pauses() -> None:
    line = Line(*(unsent() for _ in PAUSES_S))
    assert await line.send() == 9
    assert line.slept == list(PAUSES_S)


async def test_an_outage_is_given_up_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(*(unsent() for _ in range(len(PAUSES_S) + 1)))
    assert await line.send() is None
    assert [r.action for r in caplog.records] == ["send-failed"]  # type: ignore[attr-defined]


async def test_doubt_is_resolved_once_by_sending_again() -> None:
    assert await Line(doubtful()).send() == 9
    line = Line(doubtful(), doubtful())
    assert await line.send() is None
    assert len(line.calls) == 2


async def test_a_flood_wait_holds_everything_and_is_never_shortened() -> None:
    line = Line(RetryAfter(timedelta(seconds=30)))
    assert await line.send() == 9
    assert line.slept == [30 + SLACK_S]
    line.errors = [RetryAfter(timedelta(seconds=600))]
    assert await line.send() == 9
    assert line.slept[1:] == [600 + SLACK_S]


@pytest.mark.parametrize(
    ("errors", "calls"),
    [
        ([BadRequest("can't parse entities")], 2),
        ([BadRequest("a"), BadRequest("b")], 3),
        ([BadRequest("a"), BadRequest("b"), BadRequest("c")], 3),
        ([BadRequest("Chat not found")], 1),
        ([Forbidden("bot was blocked")], 1),
    ],
)
async def test_refusals(errors: list[TelegramError], calls: int) -> None:
    line = Line(*errors)
    sent = await line.send()
    assert len(line.calls) == calls
    assert (sent is None) == (len(errors) == calls)


async def test_a_log_line_does_not_quote(caplog: pytest.LogCaptureFixture) -> None:
    await Line(BadRequest('Can\'t parse entities: unsupported start tag "her words"')).send()
    assert "her words" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(BadRequest("Message is not modified: x"), True), (BadRequest("message to edit not found"), False)],
)
async def test_edits(error: TelegramError, shown: bool) -> None:
    assert await Line(error).outbox.edit(1, 2, PART) is shown


async def test_clearing_and_deleting_raise_nothing() -> None:
    await Line(BadRequest("message is not modified")).outbox.clear_buttons(1, 2)
    await Line(BadRequest("message can't be edited")).outbox.clear_buttons(1, 2)
    await Line(BadRequest("message can't be deleted")).outbox.delete(1, 2)


@pytest.mark.parametrize(
    ("make", "surely"),
    [
        (unsent, True),
        (lambda: caused(TimedOut(), httpx.PoolTimeout("x")), True),
        (lambda: caused(TimedOut(), httpx.ConnectTimeout("x")), True),
        (doubtful, False),
        (lambda: NetworkError("Bad Gateway"), False),
        (lambda: caused(NetworkError("x"), httpx.ReadError("x")), False),
    ],
)
def test_what_surely_never_left(make: Callable[[], NetworkError], surely: bool) -> None:
    assert never_left(make()) is surely


def test_seconds_come_as_either_type(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_of(RetryAfter(5)) == 5
    monkeypatch.setenv("PTB_TIMEDELTA", "false")
    with pytest.warns(DeprecationWarning, match="retry_after"):
        error = RetryAfter(5)
    with pytest.warns(DeprecationWarning, match="retry_after"):
        assert seconds_of(error) == 5
