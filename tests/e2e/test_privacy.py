"""What is kept, told and deleted, over HTTP; and what never stands in a log line."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.log import QUIET, JsonFormatter, PlainFormatter, set_up_logging
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.factory import open_database
from bot.telegram.conversation_service import TelegramConversationService
from tests.e2e.conftest import KEY, Start
from tests.e2e.test_real_talk import real_conversation
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.store.filling import counts, fill

HER = 4711
SECRETS = ("zanzibarine", "quuxington", "Wolkenkuckuck", "Person 4711", TOKEN, TOKEN.partition(":")[2])
"""Words of hers, her name, the token."""


@pytest.fixture
async def database(database_file: Path) -> AsyncIterator[Database]:
    opened = open_database(DatabaseUrl.of_file(database_file))
    yield opened
    await opened.close()


@pytest.fixture
def store(database: Database) -> ChatStore:
    return ChatStore(database, Cipher([KEY]), context_hours=24)


@pytest.fixture
def service(store: ChatStore) -> TelegramConversationService:
    return TelegramConversationService(real_conversation(), store)


async def settled(database: Database) -> None:
    """Wait until every update is answered and noted as such."""
    for _ in range(200):
        async with database.transaction(write=False) as tx:
            if await tx.fetch_one("SELECT 1 FROM inbox WHERE done_at IS NULL") is None:
                return
        await asyncio.sleep(0.02)
    pytest.fail("something was not answered")


@pytest.mark.usefixtures("bot")
async def test_mydata_sends_a_summary_and_a_file(api: FakeApi, database: Database) -> None:
    await fill(database, Cipher([KEY]), HER)
    await api.user(HER).says("/mydata")
    *_, summary, file = await api.replies(3)
    assert "How you rated answers: 1." in summary.text
    assert file.text == "Everything I keep about you"
    told = api.files["my-data.txt"].decode("utf-8-sig")
    assert "told about you:\n  stage: pregnant\n  due: 2027-02-01\n" in told
    assert "  pain: 3\n" in told
    assert "the name that Telegram sends along" in summary.text
    assert "first name: " in told


@pytest.mark.usefixtures("bot")
async def test_in_a_group_no_file_is_sent(api: FakeApi) -> None:
    await api.group(-1001).user(HER).says("/mydata@OurBot")
    assert "Write to me alone" in (await api.replies(2))[-1].labels
    assert not api.files


@pytest.mark.usefixtures("bot")
async def test_forget_asks_once_and_deletes_every_row(api: FakeApi, database: Database) -> None:
    await fill(database, Cipher([KEY]), HER)
    she = api.user(HER)
    await she.says("/forget")
    asked = (await api.replies(2))[-1]
    assert "Shall I delete everything" in asked.text
    assert (await counts(database, HER))["walks"] == 1
    await api.answered(await she.presses("Yes, delete it"))
    await settled(database)
    assert not await counts(database, HER)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG, as it is written."""
    root, hook = logging.getLogger(), sys.excepthook
    level, levels = root.level, {name: logging.getLogger(name).level for name in QUIET}
    stream = io.StringIO()
    set_up_logging("DEBUG", "json", TOKEN, stream=stream)
    yield stream
    sys.excepthook = hook
    root.handlers[:] = [h for h in root.handlers if not isinstance(h.formatter, PlainFormatter | JsonFormatter)]
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


class Records(logging.Handler):
    """What our own modules say, before anything is taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name} {record.getMessage()} {record.__dict__}")


async def test_no_words_no_names_no_token_in_the_log(
    api: FakeApi,
    start: Start,
    store: ChatStore,
    service: TelegramConversationService,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = Records()
    logging.getLogger("bot").addHandler(raw)
    she = api.user(HER)
    try:
        await start(rate=0)
        await she.says("quuxington my back hurts when i lift, zanzibarine")
        await api.replies(2)
        await she.presses(api.sent[-1].labels[0])
        await she.says("i am called Wolkenkuckuck and cannot feel my leg")
        await api.replies(4)

        save, respond, load = store.save, service.conversation.respond, store.load

        async def fails(*arguments: object, **_: object) -> None:
            raise StoreError("the disk is full")

        async def breaks(*arguments: object, **_: object) -> None:
            raise RuntimeError(f"zanzibarine {arguments!r}")

        def stumbles(message: object, state: object) -> None:
            raise ValueError(f"quuxington {message!r} {TOKEN}")

        for name, broken in (("save", fails), ("save", breaks), ("load", breaks)):
            before = len(api.sent)
            monkeypatch.setattr(store, name, broken)
            await she.says("zanzibarine hip pain, quuxington")
            await api.replies(before + 1)
            monkeypatch.setattr(store, "save", save)
            monkeypatch.setattr(store, "load", load)
            await asyncio.sleep(0.6)
        before = len(api.sent)
        monkeypatch.setattr(service.conversation, "respond", stumbles)
        await she.says("quuxington zanzibarine")
        await api.replies(before + 1)
        monkeypatch.setattr(service.conversation, "respond", respond)
        await api.push("message", {"message_id": "zanzibarine", "text": "quuxington", "chat": {"id": HER}})
        await api.push("callback_query", {"id": "1", "data": "zanzibarine", "from": "Wolkenkuckuck"})
        before = len(api.sent)
        api.refuse(
            "sendMessage", 400, 'Bad Request: can\'t parse entities: Unsupported start tag "zanzibarine"', times=1
        )
        await she.says("how do i lift")
        await api.replies(before + 1)
        await api.answered(await she.presses_data("zanzibarine:quuxington", api.sent[-1]))
    finally:
        logging.getLogger("bot").removeHandler(raw)
    said = written.getvalue()
    assert len(said.splitlines()) > 8, "the log is not heard"
    assert "respond-failed" in said
    assert "store-save-failed" in said
    for text in (said, "\n".join(raw.said)):
        found = [secret for secret in SECRETS if secret.lower() in text.lower()]
        assert not found, next(line for line in text.splitlines() if found[0].lower() in line.lower())[:600]
