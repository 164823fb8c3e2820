"""The program is killed, Telegram fails, the disk is full: small versions of `make load`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import main
from bot.telegram.webhook import PATH, SECRET_HEADER
from tests.e2e.program import Program
from tests.e2e.test_program import settings, waiting
from tests.e2e.test_webhook import Web, update, web
from tests.fake_telegram.server import FakeApi
from tests.load.kill import kill
from tests.load.trouble import Trouble, trouble

__all__ = ["settings", "web"]

QUESTIONS = ["how do i lift", "what is relaxin", "which side should i sleep on", "when can i run again"]
SECRET = "a-long-secret_1"


async def test_killed_every_two_seconds_it_answers_everybody() -> None:
    assert await asyncio.to_thread(kill, QUESTIONS, 3, 2.0, 20.0, 60)


async def test_telegram_fails_and_nothing_is_lost() -> None:
    troubles = (Trouble("drop-after", every=3, seconds=1.5), Trouble("outage", seconds=2.0))
    assert await asyncio.to_thread(trouble, QUESTIONS, troubles, 0.5, 8)


@pytest.mark.usefixtures("settings")
async def test_the_real_webhook_listens_only_to_who_knows_the_secret(
    api: FakeApi, tmp_path: Path, unused_tcp_port: int
) -> None:
    api.patience_s = 30
    assert await asyncio.to_thread(main, ["migrate"]) == 0
    program = Program(
        api, tmp_path, "web", WEBHOOK_URL="https://bot.example.org", WEBHOOK_SECRET=SECRET, PORT=str(unused_tcp_port)
    )
    async with program, aiohttp.ClientSession() as client:

        async def post(number: int, secret: str | None) -> int:
            headers = {} if secret is None else {SECRET_HEADER: secret}
            body = json.dumps(update(number, "what is relaxin", number)).encode()
            address = f"http://127.0.0.1:{unused_tcp_port}{PATH}"
            async with client.post(address, data=body, headers=headers) as answer:
                return answer.status

        await api.until(lambda: api.webhook, lambda: f"setWebhook; {program.said}")
        for number, secret in enumerate((None, "", "wrong", SECRET[:-1], SECRET + "1", "x" * 257, "x" * 7000), 10):
            assert await post(number, secret) == 403
        assert waiting(tmp_path) == 0
        assert await post(5, SECRET) == 200
        await api.replies(1, 5)
    assert {sent.chat for sent in api.sent} == {5}


async def test_on_a_full_disk_nothing_is_confirmed_that_is_not_kept(web: Web, api: FakeApi) -> None:
    database: Any = web.process.inbox._database
    (pages,) = database._connection.execute("PRAGMA page_count").fetchone()
    database._connection.execute(f"PRAGMA max_page_count={pages}")
    statuses: list[int] = []
    for number in range(10, 60):
        statuses.append(await web.says("x" * 4000, number=number, chat=number))
        if statuses[-1] != 200:
            break
    assert statuses[-1] == 503
    async with database.transaction(write=False) as tx:
        kept = {number for (number,) in await tx.fetch_all("SELECT update_id FROM inbox")}
    assert kept == {10 + place for place, status in enumerate(statuses) if status == 200}
    database._connection.execute("PRAGMA max_page_count=1073741823")
    assert await web.says("x" * 4000, number=9 + len(statuses), chat=9 + len(statuses)) == 200
    await api.until(
        lambda: {sent.chat for sent in api.sent if "heard" in sent.text} == set(range(10, 10 + len(statuses))),
        lambda: f"all to be answered, got {[s.chat for s in api.sent]}",
    )
