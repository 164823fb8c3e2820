"""What the texts of a knowledge base are held to: rules.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import KnowledgeError
from bot.knowledge.models import STAGES
from bot.knowledge.problems import reason
from bot.knowledge.yaml_source import Entry, Source
from bot.language.phrases import PhraseGroups, parse_phrase, spelled_out
from bot.language.text import split

FILE = "rules.yaml"
PLACES = ("topics", "flags", "texts")
"""Where a forbidden phrase may be forbidden."""


@dataclass(frozen=True, kw_only=True)
class Forbidden:
    """A phrase that no text may hold."""

    say: str
    why: str
    unless: tuple[str, ...] = ()
    """Phrases that make it harmless where they cover a part of it: "if you have a fever" is no diagnosis."""
    places: tuple[str, ...] = PLACES


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules; a number of 0 and an empty list are no rule."""

    phrasings: int = 0
    title: int = 0
    answer: int = 0
    tips: int = 0
    tip: int = 0
    grade_median: float = 0.0
    grade_most: float = 0.0
    article: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    """Id to level."""
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Id of a topic to the stages it must tell apart."""
    products: tuple[str, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()


def load_rules(source: Source) -> Rules:
    """Read rules.yaml; without one there are no rules. What is wrong with it is in `source.problems` afterwards."""
    path = source.root / FILE
    value = source.read(path) if path.exists() else None
    if value is None:
        return Rules()
    if not isinstance(value.content, dict):
        Entry(source, FILE, {}, value.line).problem("this must hold names with values.", "Write `name: ...`.")
        return Rules()
    source.places[FILE, ""] = value
    return _rules(Entry(source, FILE, value.content, value.line))


def _rules(entry: Entry) -> Rules:
    entry.only(
        "phrasings", "title", "answer", "tips", "tip", "grade-median", "grade-most", "article", "topics", "flags",
        "variants", "products", "forbidden",
    )  # fmt: skip
    flags, variants = entry.entry("flags"), entry.entry("variants")
    return Rules(
        phrasings=_count(entry, "phrasings"),
        title=_count(entry, "title"),
        answer=_count(entry, "answer"),
        tips=_count(entry, "tips"),
        tip=_count(entry, "tip"),
        grade_median=_grade(entry, "grade-median"),
        grade_most=_grade(entry, "grade-most"),
        article=entry.texts("article"),
        topics=entry.texts("topics"),
        flags={name: flags.text(name, required=True) for name in flags.fields} if flags else {},
        variants={name: _stages(variants, name) for name in variants.fields} if variants else {},
        products=entry.texts("products"),
        forbidden=tuple(f for e in entry.entries("forbidden") if (f := _forbidden(e))),
    )


def _count(entry: Entry, name: str) -> int:
    return entry.parsed(name, _whole, "a whole number", 0)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _grade(entry: Entry, name: str) -> float:
    return entry.parsed(name, float, "a number", 0.0)


def _stages(entry: Entry, name: str) -> tuple[str, ...]:
    stages = entry.texts(name, required=True)
    for stage in stages:
        if stage not in STAGES:
            entry.problem(f"there is no stage {stage!r}.", f"Known: {', '.join(STAGES)}.", entry.line_of(name))
    return tuple(s for s in stages if s in STAGES)


def _forbidden(entry: Entry) -> Forbidden | None:
    entry.only("say", "why", "unless", "in")
    rule = Forbidden(
        say=entry.text("say", required=True),
        why=entry.text("why", required=True),
        unless=entry.texts("unless"),
        places=entry.texts("in") or PLACES,
    )
    if unknown := [p for p in rule.places if p not in PLACES]:
        entry.problem(f"'in' cannot be {unknown[0]!r}.", f"It is one or more of {', '.join(PLACES)}.")
    if not rule.say:
        return None
    good = [_is_readable(entry, phrase) for phrase in (rule.say, *rule.unless)]
    return rule if all(good) else None


def _is_readable(entry: Entry, phrase: str) -> bool:
    """A phrase that can be read, and that texts as they are read can hold: "do not" is read as "dont"."""
    try:
        for written in spelled_out(phrase):
            parse_phrase(written)
    except KnowledgeError as error:
        entry.problem(reason(error), "Write it in the form that the head of triage/words.yaml shows.")
        return False
    read = " ".join(split(phrase).words)
    if phrase.replace(" ", "").isalnum() and read != phrase:
        entry.problem(f"{phrase!r} is never found.", f"Texts are read so: {read!r}; write that.")
        return False
    return True


@dataclass(frozen=True)
class Hit:
    """A forbidden phrase in a text."""

    rule: Forbidden
    newlines: int
    """Line ends in the text before it."""


class WordingChecker:
    """Looks for forbidden phrases."""

    def __init__(self, forbidden: tuple[Forbidden, ...]) -> None:
        """Make one.

        Args:
            forbidden: readable phrases.
        """
        self._rules = forbidden
        groups: dict[str, tuple[str, ...]] = {f"say{n}": (rule.say,) for n, rule in enumerate(forbidden)}
        groups |= {f"unless{n}": rule.unless for n, rule in enumerate(forbidden)}
        self._groups = PhraseGroups(groups)

    def hits(self, text: str, place: str) -> list[Hit]:
        """Every forbidden phrase in a text.

        Args:
            text: any; a line end ends no sentence.
            place: one of `PLACES`.
        """
        words = split(text)
        sentences, number = [], 0
        for gap in words.breaks[:-1]:
            number += any(c in ".!?;:" for c in gap)
            sentences.append(number)
        search = self._groups.search(words.words, sentences)
        found = []
        for n, rule in enumerate(self._rules):
            if place not in rule.places:
                continue
            excuses = search.spans(f"unless{n}")
            for span in search.spans(f"say{n}"):
                if not any(span.overlaps(e) for e in excuses):
                    before = words.breaks[: span.start + 1]
                    found.append(Hit(rule, sum(gap.count("\n") for gap in before)))
        return found
