"""A process of its own that plans and sends, for tests: python worker.py URL LOG NOW OWNER [CRASH].

Its postman appends a line a message to LOG. It ends when nothing is left to do, or is killed (-9) at CRASH.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.conversation.cards import block
from bot.conversation.ports import Composed, DueWalk
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState
from bot.reminders.loop import RemindersLoop
from bot.reminders.planner import Planner
from bot.reminders.ports import Posted, Result
from bot.reminders.sender import DeliverySender
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.deliveries import Deliveries
from bot.store.factory import open_database
from bot.store.leases import Leases
from bot.timezones.tables import zone_release
from tests.reminders.world import Counts

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ALIVE_S = 4.0


class Crashing:
    """Kills its own process at a point that has a name."""

    def __init__(self, at: str, after: int) -> None:
        self.at, self.left = at, after

    def reached(self, point: str) -> None:
        if point == self.at:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Store(Deliveries):
    crash: Crashing

    async def keep(self, moves, now, release):  # type: ignore[no-untyped-def]
        kept = await super().keep(moves, now, release)
        self.crash.reached("after-plan")
        return kept

    async def claim(self, claim, now):  # type: ignore[no-untyped-def]
        claimed = await super().claim(claim, now)
        if claimed:
            self.crash.reached("after-claim")
        return claimed

    async def record(self, claim, outcome, now):  # type: ignore[no-untyped-def]
        self.crash.reached("before-record")
        recorded = await super().record(claim, outcome, now)
        self.crash.reached("after-record")
        return recorded


class LogPostman:
    def __init__(self, log: Path, owner: str, crash: Crashing) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.owner, self.crash = owner, crash

    async def post(self, chat: int, reply: Reply, *, until: float) -> Posted:
        await asyncio.sleep(0)
        self.crash.reached("before-send")
        os.write(self.log, f"{chat} {self.owner}\n".encode())
        self.crash.reached("after-send")
        return Posted(result=Result.SENT, message_id=chat)


class Composer:
    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed:
        card = Card(blocks=block("Time for a walk."))
        return Composed(reply=Reply(outcome=Outcome.ANSWER, cards=(card,)), minutes=10)


async def main(url: str, log: str, now: str, owner: str, crash_at: str = "", crash_after: str = "1") -> None:
    database, cipher, crash = open_database(DatabaseUrl.parse(url)), Cipher([KEY]), Crashing(crash_at, int(crash_after))

    def clock() -> float:
        return float(now)

    leases = Leases(database)
    await leases.beat(owner, ALIVE_S)

    async def live() -> None:
        while True:
            await asyncio.sleep(ALIVE_S / 4)
            await leases.beat(owner, ALIVE_S)

    beating = asyncio.create_task(live())
    store = Store(database, cipher)
    store.crash = crash
    chats = ChatStore(database, cipher, context_hours=24, clock=clock)
    observer = Counts()
    planner = Planner(store, observer, release=zone_release())
    sender = DeliverySender(
        store, chats, Composer(), LogPostman(Path(log), owner, crash), observer, owner=owner, clock=clock
    )
    loop = RemindersLoop(store, leases, planner, sender, observer, owner=owner, clock=clock, senders=4)
    while await planner.plan(int(clock())) + await loop.send_due():
        pass
    await loop.tick()
    beating.cancel()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
