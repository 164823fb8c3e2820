"""`bot eval`: measures the whole reply on a folder of labelled messages."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bot.ask import ask
from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Outcome, Reply
from bot.errors import SettingsError
from bot.knowledge.level import Level

LOWER_IS_BETTER = frozenset(
    {"wrong", "questions-alarm", "questions-check", "near-alarm", "near-check", "outside-answered"}
)
"""For these `--min` names a ceiling."""
METRICS: Mapping[str, str] = {
    "right-or-offered": "right at once, or among at most 3 buttons",
    "right": "right at once",
    "wrong": "a wrong answer given at once",
    "first": "right topic ranked first",
    "questions-alarm": "ordinary questions: alarm",
    "questions-check": "ordinary questions: safety check",
    "outside-answered": "out of scope: answered at once",
    "emergency-caught": "emergency flags: caught (alarm or check)",
    "emergency-alarm": "emergency flags: alarm at once",
    "urgent-caught": "urgent flags: caught",
    "soon-caught": "soon flags: caught",
    "flag-named": "the right flag named, of those caught",
    "near-alarm": "near messages without a flag: alarm",
    "near-check": "near messages without a flag: safety check",
}


@dataclass(frozen=True)
class Miss:
    """A message that did not come out as labelled."""

    kind: str
    text: str
    wanted: str
    got: str


@dataclass
class Result:
    """Counts of hits and of all, by metric; and where it went wrong."""

    hits: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    by_label: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    rivals: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    misses: list[Miss] = field(default_factory=list)

    def count(self, metric: str, *, hit: bool) -> None:
        """Count one message for a metric."""
        self.total[metric] += 1
        self.hits[metric] += hit

    def percent(self, metric: str) -> float | None:
        """The share of hits, 0..100; None where nothing was counted."""
        return 100 * self.hits[metric] / self.total[metric] if self.total[metric] else None


@dataclass(frozen=True)
class Floors:
    """What figures must reach (or, where lower is better, may not pass)."""

    limits: Mapping[str, float]

    @classmethod
    def read(cls, pairs: Iterable[str]) -> Self:
        """Read NAME=PERCENT pairs.

        Raises:
            SettingsError: a name is unknown or a value is no number from 0 to 100.
        """
        limits: dict[str, float] = {}
        for pair in pairs:
            name, _, value = pair.partition("=")
            try:
                limits[name] = float(value)
            except ValueError:
                raise SettingsError(f"--min {pair}: {value!r} is no number from 0 to 100") from None
            if name not in METRICS or not 0 <= limits[name] <= 100:
                raise SettingsError(f"--min {pair}: allowed are {', '.join(METRICS)} with 0 to 100")
        return cls(limits)

    def failures(self, result: Result) -> list[str]:
        """A line for every figure on the wrong side of its limit, or not measured."""
        lines = []
        for name, limit in self.limits.items():
            value = result.percent(name)
            if value is None:
                lines.append(f"{name}: not measured")
            elif (value > limit) if name in LOWER_IS_BETTER else (value < limit):
                lines.append(f"{name}: {value:.1f} % (limit {limit:g} %)")
        return lines


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def evaluate(conversation: Conversation, folder: Path) -> Result:
    """Ask every message of a folder in a fresh chat and compare.

    Args:
        conversation: what answers.
        folder: with any of questions.jsonl, out_of_scope.jsonl, red_flags.jsonl and hard_negatives.jsonl.

    Raises:
        SettingsError: the folder has none of them.
    """
    result = Result()
    at = datetime.now(UTC)
    sets = {
        name: _rows(folder / f"{name}.jsonl") for name in ("questions", "out_of_scope", "red_flags", "hard_negatives")
    }
    if not any(sets.values()):
        raise SettingsError(
            f"{folder} has no questions.jsonl, out_of_scope.jsonl, red_flags.jsonl or hard_negatives.jsonl"
        )
    for row in sets["questions"]:
        _question(result, row["q"], row["topics"], ask(conversation, row["q"], at))
    for row in sets["out_of_scope"]:
        reply = ask(conversation, row["q"], at)
        is_answered = reply.outcome is Outcome.ANSWER
        result.count("outside-answered", hit=is_answered)
        if is_answered:
            result.misses.append(Miss("answered", row["q"], "-", reply.topics[0]))
    for row in sets["red_flags"]:
        level = conversation.knowledge.flags[row["flags"][0]].level
        _flag(result, row["q"], row["flags"], level, ask(conversation, row["q"], at))
    for row in sets["hard_negatives"]:
        reply = ask(conversation, row["q"], at)
        result.count("near-alarm", hit=reply.outcome is Outcome.ALARM)
        result.count("near-check", hit=reply.outcome is Outcome.CHECK)
        if reply.is_safety:
            result.misses.append(Miss(f"near {reply.outcome.value}", row["q"], "-", str(reply.flag)))
    return result


def _question(result: Result, text: str, wanted: Sequence[str], reply: Reply) -> None:
    answered = reply.topics[0] if reply.outcome is Outcome.ANSWER else None
    offered = reply.topics if reply.outcome in (Outcome.ANSWER, Outcome.CLARIFY) else ()
    is_right = answered in wanted
    found = is_right or (reply.outcome is Outcome.CLARIFY and any(t in wanted for t in offered))
    result.count("right", hit=is_right)
    result.count("right-or-offered", hit=found)
    result.count("wrong", hit=answered is not None and not is_right)
    result.count("first", hit=bool(reply.topics) and reply.topics[0] in wanted)
    result.count("questions-alarm", hit=reply.outcome is Outcome.ALARM)
    result.count("questions-check", hit=reply.outcome is Outcome.CHECK)
    result.by_label[wanted[0]]["all"] += 1
    result.by_label[wanted[0]]["hit"] += found
    rival = next((t for t in reply.topics if t not in wanted), None)
    if rival:
        result.rivals[wanted[0]][rival] += 1
    if not found:
        result.misses.append(
            Miss(f"question {reply.outcome.value}", text, wanted[0], ", ".join(reply.topics) or str(reply.flag))
        )
    if answered and not is_right:
        result.confusions[wanted[0], answered] += 1


def _flag(result: Result, text: str, wanted: Sequence[str], level: Level, reply: Reply) -> None:
    result.count(f"{level.value}-caught", hit=reply.is_safety)
    if level is Level.EMERGENCY:
        result.count("emergency-alarm", hit=reply.outcome is Outcome.ALARM)
    result.by_label[wanted[0]]["all"] += 1
    result.by_label[wanted[0]]["hit"] += reply.is_safety
    if not reply.is_safety:
        result.misses.append(Miss(f"{level.value} missed", text, wanted[0], reply.outcome.value))
        return
    result.count("flag-named", hit=reply.flag in wanted)
    if reply.flag not in wanted:
        result.confusions[wanted[0], str(reply.flag)] += 1
        result.misses.append(Miss("other flag", text, wanted[0], str(reply.flag)))


def report(result: Result, *, misses: bool = False) -> str:
    """All figures as text.

    Args:
        result: of `evaluate`.
        misses: list every message that missed.
    """
    lines = [f"{'figure':<56} {'%':>6}  {'of':>5}"]
    for name, meaning in METRICS.items():
        if (value := result.percent(name)) is not None:
            lines.append(f"{meaning + ' (' + name + ')':<56.56} {value:6.1f}  {result.total[name]:>5}")
    lines += ["", f"{'topic or flag':<26} {'found':>9}  closest rival"]
    for label, counts in result.by_label.items():
        rival = ", ".join(f"{r} {n}" for r, n in result.rivals[label].most_common(1))
        lines.append(f"{label:<26} {counts['hit']:>4}/{counts['all']:<4}  {rival}")
    if result.confusions:
        lines += ["", "taken for another, most often first:"]
        lines += [f"{n:>4}  {a} -> {b}" for (a, b), n in result.confusions.most_common(20)]
    if misses:
        lines += ["", "misses:"]
        lines += [f"{m.kind} | {m.wanted} | {m.got} | {m.text}" for m in result.misses]
    return "\n".join(lines)
