"""`bot unanswered`: questions that were answered badly, alike ones together, as drafts of topics for a clinician."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.conversation.state import Miss
from bot.errors import DraftsError
from bot.language.redaction import GAP
from bot.settings.parts import StorageSettings
from bot.store.factory import open_cipher, open_database
from bot.store.missed_questions import Missed, read

ALIKE = 72.0
"""rapidfuzz's token_sort_ratio, 0..100, from which two questions are taken for the same. "can i use a tens machine" and
"is it ok to use a tens machine" have 78, "can i lift my toddler" and "can i use my toothbrush" 64."""
TITLE = 45
"""Characters; a title is also a button."""
_HOW = {
    Miss.FALLBACK: "nothing fitted",
    Miss.CLARIFY_NONE: "none of those offered",
    Miss.NOT_HELPFUL: "rated not helpful",
}


@dataclass
class Group:
    """Questions that are much the same, the most typical first."""

    questions: list[str] = field(default_factory=list)
    how: Counter[Miss] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    """Those whose answer did not help."""

    @property
    def size(self) -> int:
        """How often it was asked."""
        return self.how.total()


def grouped(missed: Iterable[Missed]) -> list[Group]:
    """Alike questions together, what was asked most first. Each goes where the first question is most like it."""
    groups: list[Group] = []
    firsts: list[str] = []
    for one in missed:
        plain = " ".join(one.question.replace(GAP, " ").lower().split())
        found = process.extractOne(plain, firsts, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        if found is None:
            groups.append(Group())
            firsts.append(plain)
        group = groups[found[2] if found else -1]
        if one.question not in group.questions:
            group.questions.append(one.question)
        group.how[one.why] += 1
        if one.topic:
            group.topics[one.topic] += 1
    return sorted(groups, key=lambda g: -g.size)


def drafts(groups: Sequence[Group]) -> str:
    """The groups as entries of a topics file; what only a clinician can write is left open."""
    lines = [
        "# Drafts from questions that were answered badly. They were redacted by a program: read them before you pass",
        "# them on, and take out what may tell who asked. A topic needs at least 25 phrasings of your own words.",
    ]
    for number, group in enumerate(groups, 1):
        how = ", ".join(f"{_HOW[why]} {count}" for why, count in group.how.most_common())
        lines += ["", f"# asked {group.size} times: {how}"]
        if group.topics:
            lines.append(f"# answered with: {', '.join(topic for topic, _ in group.topics.most_common())}")
        lines += [f"- id: draft-{number}", f"  title: {_quoted(group.questions[0][:TITLE].strip())}", "  questions:"]
        lines += [f"    - {_quoted(question)}" for question in group.questions]
        lines += ['  answer: ""  # TODO for the clinician: the short answer, safe for every stage', "  sources: []"]
        lines.append('  reviewed: {by: "", on: "", next: ""}')
    return "\n".join((*lines, ""))


async def kept(storage: StorageSettings) -> list[Missed]:
    """The questions in the database, whose schema is checked already.

    Raises:
        StoreError: the database or the key cannot be used.
    """
    cipher = open_cipher(storage)
    database = open_database(storage.database_url)
    try:
        return [one async for one in read(database, cipher)]
    finally:
        await database.close()


def write_new(path: Path, text: str) -> None:
    """Write a file that its owner only may read, for it holds words of users.

    Raises:
        DraftsError: there is one already, or it cannot be written.
    """
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
    except OSError as error:
        raise DraftsError(f"{path}: {error.strerror}") from error


def _quoted(text: str) -> str:
    """JSON's form of a text is YAML's too."""
    return json.dumps(text, ensure_ascii=False)
