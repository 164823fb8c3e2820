"""A file is sent after the cards of its reply; each failure is met as for a message."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.conversation.reply import Block, Card, Document, Outcome, Reply
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.replies import ReplySender
from bot.telegram.sender import Place, RetryingSender

HER = Place(chat=5)
REPLY = Reply(
    outcome=Outcome.ANSWER,
    cards=(Card(blocks=(Block(text="Here it is."),)),),
    document=Document(name="my-data.json", text='{"größe": 1}\n', caption="Everything"),
)


class Said:
    message_id = 9


class Bot:
    """Raises what is given, one error a file, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.calls: list[tuple[str, Any]] = []

    async def send_message(self, chat: int, text: str, **_: Any) -> Said:
        self.calls.append(("message", text))
        return Said()

    async def send_document(self, chat: int, content: bytes, **more: Any) -> Said:
        self.calls.append(("document", content))
        assert (more["filename"], more["caption"]) == ("my-data.json", "Everything")
        if self.errors:
            raise self.errors.pop(0)
        return Said()


def sender(bot: Bot, **more: Any) -> RetryingSender:
    return RetryingSender(bot, rate_limiter=RateLimiter(rate=0), **more)  # type: ignore[arg-type]


async def test_after_the_cards() -> None:
    bot = Bot()
    await ReplySender(sender(bot), "OurBot").answer(HER, REPLY, None)
    assert bot.calls == [("message", "Here it is."), ("document", '{"größe": 1}\n'.encode())]


async def test_a_flood_wait_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.sender.SLACK_S", 0.01)
    bot = Bot(RetryAfter(0))
    await ReplySender(sender(bot), "OurBot").new(HER, REPLY)
    assert [kind for kind, _ in bot.calls] == ["message", "document", "document"]


@pytest.mark.parametrize(
    ("error", "away", "lost", "result"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), [5], [], ("answer", "unreachable")),
        (BadRequest("file is too big"), [], [], ("answer", "failed")),
        (TelegramError("what is that"), [], [5], ("answer", "failed")),
    ],
)
async def test_what_stands_in_the_way_is_told(
    error: TelegramError, away: list[int], lost: list[int], result: tuple[str, str]
) -> None:
    gone: list[int] = []
    missed: list[int] = []
    counted: list[tuple[str, str]] = []

    async def unreachable(chat: int) -> None:
        gone.append(chat)

    box = sender(
        Bot(error),
        on_unreachable=unreachable,
        on_lost=lambda chat, _error: missed.append(chat),
        on_sent=lambda kind, found: counted.append((kind, found)),
    )
    assert await box.send_document(HER, "my-data.json", b"{}", "Everything") is None
    assert (gone, missed, counted[-1]) == (away, lost, result)
