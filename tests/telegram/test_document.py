"""A file is sent after the cards of its reply; each failure is met as for a message."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.conversation.reply import Block, Card, Document, Outcome, Reply
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.replies import ReplySender
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from bot.telegram.steps import new
from bot.updates import Progress

HER = Place(chat=5)
REPLY = Reply(
    outcome=Outcome.ANSWER,
    cards=(Card(blocks=(Block(text="Here it is."),)),),
    document=Document(name="my-data.txt", text='{"größe": 1}\n', caption="Everything"),
)


class Bot:
    """Raises what is given, one error a file, then succeeds."""

    def __init__(self, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.calls: list[tuple[str, Any]] = []

    async def _post(self, method: str, data: dict[str, Any]) -> Any:
        if method == "sendMessage":
            self.calls.append(("message", data["text"]))
        else:
            file = data["document"]
            self.calls.append(("document", file.input_file_content))
            assert (method, file.filename, data["caption"]) == ("sendDocument", "my-data.txt", "Everything")
            if self.errors:
                raise self.errors.pop(0)
        return {"message_id": 9}


def sender(bot: Bot, **more: Any) -> RetryingSender:
    return RetryingSender(bot, rate_limiter=RateLimiter(rate=0), **more)  # type: ignore[arg-type]


async def send(bot: Bot) -> None:
    async def keep(_progress: Progress) -> None: ...

    async def ready() -> None: ...

    await ReplySender(sender(bot)).send(
        HER, new(REPLY, "OurBot"), Effort(), progress=Progress(), keep=keep, ready=ready
    )


async def test_after_the_cards() -> None:
    bot = Bot()
    await send(bot)
    assert bot.calls == [("message", "Here it is."), ("document", '{"größe": 1}\n'.encode("utf-8-sig"))]


async def test_a_flood_wait_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.caller.SLACK_S", 0.01)
    bot = Bot(RetryAfter(0))
    await send(bot)
    assert [kind for kind, _ in bot.calls] == ["message", "document", "document"]


@pytest.mark.parametrize(
    ("error", "away", "result"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), [5], ("answer", "unreachable")),
        (BadRequest("file is too big"), [], ("answer", "failed")),
    ],
)
async def test_what_stands_in_the_way_is_told(error: TelegramError, away: list[int], result: tuple[str, str]) -> None:
    gone: list[int] = []
    counted: list[tuple[str, str]] = []

    async def unreachable(chat: int) -> None:
        gone.append(chat)

    box = sender(Bot(error), on_unreachable=unreachable, on_sent=lambda kind, found: counted.append((kind, found)))
    assert await box.send_document(HER, "my-data.txt", b"{}", "Everything") is None
    assert (gone, counted[-1]) == (away, result)
