"""How each failure of Telegram's is met."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import islice, pairwise
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import ExpiredError, InDoubtError, MaybeSentError, NeverLeftError, NotTelegramError, StoreError
from bot.telegram.api_errors import never_left, seconds_of
from bot.telegram.caller import MOST_REFUSALS, PAUSES, SLACK_S
from bot.telegram.copies import Copies
from bot.telegram.rate_limiter import Priority
from bot.telegram.reachability import REFUSED_S, Reachability
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Place, SendResult
from bot.telegram.sender import RetryingSender
from tests.virtual_time import now, run_virtually

PART = Part("<b>x</b>", None, "x")


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


def unsent() -> NetworkError:
    return caused(NetworkError("x"), httpx.ConnectError("x"))


def doubtful() -> NetworkError:
    return caused(TimedOut(), httpx.ReadTimeout("x"))


class Line:
    """A bot in virtual time: raises what is given, one error a call, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.slept: list[float] = []
        self.calls: list[tuple[float, dict[str, Any]]] = []
        self.asked = 0
        self.away: list[TelegramError] = []
        """What the question whether Telegram answers meets."""
        self.told: list[tuple[int, ...]] = []
        self.tally: list[tuple[str, str]] = []
        bot: Any = SimpleNamespace(_post=self.post)
        self.sender = RetryingSender(
            bot,
            sleep=self.sleep,
            clock=now,
            on_unreachable=self.tell,
            on_migrated=self.tell,
            on_sent=lambda kind, result: self.tally.append((kind, result)),
        )

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(seconds)

    async def get_me(self) -> None:
        self.asked += 1
        if self.away:
            raise self.away.pop(0)

    async def tell(self, *chats: int) -> None:
        self.told.append(chats)
        raise StoreError("busy")

    async def post(self, method: str, data: dict[str, Any] | None = None) -> Any:
        if method == "getMe":
            return await self.get_me()
        self.calls.append((now(), dict(data or {})))
        if self.errors:
            raise self.errors.pop(0)
        return {"message_id": 9}

    def send(self, **more: Any) -> int | None:
        return run_virtually(self.sender.send(Place(chat=1), PART, Effort(**more)))

    def once(self, seconds: float = 2700) -> SendResult:
        async def send() -> SendResult:
            return await self.sender.send_once(Place(chat=1), PART, until=now() + seconds)

        return run_virtually(send())


def bad_gateway() -> NetworkError:
    return NetworkError("Bad Gateway")


def page() -> NetworkError:
    return caused(NetworkError("not Telegram's answer"), NotTelegramError())


NO_EFFECT = (unsent, bad_gateway, page)


@pytest.mark.parametrize("failure", NO_EFFECT)
def test_what_took_no_effect_is_sent_again_with_growing_pauses(failure: Callable[[], NetworkError]) -> None:
    line = Line(*(failure() for _ in range(6)))
    assert line.send() == 9
    assert line.slept == list(islice(PAUSES[Priority.ANSWER], 6))
    assert line.asked == 6


@pytest.mark.parametrize("failure", NO_EFFECT)
def test_an_outage_of_a_day_is_outlived(failure: Callable[[], NetworkError]) -> None:
    line = Line(*(failure() for _ in range(1200)))
    line.away = [failure() for _ in range(20_000)]
    assert line.send() == 9
    assert line.calls[-1][0] - line.calls[0][0] > 19 * 3600, "one probe goes for all, a real call once a minute"


def test_an_alarm_waits_two_seconds_at_most_where_telegram_answers_otherwise() -> None:
    line = Line(*(bad_gateway() for _ in range(40)))
    assert line.send(priority=Priority.ALARM) == 9
    times = [at for at, _ in line.calls]
    assert max(after - before for before, after in pairwise(times)) == 2.0


def test_its_time_ends() -> None:
    line = Line(*(bad_gateway() for _ in range(40)))
    with pytest.raises(ExpiredError):
        line.send(until=1000.0 + 60)
    assert line.calls[-1][0] < 1060


def test_doubt_is_resolved_once_by_sending_again() -> None:
    assert Line(doubtful()).send() == 9
    line = Line(doubtful(), doubtful())
    with pytest.raises(InDoubtError):
        line.send()
    assert len(line.calls) == 2


@pytest.mark.parametrize(("begun", "calls"), [(0, 2), (1, 1), (2, 0)])
def test_what_was_begun_before_a_crash_counts(begun: int, calls: int) -> None:
    line = Line(doubtful(), doubtful())
    with pytest.raises(InDoubtError):
        line.send(copies=Copies(begun))
    assert len(line.calls) == calls


def test_what_took_no_effect_counts_as_no_copy() -> None:
    kept: list[int] = []

    async def keep(begun: int) -> None:
        kept.append(begun)

    line = Line(bad_gateway(), doubtful(), bad_gateway(), unsent())
    assert line.send(copies=Copies(keep=keep)) == 9
    assert kept == [2, 1, 2, 1, 2]


def test_the_second_try_waits_until_telegram_answers() -> None:
    async def scene() -> None:
        line = Line(*(doubtful() for _ in range(20)))
        line.away = [doubtful(), unsent(), NetworkError("Bad Gateway"), Forbidden("x")]
        sending = asyncio.gather(*(line.sender.send(Place(chat=chat), PART) for chat in range(1, 21)))
        assert await sending == [9] * 20
        assert line.asked == 4
        assert len(line.calls) == 40

    run_virtually(scene())


@pytest.mark.parametrize("many", [1, MOST_REFUSALS - 1])
def test_a_refusal_of_one_call_is_no_verdict(many: int) -> None:
    assert Line(*(InvalidToken() for _ in range(many))).send() == 9


def test_a_method_that_the_server_lacks_is_given_up_but_an_alarm_is_not() -> None:
    refusals = [InvalidToken() for _ in range(MOST_REFUSALS)]
    line = Line(*refusals)
    assert line.send() is None
    assert len(line.calls) == MOST_REFUSALS
    assert Line(*refusals).send(priority=Priority.ALARM) == 9


def test_a_token_that_is_refused_for_good_is_told() -> None:
    async def scene() -> None:
        refused = asyncio.Event()
        line = Line(*(InvalidToken() for _ in range(500)))
        line.away = [InvalidToken() for _ in range(500)]
        began = now()
        reachability = Reachability(line.get_me, on_refused=refused.set, clock=now)
        bot: Any = SimpleNamespace(_post=line.post)
        sending = asyncio.create_task(
            RetryingSender(bot, reachability=reachability, clock=now).send(Place(chat=1), PART)
        )
        await refused.wait()
        assert REFUSED_S <= now() - began < 60
        sending.cancel()

    run_virtually(scene())


@pytest.mark.parametrize("seconds", [30, 600])
def test_a_flood_wait_is_waited_out(seconds: int) -> None:
    line = Line(RetryAfter(timedelta(seconds=seconds)))
    assert line.send() == 9
    assert line.calls[1][0] - line.calls[0][0] == pytest.approx(seconds + SLACK_S)


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
def test_refusals(errors: list[TelegramError], calls: int) -> None:
    line = Line(*errors)
    sent = line.send()
    assert len(line.calls) == calls
    assert (sent is None) == (len(errors) == calls)


def test_a_log_line_does_not_quote(caplog: pytest.LogCaptureFixture) -> None:
    Line(BadRequest('Can\'t parse entities: unsupported start tag "her words"')).send()
    assert "her words" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(BadRequest("Message is not modified: x"), True), (BadRequest("message to edit not found"), False)],
)
def test_edits(error: TelegramError, shown: bool) -> None:
    assert run_virtually(Line(error).sender.edit(1, 2, PART)) is shown


def test_clearing_and_deleting_raise_nothing() -> None:
    run_virtually(Line(BadRequest("message is not modified")).sender.clear_buttons(1, 2))
    run_virtually(Line(BadRequest("message can't be edited")).sender.clear_buttons(1, 2))
    run_virtually(Line(BadRequest("message can't be deleted")).sender.delete(1, 2))


@pytest.mark.parametrize(
    ("make", "surely"),
    [
        (unsent, True),
        (lambda: caused(TimedOut(), httpx.PoolTimeout("x")), True),
        (lambda: caused(TimedOut(), httpx.ConnectTimeout("x")), True),
        (lambda: caused(TimedOut(), NeverLeftError("ConnectionTimeoutError")), True),
        (lambda: caused(NetworkError("x"), MaybeSentError("ServerDisconnectedError")), False),
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


@pytest.mark.parametrize(
    ("errors", "outcome", "calls"),
    [
        ([], "sent", 1),
        ([BadRequest("can't parse entities")], "sent", 2),
        ([BadRequest("a"), BadRequest("b")], "failed", 2),
        ([BadRequest("Chat not found")], "unreachable", 1),
        ([Forbidden("bot was blocked")], "unreachable", 1),
        ([ChatMigrated(-1009)], "migrated", 1),
        ([doubtful()], "uncertain", 1),
        ([NetworkError("Bad Gateway")], "uncertain", 1),
        ([unsent()] * 40, "sent", 41),
        ([unsent()] * 400, "expired", 95),
        ([unsent(), doubtful()], "uncertain", 2),
        ([30, 30, 30], "sent", 4),
        ([3000], "expired", 1),
        ([InvalidToken()], "sent", 2),
        ([page()], "sent", 2),
    ],
)
def test_what_may_have_arrived_is_not_sent_again(errors: list[TelegramError | int], outcome: str, calls: int) -> None:
    line = Line(*(RetryAfter(timedelta(seconds=e)) if isinstance(e, int) else e for e in errors))
    sent = line.once()
    assert (sent.outcome, len(line.calls)) == (outcome, calls)
    assert sent.message_id == (9 if outcome == "sent" else None)
    assert line.tally == [("reminder", outcome)]
    assert line.told == {"unreachable": [(1,)], "migrated": [(1, -1009)]}.get(outcome, [])


def test_a_reminder_whose_time_is_over_is_not_sent() -> None:
    line = Line()
    assert line.once(0).outcome == "expired"
    assert not line.calls


def test_a_reminder_does_not_wait_for_its_turn_beyond_its_time() -> None:
    async def scene() -> SendResult:
        line = Line()
        line.sender._caller._rate_limiter.halt(60, None)
        return await line.sender.send_once(Place(chat=1), PART, until=now() + 20)

    assert run_virtually(scene()).outcome == "expired"


def test_an_answer_follows_a_group_to_its_new_id() -> None:
    line = Line(ChatMigrated(-1009))
    assert line.send(priority=Priority.ALARM) == 9
    assert [call["chat_id"] for _, call in line.calls] == [1, -1009]
    assert (line.told, line.tally) == ([(1, -1009)], [("alarm", "sent")])


def test_an_answer_tells_of_a_chat_that_cannot_be_reached() -> None:
    line = Line(Forbidden("bot was blocked"))
    assert line.send() is None
    assert (line.told, line.tally) == ([(1,)], [("answer", "unreachable")])
