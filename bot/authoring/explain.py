"""`bot ask --explain`: how a reply came about."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.ask import ask
from bot.conversation.dialogue import Conversation
from bot.language.text import split
from bot.matching.matcher import ANSWER_MARGIN, ANSWER_THRESHOLD, OFFER_THRESHOLD
from bot.triage.rules import Fired

SHOWN = 5


def explain(conversation: Conversation, text: str) -> str:
    """Repaired words, concepts, best topics with scores and margin, what triage saw, and the decision.

    Args:
        conversation: what answers.
        text: the message.
    """
    understood = conversation.understanding.read(text)
    ranking, finding = understood.ranking, understood.finding
    reply = ask(conversation, text, datetime.now(UTC))
    typed = split(text).words
    repaired = [f"{a} -> {b}" for a, b in zip(typed, ranking.words.words, strict=False) if a != b]
    lines = [
        f"words:      {' '.join(ranking.words.words)}",
        f"repaired:   {', '.join(repaired) or '-'}",
        f"concepts:   {', '.join(ranking.concepts) or '-'}",
        f"English:    {'yes' if ranking.is_english else 'no'}",
        f"stage:      {understood.stage or '-'}",
        f"command:    {understood.command or '-'}",
        f"triage:     {_heading(finding.flag, finding.kind, finding.level)}",
        *(f"  fired     {_fired(f)}" for f in finding.fired),
        *(f"  held back {_fired(f)}" for f in dict.fromkeys(finding.held)),
        f"half-signs: {', '.join(sorted(finding.signs)) or '-'}",
        "topics:",
        *(f"  {c.confidence:5.2f}  {c.score:+.2f}  {c.topic}" for c in ranking.candidates[:SHOWN]),
        f"  {ranking.outside:5.2f}         (none of them)",
    ]
    if len(ranking.candidates) > 1:
        first, second = ranking.candidates[:2]
        margin = first.confidence / max(second.confidence, 1e-9)
        lines.append(
            f"margin:     {min(margin, 999):.1f} times (needs {ANSWER_MARGIN:g}); "
            f"threshold {ANSWER_THRESHOLD:g}, offers from {OFFER_THRESHOLD:g}"
        )
    if understood.also:
        lines.append(f"also asked: {', '.join(understood.also)}")
    lines.append(f"decision:   {reply.outcome.value} {', '.join(reply.topics)}")
    return "\n".join(lines)


def _heading(flag: str | None, kind: str | None, level: object) -> str:
    return f"{kind} {flag} ({level})" if flag else "nothing"


def _fired(fired: Fired) -> str:
    words = " + ".join(f'"{w}"' for w in fired.words)
    because = (
        f", {fired.status.value}" + (f' by "{fired.by}"' if fired.by else "")
        if fired.status.value != "reported"
        else ""
    )
    return f"{fired.flag} ({fired.kind}) by {fired.pattern}: {words}{because}"
