"""`python -m bench.load --trouble`: Telegram fails in every way; nothing is lost, and no storm follows.

At the default pace of sending. Twice are at most the answers of which nobody can know whether they arrived.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.fake_telegram.remote import RemoteApi
from tests.load.bots import polling_bot

PACE = 15.0
"""Questions a second."""
RATE = 25
"""Messages a second at most, the default of SEND_RATE; Telegram's word is about 30."""
STORM = 2 * RATE
"""Requests a second of all kinds that are no storm: messages, polls, the question whether Telegram is back."""


class Trouble(NamedTuple):
    """kind: see `tests.fake_telegram.troubles`, or `outage`, where nothing listens; every: each so manieth call."""

    kind: str
    method: str = "sendMessage"
    every: int = 1
    seconds: float = 10.0


TROUBLES = (
    Trouble("5xx", every=3),
    Trouble("429", every=10),
    Trouble("hang", every=10),
    Trouble("hang-after", every=10),
    Trouble("drop", every=5),
    Trouble("drop-after", every=5),
    Trouble("5xx", "*"),
    Trouble("drop", "*", seconds=60.0),
    Trouble("outage", "*", seconds=60.0),
)


def trouble(asked: list[str], troubles: tuple[Trouble, ...] = TROUBLES, calm: float = 5.0, users: int = 200) -> bool:
    """One trouble after the other; whether nothing was lost and no storm came. Arguments: calm, seconds after each."""
    holds = True
    with RemoteApi() as api, tempfile.TemporaryDirectory(prefix="bot-trouble-") as folder:
        (bot,) = polling_bot(api, Path(folder), SEND_RATE=str(RATE))
        bot.start()
        try:
            api.warm(users, asked, 3)  # what is offered once to everybody has been offered
            doubts = 0
            for one in troubles:
                time.sleep(1.0)
                seconds = one.seconds
                count = int(PACE * (seconds + calm))
                began = time.monotonic()
                api.ask("begin", users=users, questions=asked, count=count, pace=PACE)
                time.sleep(1.0)
                if one.kind == "outage":
                    api.ask("outage", seconds=seconds)
                else:
                    api.ask("trouble", kind=one.kind, method=one.method, every=one.every, seconds=seconds)
                time.sleep(seconds)
                api.until("asked == count and answered == count", 120 + seconds, count=count)
                after = time.monotonic() - began - seconds - 1
                time.sleep(1.5)
                state = api.ask("state")
                busiest = max(state["requests"][-int(time.monotonic() - began + 1) :])
                longest = max(state["longest"], state["oldest"])
                lost, twice, unclear = count - state["answered"], state["duplicates"], state["doubts"] - doubts
                doubts = state["doubts"]
                good = not lost and twice <= unclear and busiest <= STORM
                holds &= good
                print(
                    f"{one.kind:<11}{one.method:<12}each {one.every:<3}{seconds:>4.0f} s: {count} questions, "
                    f"lost {lost}, twice {twice} (unclear {unclear}), longest wait {longest:.1f} s, "
                    f"all answered {after:.1f} s after it, at most {busiest} requests a second"
                    f"{'' if good else '  NOT GOOD'}",
                    flush=True,
                )
        finally:
            bot.kill()
    return holds
