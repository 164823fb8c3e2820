"""`python -m bench.rush`: many reminders due in one minute, by the whole process, against a Bot API with its limits.

The process of `bot run` on a SQLite file: planning, claiming, composing, sending at `SEND_RATE`, recording, polling.
Somebody is in danger or asks a question every other second meanwhile. Prints what was lost, doubled or beyond a limit,
the time beside what the pace allows, and how long alarms and answers took. Takes 400 s for 10,000 at 25 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState
from bot.factory import build_conversation
from bot.runtime.roles import Role, run_role
from bot.schedule.model import Care, PutReminder, Reminder, SetCare, SetQuiet, SetZone
from bot.schedule.occurrence import JITTER_MOST_S
from bot.schedule.quiet import QuietHours
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import StorageSettings, TelegramSettings
from bot.settings.settings import Settings
from bot.store.chats import ChatStore
from bot.store.factory import Storage, open_storage
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.load.bots import KEY

FIRST_ASKER = 10**9
"""Chats of those who write are numbered from here, so that none of them also gets a reminder."""
ASKED = (("i cant feel my legs", "112"), ("how do i lift", "How do I lift"))
"""What they write, and what stands in the answer that counts: the first of each chat also gets the opening lines."""
NO_QUIET = QuietHours(clock_time(0), clock_time(0))


class SlowApi(FakeApi):
    """Answers after a while, and knows when each message was taken."""

    def __init__(self, latency: float, count: int) -> None:
        """Arguments: latency, seconds; count, of reminders."""
        super().__init__()
        self.latency_s = latency
        self.limits.enforced = True
        self.taken: list[tuple[float, int, str]] = []
        self.nudged: set[int] = set()
        self.complete = asyncio.Event()
        """Every reminder has come."""
        self._count = count

    async def do_send_message(self, params: dict[str, str]) -> object:
        """Take a message."""
        chat = int(params["chat_id"])
        self.taken.append((time.time(), chat, params["text"]))
        if chat < FIRST_ASKER:
            self.nudged.add(chat)
            if len(self.nudged) == self._count:
                self.complete.set()
        return await super().do_send_message(params)


async def fill(chats: ChatStore, count: int, due: int) -> None:
    """Chats with one reminder each, all for the same minute of every day."""
    at = datetime.fromtimestamp(due, UTC).time()
    every_day = Reminder(no=1, at=at, days=frozenset(range(7)))
    changes = (SetZone("Etc/UTC"), SetQuiet(NO_QUIET), SetCare(Care(needs_clearance=False)), PutReminder(every_day))
    for chat in range(1, count + 1):
        await chats.save(ChatKey(chat=chat), ChatState(), Kept(walks=changes))


async def asking(api: SlowApi, every: float, asked: dict[int, float]) -> None:
    """Somebody new writes, in turn of a danger and with a question, without end."""
    while True:
        chat = FIRST_ASKER + len(asked)
        asked[chat] = time.time()
        await api.user(chat).says(ASKED[chat % 2][0], date=int(time.time()))
        await asyncio.sleep(every)


async def states(storage: Storage) -> Counter[str]:
    """How far the deliveries are."""
    async with storage.database.transaction(write=False) as tx:
        return Counter(dict(await tx.fetch_all("SELECT state, count(*) FROM deliveries GROUP BY state", {})))


async def measure(count: int, rate: float, latency: float, every: float, folder: Path) -> bool:
    """One run; whether all holds: nothing lost, doubled or beyond a limit, the time, the waits."""
    api = SlowApi(latency, count)
    await api.start()
    settings = Settings(
        telegram=TelegramSettings(token=TOKEN, api_url=api.url, send_rate=rate),
        storage=StorageSettings(database_url=DatabaseUrl.of_file(folder / "bot.sqlite3"), data_keys=(KEY,)),
    )
    conversation = build_conversation()
    storage = await open_storage(settings.storage, settings.retention)
    due = (int(time.time()) + count // 150 + 40) // 60 * 60 + 60
    await fill(storage.chats, count, due)
    print(f"{count} reminders are stored, due at {datetime.fromtimestamp(due, UTC):%H:%M:%S} UTC", flush=True)
    if time.time() > due - 5:
        raise SystemExit("Storing them took too long.")
    stop, asked = asyncio.Event(), dict[int, float]()
    running = asyncio.create_task(run_role(settings, Role.RUN, conversation, storage, stop))
    await asyncio.sleep(due - time.time())
    cpu = time.process_time()
    someone = asyncio.create_task(asking(api, every, asked))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(api.complete.wait(), JITTER_MOST_S + 2 * count / rate)
    someone.cancel()
    cpu = time.process_time() - cpu
    await asyncio.sleep(2)
    stop.set()
    await running
    ends = await states(storage)
    await storage.chats.close()
    await api.stop()
    return report(api, count, rate, due, asked, ends, cpu)


def report(  # noqa: PLR0917
    api: SlowApi, count: int, rate: float, due: int, asked: dict[int, float], ends: Counter[str], cpu: float
) -> bool:
    """Print what was seen; whether all holds."""
    reminders = [(at, chat) for at, chat, _ in api.taken if chat < FIRST_ASKER]
    last = max(at for at, _ in reminders)
    total = sum(due <= at <= last for at, _, _ in api.taken)
    got = Counter(chat for _, chat in reminders)
    lost, doubled = count - len(got), sum(times > 1 for times in got.values())
    took, allowed = last - due, total / rate
    off = took / allowed - 1
    print(f"messages {total}, of them reminders {len(reminders)}; {rate:g} a second; deliveries {dict(ends)}")
    print(f"lost {lost}, doubled {doubled}, limits broken {dict(api.limits.violations)}, ", end="")
    print(f"most in a second {api.limits.most_in_a_second} (30 allowed)")
    print(f"took {took:.1f} s, the pace allows {allowed:.1f} s ({off:+.1%}); CPU {1000 * cpu / total:.1f} ms a message")
    longest = 0.0
    for number, name in enumerate(("alarm", "answer")):
        mine = {chat: at for chat, at in asked.items() if chat % 2 == number}
        waits = [
            min((t for t, chat, text in api.taken if chat == asker and ASKED[number][1] in text), default=1e12) - at
            for asker, at in mine.items()
        ]
        longest = max(longest, *waits)
        print(f"{name}s {len(waits)}: median {statistics.median(waits):.3f} s, longest {max(waits):.3f} s")
    return not (lost or doubled or api.limits.violations) and off < 0.05 and longest < 1


def main() -> None:
    """Read the arguments and run; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=25, help="messages a second")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds until the API answers")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two who write")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = asyncio.run(measure(given.reminders, given.rate, given.latency, given.every, Path(folder)))
    raise SystemExit(not done)


if __name__ == "__main__":
    main()
