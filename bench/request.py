"""`python -m bench.request`: CPU of sendMessage by this bot's client beside PTB's default one, in one run.

The Bot API stands in another process and answers at once. The clients take turns, so that both meet the same noise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from aiohttp import web
from telegram import Bot
from telegram.constants import ParseMode
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram.client import build_requests

ROUNDS = 5
AT_ONCE = 8
TOKEN = "4242:FAKE-token"  # noqa: S105
TEXT = "<b>It is common, and it often eases.</b> " + "A short walk on even ground can help. " * 6
ANSWER = json.dumps(
    {
        "ok": True,
        "result": {
            "message_id": 7,
            "from": {"id": 4242, "is_bot": True, "first_name": "Our Bot", "username": "OurBot"},
            "chat": {"id": 1, "first_name": "A", "type": "private"},
            "date": 1_800_000_000,
            "text": TEXT,
            "entities": [{"offset": 0, "length": 36, "type": "bold"}],
        },
    }
).encode()


def serve(pipe: Connection) -> None:
    """The Bot API, until it is ended."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=ANSWER, content_type="application/json")

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


async def measure(url: str, make: Callable[[], BaseRequest], count: int) -> float:
    """Milliseconds of CPU a message."""
    request = make()
    await request.initialize()
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)

    async def line() -> None:
        for _ in range(count // AT_ONCE):
            await bot.send_message(1, TEXT, parse_mode=ParseMode.HTML)

    await bot.send_message(1, TEXT)
    before = time.process_time()
    await asyncio.gather(*(line() for _ in range(AT_ONCE)))
    cpu = time.process_time() - before
    await request.shutdown()
    return 1000 * cpu / (count // AT_ONCE * AT_ONCE)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=800, help="in each of the rounds")
    count = parser.parse_args().messages
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    clients: dict[str, Callable[[], BaseRequest]] = {
        "this bot's": lambda: build_requests(url)[0],
        "PTB's default": lambda: HTTPXRequest(connection_pool_size=256),
    }
    found: dict[str, list[float]] = {name: [] for name in clients}
    for _ in range(ROUNDS):
        for name, make in clients.items():
            found[name].append(asyncio.run(measure(url, make, count)))
    server.terminate()
    for name, each in found.items():
        print(f"{name}: {statistics.median(each):.3f} ms of CPU a message ({min(each):.3f} to {max(each):.3f})")
    own, default = (statistics.median(each) for each in found.values())
    print(f"ratio {own / default:.2f}")


if __name__ == "__main__":
    main()
