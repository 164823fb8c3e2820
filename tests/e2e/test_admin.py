"""/stats and /reload in the whole program: for the admin alone, and a broken knowledge base never gets in."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

from tests.conftest import ROOT
from tests.e2e.program import Program
from tests.fake_telegram.people import Person
from tests.fake_telegram.server import FakeApi

ADMIN = 7
BEFORE, AFTER = "Get close. Bend at your knees", "Come close. Bend at your knees"


async def hears(api: FakeApi, she: Person, said: str) -> str:
    """What the next message to her says."""
    chat = she.room.number
    before = len([sent for sent in api.sent if sent.chat == chat])
    await she.says(said)
    await api.replies(before + 1, chat)
    await asyncio.sleep(0.3)  # what belongs to the same answer
    return "\n".join(sent.text for sent in api.sent if sent.chat == chat).split("\n\n\n")[-1][-3000:]


async def test_stats_and_reload(api: FakeApi, tmp_path: Path) -> None:
    api.patience_s = 60
    knowledge = Path(shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge"))
    everyday = knowledge / "topics" / "everyday.yaml"
    text = everyday.read_text(encoding="utf-8")
    admin, she = api.user(ADMIN), api.user(8)
    async with Program(api, tmp_path, KNOWLEDGE_DIR=str(knowledge), ADMIN_IDS=str(ADMIN)) as program:
        assert BEFORE in await hears(api, she, "how do i lift")
        assert "I do not know that command" in await hears(api, she, "/stats")
        assert "I do not know that command" in await hears(api, she, "/reload")
        assert "updates not answered: 1" in await hears(api, admin, "/stats")

        everyday.write_text(text.replace(BEFORE, AFTER), encoding="utf-8")
        assert "The new knowledge base is in use" in await hears(api, admin, "/reload")
        assert AFTER in await hears(api, she, "how do i lift")

        everyday.write_text(text.replace("  answer: |", "  answers: |", 1), encoding="utf-8")
        refused = await hears(api, admin, "/reload")
        assert "the old one stays in use" in refused
        assert "topics/everyday.yaml:" in refused
        assert AFTER in await hears(api, she, "how do i lift")
        assert await program.send(signal.SIGTERM) == 0
    said = program.said
    assert "[reloaded]" in said
    assert "how do i lift" not in said


async def test_without_admins_there_are_no_such_commands(api: FakeApi, tmp_path: Path) -> None:
    api.patience_s = 60
    async with Program(api, tmp_path):
        for command in ("/stats", "/reload"):
            assert "I do not know that command" in await hears(api, api.user(ADMIN), command)
