"""A process that dies at any point: the next one answers, nothing is lost, and no message comes a third time."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.conversation.dialogue import Conversation
from bot.store.database import SQLiteDatabase
from bot.telegram.copies import MOST_COPIES
from tests.crashes import BotProcess, Mortal, Point, Telegram, documented, table
from tests.engines import database_file, empty_database
from tests.virtual_time import now, run_virtually

__all__ = ["database_file", "empty_database"]

QUESTIONS = {"an answer": "how do i lift my toddler", "an alarm": "since last night i cant feel my left leg"}
MESSAGES = {"an answer": 2, "an alarm": 1}
"""An alarm opens the chat without a greeting."""
POINTS = {
    Point("keep"): "before her message is kept",
    Point("keep", is_after=True): "when it is kept, before it is confirmed",
    Point("confirm", is_after=True): "when it is confirmed",
    Point("think"): "before it is thought about",
    Point("save"): "when the reply is decided, before it is stored",
    Point("save", is_after=True): "when the reply is stored, before it is sent",
    Point("send"): "before message 1 leaves",
    Point("send", is_after=True): "when message 1 has arrived, before this is known",
    Point("note progress"): "when this is known, before it is noted",
    Point("note progress", is_after=True): "when it is noted",
    Point("send", nth=2): "before message 2 leaves",
    Point("send", is_after=True, nth=2): "when message 2 has arrived, before this is known",
    Point("save", nth=2): "when all has arrived, before it is noted for a later edit",
    Point("save", is_after=True, nth=2): "when it is noted for a later edit",
    Point("note the end"): "before the end is noted",
    Point("note the end", is_after=True): "when the end is noted",
}
ONLY_OF_TWO = {point for point in POINTS if point.what == "note progress" or (point.what == "send" and point.nth > 1)}
CASES = [(kind, point) for kind in QUESTIONS for point in POINTS if MESSAGES[kind] > 1 or point not in ONLY_OF_TWO]
ONLY_ONCE = {
    Point("confirm", is_after=True),
    Point("note progress"),
    Point("note progress", is_after=True),
    Point("note the end", is_after=True),
}
"""Nobody comes to these a second time, nor to a second message after the first one was noted."""


def arrived(
    path: Path, conversation: Conversation, question: str, point: Point | None, *, deaths: int = 1
) -> tuple[list[int], list[str]]:
    """How often each message arrived, in order; the messages, the first copy of each."""

    async def scene() -> list[str]:
        telegram, database = Telegram(now), SQLiteDatabase(path)
        telegram.says(1, question)
        for number in range(deaths if point else 0):
            process = BotProcess(f"p{number}", database, conversation, telegram, Mortal(point))
            assert not await process.live(60), f"{point} is never reached"
            await process.is_killed()
            await asyncio.sleep(1)
        process = BotProcess("last", database, conversation, telegram)
        assert await process.live(3600)
        assert not telegram.unconfirmed
        assert not await process.inbox.waiting(), "nothing is left undone"
        await asyncio.sleep(3600)
        await process.ends()
        await database.close()
        return telegram.texts(1)

    texts = run_virtually(scene())
    return list(Counter(texts).values()), list(dict.fromkeys(texts))


@pytest.mark.parametrize(("kind", "point"), CASES, ids=str)
def test_killed_at_a_point(database_file: Path, conversation: Conversation, kind: str, point: Point) -> None:
    untouched = Path(shutil.copy(database_file, database_file.with_name("untouched.sqlite3")))
    once, texts = arrived(untouched, conversation, QUESTIONS[kind], None)
    assert once == [1] * MESSAGES[kind]
    copies, again = arrived(database_file, conversation, QUESTIONS[kind], point)
    assert again == texts, "all arrives, in order"
    assert max(copies) <= MOST_COPIES


@pytest.mark.parametrize(("kind", "point"), [(k, p) for k, p in CASES if p not in ONLY_ONCE and p.nth == 1], ids=str)
def test_killed_at_a_point_twice(database_file: Path, conversation: Conversation, kind: str, point: Point) -> None:
    """After two deaths nobody knows whether it ever left: it is sent once more."""
    copies, texts = arrived(database_file, conversation, QUESTIONS[kind], point, deaths=2)
    assert len(texts) == MESSAGES[kind]
    assert max(copies) <= MOST_COPIES + 1


def test_the_document_says_what_arrives(empty_database: Path, tmp_path: Path, conversation: Conversation) -> None:
    rows = [("the process dies", *(f"{kind} arrives" for kind in QUESTIONS))]
    for number, (point, label) in enumerate(POINTS.items()):
        cells = list[str]()
        for kind, question in QUESTIONS.items():
            if (kind, point) not in CASES:
                cells.append("(has one message)")
                continue
            file = Path(shutil.copy(empty_database, tmp_path / f"{number}-{len(cells)}.sqlite3"))
            copies, _ = arrived(file, conversation, question, point)
            cells.append(_said(copies))
        rows.append((label, *cells))
    assert documented("crash points of answers") == table(*rows)


def _said(copies: list[int]) -> str:
    again = [number for number, count in enumerate(copies, 1) if count > 1]
    if not again:
        return "once"
    return "once, but message " + " and ".join(map(str, again)) + " twice"
