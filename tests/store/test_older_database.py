"""A database that version 0.2.0 wrote opens, says the same, and goes on.

`data/written_by_0_2_0.sql` is what that version's own program left after a day with seven chats: a reminder that is
answered, a set-up and a safety check that are open, walks held by an alarm, a loss, a person in a group, and an inbox
with an alarm that was decided and not sent. The .json beside it is what that version read back from it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.codec import reply_to_json
from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.plain_values import plain
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Outcome, Reply
from bot.conversation.service import ConversationService
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.factory import open_database
from bot.store.inbox import Inbox
from bot.store.migrate import migrate

DATA = Path(__file__).parent / "data"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
THEN: dict[str, Any] = json.loads((DATA / "written_by_0_2_0.json").read_text(encoding="utf-8"))
NOW = float(THEN["now"])
GONE = {"context": {"opened"}}
"""Fields that a later version does without: the opening is a card that lasts now."""


def _json(value: object) -> Any:
    return json.loads(json.dumps(value, default=lambda v: sorted(v) if isinstance(v, set | frozenset) else str(v)))


def _holds(new: object, old: object) -> bool:
    """Whether everything that was read then is read now; what has been added since does not count."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(k in new and _holds(new[k], v) for k, v in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(_holds, new, old))
    return new == old


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DATA / "written_by_0_2_0.sql").read_text(encoding="utf-8"))
    url = DatabaseUrl.of_file(path)
    migrate(url)
    opened = open_database(url)
    yield opened
    await opened.close()


@pytest.fixture
def chats(database: Database) -> ChatStore:
    return ChatStore(database, Cipher([KEY]), context_hours=24 * 30, clock=lambda: NOW)


@pytest.fixture
def service(chats: ChatStore, conversation: Conversation) -> ConversationService:
    return ConversationService(conversation, chats)


async def says(service: ConversationService, chat: int, text: str = "", action: str = "") -> Reply:
    message = Message(at=datetime.fromtimestamp(NOW, UTC), text=text, action=action)
    return await service.handle(ChatKey(chat=chat), message)


@pytest.mark.parametrize("key", sorted(THEN["states"]))
async def test_the_state_of_each_chat_is_what_it_was(chats: ChatStore, key: str) -> None:
    chat, _, user = key.partition("/")
    state = _json(plain(await chats.load(ChatKey(chat=int(chat), user=int(user)))))
    then = {part: value for part, value in THEN["states"][key].items() if part not in GONE}
    then |= {part: {k: v for k, v in THEN["states"][key][part].items() if k not in GONE[part]} for part in GONE}
    assert _holds(state, then)


async def test_the_inbox_gives_the_decided_alarm_and_what_was_not_begun(database: Database) -> None:
    left = await Inbox(database, Cipher([KEY]), "new", clock=lambda: NOW).take(frozenset({"new"}), 10)
    found = [(u.update, u.chat, u.payload and u.payload["message"]["text"], u.reply) for u in left]
    assert [(n, chat, text) for n, chat, text, _ in found] == [
        (r["update"], r["chat"], r["text"]) for r in THEN["inbox"]
    ]
    assert _holds(_json(reply_to_json(found[0][3])), THEN["inbox"][0]["reply"])  # type: ignore[arg-type]
    assert found[1][3] is None


async def test_a_set_up_that_was_open_goes_on(service: ConversationService, chats: ChatStore) -> None:
    for action in ("walk:a:safety:no", "walk:a:cleared:yes", "walk:a:minutes:plan", "walk:a:zone:Europe/Paris"):
        await says(service, 2, action=action)
    await says(service, 2, action="walk:a:confirm:yes")
    (reminder,) = (await chats.load(ChatKey(chat=2))).book.reminders
    assert (sorted(reminder.days), f"{reminder.at:%H:%M}") == ([1, 3, 5], "17:00")
    assert reminder.next_due


async def test_a_check_that_was_open_is_answered_by_its_old_button(service: ConversationService) -> None:
    flag = THEN["states"]["4/0"]["context"]["check"]
    reply = await says(service, 4, action=f"check:{flag}:yes")
    assert (reply.outcome, reply.flag) == (Outcome.ALARM, flag)


async def test_walks_that_an_alarm_holds_start_again_by_her_word(
    service: ConversationService, chats: ChatStore
) -> None:
    assert (await chats.load(ChatKey(chat=3))).book.care.hold == "alarm"
    await says(service, 3, action="walk:seen")
    book = (await chats.load(ChatKey(chat=3))).book
    assert book.care.hold == ""
    assert book.reminders[0].next_due


async def test_a_reminder_that_was_sent_before_can_be_answered(service: ConversationService, chats: ChatStore) -> None:
    nudge = THEN["states"]["1/0"]["book"]["nudges"][-1]
    await says(service, 1, "done 20 min, pain 2")
    book = (await chats.load(ChatKey(chat=1))).book
    assert (book.walks[-1].minutes, book.walks[-1].pain) == (20, 2)
    assert any(f"{n.day}" == nudge["day"] and n.said == "done" for n in book.nudges)
