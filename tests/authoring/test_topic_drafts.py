"""`bot unanswered`: groups, drafts that are YAML in the form of topics, and a file that nobody else may read."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.authoring.topic_drafts import drafts, grouped
from bot.cli import main
from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState, Miss, MissedQuestion
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import RetentionTimes, StorageSettings
from bot.store.factory import open_storage
from bot.store.missed_questions import Missed
from tests.conversation.chats import NOON

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
QUESTIONS = ("can i use a tens machine", "is it ok to use a tens machine", "why does my tailbone hurt: really?")


def missed(question: str, why: Miss = Miss.FALLBACK, topic: str | None = None) -> Missed:
    return Missed(question=question, why=why, topic=topic, day=date(2026, 11, 22))


def test_alike_ones_together_the_most_asked_first() -> None:
    groups = grouped([missed(QUESTIONS[2]), *map(missed, QUESTIONS), missed(QUESTIONS[0])])
    assert [(group.questions, group.size) for group in groups] == [
        ([QUESTIONS[0], QUESTIONS[1]], 3),
        ([QUESTIONS[2]], 2),
    ]


def test_what_only_looks_alike_stays_apart() -> None:
    assert len(grouped(map(missed, ("can i lift my toddler", "can i use my toothbrush")))) == 2


def test_drafts_are_topics_without_an_answer() -> None:
    odd = 'what is "pgp": # yes\n'
    text = drafts(grouped([missed(odd, Miss.NOT_HELPFUL, "pelvic-girdle-pain"), *map(missed, QUESTIONS)]))
    topics = yaml.safe_load(text)
    assert [topic["id"] for topic in topics] == ["draft-1", "draft-2", "draft-3"]
    assert topics[1]["questions"] == [odd]
    assert all(topic["answer"] == "" and len(topic["title"]) <= 45 for topic in topics)
    assert "TODO" in text
    assert "answered with: pelvic-girdle-pain" in text


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/data/bot.sqlite3"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATA_KEY", KEY)

    async def ask() -> None:
        settings = StorageSettings(database_url=DatabaseUrl.parse(url), data_keys=(KEY,))
        store = (await open_storage(settings, RetentionTimes())).chats
        for question in QUESTIONS:
            one = MissedQuestion(why=Miss.FALLBACK, question=question, at=NOON)
            await store.save(ChatKey(chat=5), ChatState(), Kept(improve=True, unanswered=one))
        await store.close()

    asyncio.run(ask())
    out = tmp_path / "drafts.yaml"
    assert main(["unanswered", "--out", str(out)]) == 0
    assert len(yaml.safe_load(out.read_text())) == 2
    assert out.stat().st_mode & 0o077 == 0
    assert main(["unanswered", "--out", str(out)]) == 1
    assert "drafts.yaml" in capsys.readouterr().err
    assert main(["unanswered"]) == 0
    assert "tens machine" in capsys.readouterr().out
    monkeypatch.setenv("DATA_KEY", f"{'A' * 43}=,{KEY}")
    assert main(["rotate-key"]) == 0
    assert "3 values" in capsys.readouterr().out
    monkeypatch.setenv("DATA_KEY", f"{'A' * 43}=")
    assert main(["unanswered"]) == 0
