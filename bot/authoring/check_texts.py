"""Checks how the texts are written: forbidden phrases, products, lengths, fields, reading grade."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import Formatter

from bot.authoring.wording_rules import Rules, WordingChecker
from bot.knowledge.models import Flag, Knowledge, Topic
from bot.knowledge.problems import Problem
from bot.knowledge.yaml_source import Source
from bot.language.text import split

Grade = Callable[[str], float]
"""The Flesch-Kincaid grade of a text (school years, about 0 to 18)."""

TEXTS = "texts.yaml"
EXAMPLE = "example"
"""A product is named as the article's example, so this word has to stand beside it."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Something the bot says, and where it is written."""

    place: str
    """topics, flags or texts."""
    file: str
    entry: str
    path: tuple[str | int, ...]
    text: str


def all_texts(knowledge: Knowledge) -> Iterator[Text]:
    """Everything the bot says."""
    for topic in knowledge.topics.values():
        yield from topic_texts(topic)
    for flag in knowledge.flags.values():
        yield from flag_texts(flag)
    for name, text in knowledge.texts.items():
        yield Text(place="texts", file=TEXTS, entry="", path=(name,), text=text)


def topic_texts(topic: Topic) -> Iterator[Text]:
    """What a topic says, each text once."""
    blocks: list[tuple[tuple[str, ...], str | None, str | None, tuple[str, ...] | None]]
    blocks = [((), topic.answer, topic.more, topic.tips)]
    blocks += [(("when", stage), v.answer, v.more, v.tips) for stage, v in topic.when.items()]
    for above, answer, more, tips in blocks:
        for name, text in (("answer", answer), ("more", more)):
            if text:
                yield Text(place="topics", file=topic.file, entry=topic.id, path=(*above, name), text=text)
        for n, tip in enumerate(tips or ()):
            yield Text(place="topics", file=topic.file, entry=topic.id, path=(*above, "tips", n), text=tip)


def flag_texts(flag: Flag) -> Iterator[Text]:
    """What a flag says."""
    named = {"say": flag.say, "escalated": flag.escalated, "ask": flag.ask, "if_yes": flag.if_yes}
    for name, text in named.items():
        if text:
            yield Text(place="flags", file=flag.file, entry=flag.id, path=(name,), text=text)


class TextChecks:
    """The checks, for one knowledge base."""

    def __init__(self, source: Source, knowledge: Knowledge, rules: Rules) -> None:
        self._source = source
        self._knowledge = knowledge
        self._rules = rules
        self._censor = WordingChecker(rules.forbidden)

    def run(self, grade: Grade | None) -> Iterator[Problem]:
        """Every problem; grades only where there is something to measure them with."""
        for text in all_texts(self._knowledge):
            yield from self._forbidden(text)
            yield from self._products(text)
        for topic in self._knowledge.topics.values():
            yield from self._lengths(topic)
        for flag in self._knowledge.flags.values():
            yield from self._avoided(flag)
        for name, said in self._knowledge.texts.items():
            yield from self._fields(name, said)
        if grade:
            yield from self._grades(grade)

    def _problem(self, text: Text, message: str, fix: str, further: int = 0) -> Problem:
        line = self._source.line(text.file, text.entry, *text.path) + further
        return Problem(text.file, line, text.entry or str(text.path[0]), message, fix)

    def _forbidden(self, text: Text) -> Iterator[Problem]:
        for hit in self._censor.hits(text.text, text.place):
            message = f"the text says {hit.rule.say!r}."
            yield self._problem(text, message, f"Say it in another way: {hit.rule.why}.", hit.newlines)

    def _products(self, text: Text) -> Iterator[Problem]:
        for line, paragraph in enumerate(text.text.split("\n")):
            for product in self._rules.products:
                if product.lower() in paragraph.lower() and EXAMPLE not in paragraph.lower():
                    message = f"the product {product!r} is named, and not as an example."
                    fix = f"Name it as the article's {EXAMPLE}, with what to look for, or leave it out."
                    yield self._problem(text, message, fix, line)

    def _lengths(self, topic: Topic) -> Iterator[Problem]:
        rules = self._rules
        title = Text(place="topics", file=topic.file, entry=topic.id, path=("title",), text=topic.title)
        if rules.title and len(topic.title) > rules.title:
            length = f"the title has {len(topic.title)} characters."
            yield self._problem(title, length, f"It is a button: {rules.title} at most.")
        for text in topic_texts(topic):
            size, what = len(text.text), text.path[-1]
            if what == "answer" and rules.answer and size > rules.answer:
                fix = f"Move what is over {rules.answer} to `more`."
                yield self._problem(text, f"the answer has {size} characters.", fix)
            if isinstance(what, int) and rules.tip and size > rules.tip:
                yield self._problem(text, f"a tip has {size} characters.", f"One action, {rules.tip} at most.")
            if what == rules.tips and rules.tips:
                fix = f"Keep the best {rules.tips}."
                yield self._problem(text, f"there are more than {rules.tips} tips.", fix)

    def _avoided(self, flag: Flag) -> Iterator[Problem]:
        for text in flag_texts(flag):
            said = f" {' '.join(split(text.text).words)} "
            for phrase in flag.avoid:
                if f" {' '.join(split(phrase).words)} " in said:
                    message = f"the text says {phrase!r}, which `avoid` forbids."
                    yield self._problem(text, message, "Say it in another way.")

    def _fields(self, name: str, said: str) -> Iterator[Problem]:
        text = Text(place="texts", file=TEXTS, entry="", path=(name,), text=said)
        if not said:
            yield self._problem(text, "the text is empty.", "Write it.")
        try:
            fields = [f for _, f, _, _ in Formatter().parse(said) if f is not None]
        except ValueError:
            fix = "Write {name}, or {{ and }} for the signs themselves."
            yield self._problem(text, "a { or } stands alone.", fix)
            return
        if any(not f.isidentifier() for f in fields):
            yield self._problem(text, "a {} has no plain name.", "Give the field its name.")

    def _grades(self, grade: Grade) -> Iterator[Problem]:
        grades: list[float] = []
        for topic in self._knowledge.topics.values():
            for stage in (None, *topic.when):
                value = grade(prose(topic, stage))
                grades += [value] if stage is None else []
                path = ("when", stage, "answer") if stage else ("answer",)
                where = Text(place="topics", file=topic.file, entry=topic.id, path=path, text="")
                yield from self._too_hard(where, value, f" for {stage}" if stage else "")
        for flag in self._knowledge.flags.values():
            for text in flag_texts(flag):
                if text.path[0] in ("say", "escalated"):
                    yield from self._too_hard(text, grade(text.text), "")
        most = self._rules.grade_median
        if most and grades and statistics.median(grades) > most:
            median = f"the median reading grade is {statistics.median(grades):.1f}."
            yield Problem("topics", 1, "", median, f"Make the hardest texts plainer: {most:g} at most.")

    def _too_hard(self, where: Text, value: float, stage: str) -> Iterator[Problem]:
        most = self._rules.grade_most
        if most and value > most:
            fix = f"Shorter sentences, shorter words: {most:g} at most."
            yield self._problem(where, f"the reading grade{stage} is {value:.1f}.", fix)


def prose(topic: Topic, stage: str | None = None) -> str:
    """All that a topic says to someone, tips as sentences."""
    text = topic.for_stage(stage)
    tips = (f"{tip.rstrip('.')}." for tip in text.tips or ())
    return "\n".join([text.answer or "", text.more or "", *tips])


def reading_grade() -> Callable[[str], float] | None:
    """A function that gives the Flesch-Kincaid grade of a text, or None without textstat."""
    try:
        import textstat  # noqa: PLC0415
    except ImportError:
        return None

    def grade(text: str) -> float:
        return float(textstat.flesch_kincaid_grade(text))

    return grade
