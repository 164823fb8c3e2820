"""What /stats shows: figures as lines. Never of anybody in particular, and no text of users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.conversation.reply import Block, BlockKind, Card, Outcome, Reply
from bot.runtime.counting import HELPFUL, NOT_HELPFUL, OUTCOME, REMINDER, SENT, TOPIC
from bot.store.statistics import DAYS, Statistics

_SHOWN = 10
_OUTCOMES = (*(outcome.value for outcome in Outcome), "too-many", "flood")
_SPANS = (1, 7, DAYS)


def stats(figures: Statistics) -> Reply:
    """The figures as a reply."""
    blocks = [Block(kind=BlockKind.TITLE, text="Figures")]
    for title, lines in _parts(figures):
        blocks.append(Block(text="\n".join((f"{title}:", *(lines or ["none"])))))
    return saying(*blocks)


def saying(*blocks: Block) -> Reply:
    """A reply to an admin."""
    return Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=blocks),), confidence=1.0)


def _parts(f: Statistics) -> Iterator[tuple[str, list[str]]]:
    yield (
        "Users",
        [
            f"{f.chats} chats, {f.groups} of them groups: {f.active} active, {f.away} away",
            f"wrote in 7 days: {f.week}, in {DAYS} days: {f.month}",
            f"with walk reminders: {f.reminded}",
        ],
    )
    yield f"Outcomes today / 7 days / {DAYS} days", _spans(f, OUTCOME, _OUTCOMES)
    yield f"Top topics, {DAYS} days", _ranked(f.of(TOPIC, DAYS))
    yield f"Rated not helpful, {DAYS} days (of ratings)", _failed(f)
    for kind in ("alarm", "answer", "reminder"):
        yield f"Messages, {kind}, today / 7 days / {DAYS} days", _spans(f, SENT + kind)
    yield "Reminders, 7 days", _reminders(f)
    yield f"Reminders as the processes counted them, today / 7 days / {DAYS} days", _spans(f, REMINDER)
    yield (
        "Queue",
        [f"updates not answered: {f.waiting}, the oldest for {f.oldest_s} s", f"reminders due now: {f.due}"],
    )


def _spans(f: Statistics, kind: str, names: tuple[str, ...] = ()) -> list[str]:
    counts = [f.of(kind, days) for days in _SPANS]
    order = {name: number for number, name in enumerate(names)}
    found = sorted(counts[-1], key=lambda name: (order.get(name, len(order)), name))
    return [f"{name}: {' / '.join(str(count[name]) for count in counts)}" for name in found]


def _ranked(counts: Counter[str]) -> list[str]:
    return [f"{name}: {count}" for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:_SHOWN]]


def _failed(f: Statistics) -> list[str]:
    bad, good = f.of(NOT_HELPFUL, DAYS), f.of(HELPFUL, DAYS)
    worst = sorted(bad.items(), key=lambda c: (-c[1], c[0]))[:_SHOWN]
    return [f"{name}: {count} of {count + good[name]}" for name, count in worst]


def _reminders(f: Statistics) -> list[str]:
    counts: Counter[str] = Counter()
    for (state, reason), count in f.deliveries.items():
        counts[f"dropped, {reason}" if state == "dropped" and reason else state] += count
    return [f"{name}: {counts[name]}" for name in sorted(counts)]
