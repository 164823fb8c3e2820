"""Checks the files of words whose names the program knows: a group that nothing reads, a phrase that is never found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from bot.knowledge.models import REDACTION, REPLIES, WITHHELD, Knowledge
from bot.knowledge.problems import Problem
from bot.knowledge.yaml_source import Source
from bot.language.text import CONTRACTED, split

REDACTED = "redaction.yaml"
_GROUP = re.compile(r"<([^<>]*)>")


def named_phrases(knowledge: Knowledge) -> Mapping[str, tuple[Mapping[str, Sequence[str]], Sequence[str]]]:
    """By file: its groups of phrases, and the names that the program reads."""
    return {"replies.yaml": (knowledge.replies, REPLIES), "withheld.yaml": (knowledge.withheld.phrases, WITHHELD)}


def check_words(source: Source, knowledge: Knowledge) -> Iterator[Problem]:
    """Every group that nothing reads, and every word and phrase that no text can hold."""
    yield from _redaction(source, knowledge)
    for file, (groups, names) in named_phrases(knowledge).items():
        used = {*names, *(name for phrases in groups.values() for p in phrases for name in _GROUP.findall(p))}
        for name, phrases in groups.items():
            if name not in used:
                fix = f"Known names: {', '.join(names)}; any other has to be named by a phrase, in < >."
                yield Problem(file, source.line(file, "", name), name, f"nothing reads the group {name!r}.", fix)
            for n, phrase in enumerate(phrases):
                if read := unread(phrase):
                    line = source.line(file, "", name, n)
                    yield Problem(file, line, name, f"{phrase!r} is never found.", f"Texts are read so: {read!r}.")


def _redaction(source: Source, knowledge: Knowledge) -> Iterator[Problem]:
    """Its words are compared with words as they are written, in lower case."""
    for name, words in knowledge.redaction.items():
        if name not in REDACTION:
            fix = f"Known names: {', '.join(REDACTION)}."
            yield Problem(REDACTED, source.line(REDACTED, "", name), name, f"nothing reads the list {name!r}.", fix)
        for n, word in enumerate(words):
            if word != word.lower():
                line = source.line(REDACTED, "", name, n)
                yield Problem(REDACTED, line, name, f"{word!r} is never found.", "Write it in lower case.")
    if knowledge.redaction and not knowledge.redaction.get("names"):
        yield Problem(REDACTED, 1, "names", "there are no names.", "Add a list `names:`, or no question can be kept.")


def unread(phrase: str) -> str:
    """What stands in a text, as it is read, where a phrase has something else: "do not" is read as "dont".

    Returns:
        "" for a phrase that a text can hold.
    """
    choices = [part.removeprefix("?").split("/") for part in phrase.split()]
    for choice in (c for part in choices for c in part if c.isalnum()):
        if (read := split(choice).words) != (choice,):
            return " ".join(read)
    pairs = (pair for before, after in pairwise(choices) for pair in product(before, after))
    return next((CONTRACTED[pair] for pair in pairs if pair in CONTRACTED), "")
