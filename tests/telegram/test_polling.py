"""Long polling: what is confirmed when, and what ends it."""

from __future__ import annotations

import asyncio
import os
import signal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.errors import NotAloneError, StoreError, TokenRefusedError
from bot.shutdown import stopped_by_signals, unless
from bot.telegram import polling
from bot.telegram.polling import Poller
from bot.telegram.raw_updates import received_of
from tests.virtual_time import now, run_virtually


class Telegram:
    """Answers getUpdates by script: updates, an error, or what hangs; then nothing comes any more."""

    def __init__(self, *answers: Any, webhook: str = "") -> None:
        self.answers = list(answers)
        self.asked: list[tuple[float, int | None]] = []
        self.kept: list[Any] = []
        self.store_fails = 0
        self.stop = asyncio.Event()
        self.polls = 0
        self.webhook = webhook
        self.started = 0.0
        self.bot: Any = SimpleNamespace(_post=self.post, get_webhook_info=self.info)

    async def post(self, method: str, data: dict[str, Any], read_timeout: float) -> Any:
        assert method == "getUpdates"
        assert read_timeout > data["timeout"]
        self.asked.append((now() - self.started, data["offset"]))
        if not self.answers:
            self.stop.set()
            await asyncio.sleep(1000)
        answer = self.answers.pop(0)
        if answer == "hang":
            await asyncio.sleep(100_000)
        if isinstance(answer, Exception):
            raise answer
        if answer == "at once":
            return []
        if not answer:
            await asyncio.sleep(30)
        return answer

    async def info(self) -> Any:
        return SimpleNamespace(url=self.webhook)

    async def receive(self, raw: list[Any]) -> None:
        if self.store_fails:
            self.store_fails -= 1
            raise StoreError
        self.kept += raw

    async def room(self) -> None:
        """Always."""

    def counted(self) -> None:
        self.polls += 1

    def run(self, **more: Any) -> None:
        async def run() -> None:
            self.started = now()
            more.setdefault("jitter", lambda: 1.0)
            poller = Poller(self.bot, self, on_poll=self.counted, clock=now, **more)
            await asyncio.wait_for(poller.run(self.stop), 100_000)

        run_virtually(run())

    @property
    def offsets(self) -> list[int | None]:
        return [offset for _, offset in self.asked]

    @property
    def pauses(self) -> list[float]:
        moments = [at for at, _ in self.asked]
        return [round(b - a, 1) for a, b in pairwise(moments)]


def update(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {}}


def test_the_offset_moves_behind_what_is_kept() -> None:
    telegram = Telegram([update(5), update(6)], [update(7)])
    telegram.run()
    assert telegram.offsets == [None, 7, 8]
    assert [u["update_id"] for u in telegram.kept] == [5, 6, 7]
    assert telegram.polls == 2


def test_ids_may_start_anew_below_once_all_is_confirmed() -> None:
    telegram = Telegram([update(500)], [], [update(3)])
    telegram.run()
    assert telegram.offsets == [None, 501, None, 4]


def test_while_the_store_fails_nothing_is_confirmed() -> None:
    telegram = Telegram([update(5)], [update(5)], [update(5)])
    telegram.store_fails = 2
    telegram.run()
    assert telegram.offsets == [None, None, None, 6]
    assert telegram.pauses == [polling.STORE_PAUSE_S, polling.STORE_PAUSE_S, 0]


def test_what_is_no_update_confirms_nothing() -> None:
    telegram = Telegram([{"x": 1}, 7, None, [], {"update_id": "5"}], "nonsense", [update(5)])
    telegram.run()
    assert telegram.offsets == [None, None, None, 6]


def test_pauses_grow_with_the_outage_and_it_is_over_at_once() -> None:
    telegram = Telegram(*(NetworkError("x") for _ in range(40)), [update(1)], NetworkError("x"), [])
    telegram.run()
    assert telegram.pauses[:3] == [0.5, 0.5, 0.5]
    at_a_minute = next(pause for pause, (at, _) in zip(telegram.pauses, telegram.asked, strict=False) if at > 55)
    assert 12 < at_a_minute < 20
    assert max(telegram.pauses) == 60
    assert telegram.pauses[41] == 0.5


def test_a_server_that_does_not_hold_polls_is_not_stormed() -> None:
    telegram = Telegram(*["at once"] * 10, [update(1)], [update(2)])
    telegram.run()
    times = [at for at, _ in telegram.asked]
    assert all(after - before >= polling.EMPTY_S - 1e-6 for before, after in pairwise(times[:11]))
    assert times[12] - times[10] < polling.EMPTY_S, "what brings something is followed at once"


def test_a_flood_wait_is_waited_out() -> None:
    telegram = Telegram(RetryAfter(7), [])
    telegram.run()
    assert telegram.pauses[0] == 7


def test_a_poll_that_hangs_is_broken_off(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram("hang", "hang", [])
    telegram.run()
    assert telegram.pauses[0] >= polling.STUCK_S
    assert "polling-stale" in [getattr(r, "action", "") for r in caplog.records]


def test_a_refused_token_ends_it() -> None:
    with pytest.raises(TokenRefusedError, match="token was refused") as caught:
        Telegram([update(1)], InvalidToken("secret")).run()
    assert caught.value.exit_code == 4
    assert "secret" not in str(caught.value)


def test_a_conflict_that_lasts_ends_it_after_two_minutes() -> None:
    telegram = Telegram(*(Conflict("x") for _ in range(100)))
    with pytest.raises(NotAloneError, match="another program") as caught:
        telegram.run()
    assert caught.value.exit_code == 3
    assert 120 <= telegram.asked[-1][0] < 130


def test_two_that_throw_each_other_out_is_a_conflict_too() -> None:
    answers: list[Any] = [Conflict("x"), [update(1)]] * 100
    with pytest.raises(NotAloneError):
        Telegram(*answers).run()


def test_the_one_in_service_stays_however_long_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram(*[[]] * 5, *[Conflict("x")] * 200, [update(1)])
    telegram.run()
    assert [u["update_id"] for u in telegram.kept] == [1]
    assert "stays" in caplog.text


def test_of_the_one_in_service_and_a_newcomer_the_newcomer_gives_way() -> None:
    """Each poll throws out the other's; what one gains between is no service."""
    telegram = Telegram(*[[]] * 3, *[Conflict("x"), []] * 100)
    with pytest.raises(NotAloneError, match="gives way"):
        telegram.run()


def test_of_two_that_began_together_one_is_more_patient() -> None:
    lasted = []
    for jitter in (1.0, 0.5):
        telegram = Telegram(*(Conflict("x") for _ in range(200)))
        with pytest.raises(NotAloneError):
            telegram.run(jitter=lambda jitter=jitter: jitter)
        lasted.append(telegram.asked[-1][0])
    assert lasted[1] - lasted[0] > 5 * polling.CONFLICT_PAUSE_S


def test_while_the_store_cannot_say_who_is_to_poll_no_conflict_ends_it() -> None:
    Telegram(*(Conflict("x") for _ in range(100))).run(may_end=lambda: False)


def test_the_overlap_of_a_deploy_heals() -> None:
    answers: list[Any] = [*[Conflict("x")] * 10, *[[]] * 4, *[Conflict("x")] * 10, []]
    Telegram(*answers).run()


def test_a_webhook_set_meanwhile_ends_it() -> None:
    with pytest.raises(NotAloneError, match="--take-over"):
        Telegram(Conflict("x"), webhook="https://example.org/x").run()


@pytest.mark.parametrize("raw", [None, 7, "x", [], {}, {"update_id": True}, {"update_id": 2**63}, {"update_id": 1.5}])
def test_no_update(raw: Any) -> None:
    assert received_of(raw) is None


@pytest.mark.parametrize(
    ("content", "chat"),
    [
        ({"message": {"chat": {"id": 7}}}, 7),
        ({"edited_message": {"chat": {"id": -7}}}, -7),
        ({"my_chat_member": {"chat": {"id": 7}}}, 7),
        ({"callback_query": {"message": {"chat": {"id": 7}}}}, 7),
        ({"callback_query": {"inline_message_id": "x"}}, None),
        ({"inline_query": {"query": "x"}}, None),
        ({"message": {"chat": {"id": "7"}}}, None),
        ({"message": {"chat": 7}}, None),
        ({"message": 7}, None),
        ({"callback_query": 7}, None),
        ({}, None),
    ],
)
def test_whose_it_is(content: dict[str, Any], chat: int | None) -> None:
    raw = {"update_id": 5, **content}
    found = received_of(raw)
    assert found is not None
    assert (found.update, found.chat, found.payload) == (5, chat, raw)


async def test_work_that_ends_first() -> None:
    assert await unless(asyncio.Event(), asyncio.sleep(0)) is True


async def test_work_that_fails() -> None:
    async def fail() -> None:
        raise TelegramError("x")

    with pytest.raises(TelegramError, match="x"):
        await unless(asyncio.Event(), fail())


async def test_work_that_is_stopped() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await unless(stop, asyncio.sleep(60)) is False


async def test_a_second_signal_ends_it_at_once() -> None:
    stop, statuses = asyncio.Event(), list[int]()
    with stopped_by_signals(stop, at_once=statuses.append):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 1)
        assert statuses == []
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
    assert statuses == [128 + signal.SIGTERM]
