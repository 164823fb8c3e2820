"""`make bench`: this engine beside its peers, in one run over the same phrasings and messages.

Prints milliseconds of CPU a message (mean and median), and how often the right topic is first. Machines are noisy:
read the ratios.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rapidfuzz import fuzz, process

from bench import encoder
from bot.ask import ask
from bot.factory import build_conversation
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge, Topic
from bot.language.text import split
from bot.matching.factory import build_matcher, phrasings
from bot.matching.matcher import OUTSIDE, Matcher, decide
from bot.triage.factory import build_triage

ROUNDS = 3
"""Each method runs so often over all messages, in turn; the best round counts, as the others were disturbed."""


@dataclass
class Timed:
    """What one method took, in milliseconds of CPU a message, and its hits."""

    name: str
    mean: float
    median: float
    right: float | None


def plain(text: str) -> str:
    """A text as every method gets it."""
    return " ".join(split(text).words)


def timed(name: str, first: Callable[[str], str | None], rows: Sequence[dict[str, object]]) -> Timed:
    """Run a method over messages.

    Args:
        name: of the method.
        first: gives the first topic for a message.
        rows: messages, with `topics` where they are questions.
    """
    best: list[float] = []
    for _ in range(ROUNDS):
        spent = []
        for row in rows:
            start = time.process_time_ns()
            first(str(row["q"]))
            spent.append((time.process_time_ns() - start) / 1e6)
        if not best or sum(spent) < sum(best):
            best = spent
    questions = [r for r in rows if "topics" in r]
    hits = sum(first(str(r["q"])) in r["topics"] for r in questions)  # type: ignore[operator]
    return Timed(
        name, statistics.mean(best), statistics.median(best), 100 * hits / len(questions) if questions else None
    )


def first_of(matcher: Matcher, text: str) -> str | None:
    """The first topic of a matcher, its decision made."""
    ranking = matcher.rank(text)
    decide(ranking)
    return ranking.best.topic if ranking.best else None


def svm(pairs: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """The peer that the field uses: scikit-learn's linear SVM over word and character n-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = make_pipeline(union, LinearSVC()).fit([plain(t) for t, _ in pairs], [c for _, c in pairs])
    return lambda text: str(model.predict([plain(text)])[0])


def nearest(pairs: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """Rapidfuzz's nearest phrasing by token_set_ratio."""
    texts = [plain(t) for t, _ in pairs]
    return lambda text: pairs[process.extractOne(plain(text), texts, scorer=fuzz.token_set_ratio)[2]][1]


def multiplied(knowledge: Knowledge, times: int) -> Knowledge:
    """The same topics with more phrasings: each further one has a word exchanged with one of its topic."""
    rnd = random.Random(7)  # noqa: S311 - no secret

    def more(topic: Topic) -> Topic:
        made = list(topic.questions)
        for _ in range(times - 1):
            for question in topic.questions:
                other = rnd.choice(topic.questions).split()
                words = question.split()
                words[rnd.randrange(len(words))] = rnd.choice(other)
                made.append(" ".join(words))
        return replace(topic, questions=tuple(made))

    return replace(knowledge, topics={t.id: more(t) for t in knowledge.topics.values()})


def other_knowledge(knowledge: Knowledge, topics: int, each: int) -> Knowledge:
    """A knowledge base with many topics, each made of the phrasings of two; no lexicon, triage or outside groups."""
    rnd = random.Random(11)  # noqa: S311
    source = list(knowledge.topics.values())
    made = {}
    for n in range(topics):
        a, b = rnd.sample(source, 2)
        pool = [*a.questions, *b.questions]
        questions = tuple(f"{rnd.choice(pool)} {rnd.choice(pool).split()[0]}{n}" for _ in range(each))
        made[f"t{n}"] = Topic(id=f"t{n}", title=f"topic {n}", questions=questions, answer="-")
    return Knowledge(root=knowledge.root, topics=made)


def pieces_of(rows: Sequence[dict[str, object]], length: int) -> list[dict[str, object]]:
    """Messages of one length, each another run of the given ones."""
    text = " ".join(str(r["q"]) for r in rows)
    return [{"q": text[at : at + length]} for at in range(0, min(len(text) - length, 40_000), 2_000)]


def show(rows: Sequence[Timed], base: str) -> None:
    """Print a table with ratios against one method."""
    unit = next(r.mean for r in rows if r.name == base)
    print(f"{'method':<46} {'mean ms':>8} {'median':>8} {'ratio':>7}  right first")
    for row in rows:
        right = f"{row.right:.1f} %" if row.right is not None else ""
        print(f"{row.name:<46} {row.mean:8.2f} {row.median:8.2f} {row.mean / unit:7.2f}  {right}")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("tests/eval"))
    folder = parser.parse_args().folder
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    knowledge = load(built_in())
    now = datetime.now(UTC)

    start = time.process_time()
    matcher = build_matcher(knowledge)
    build_triage(knowledge, matcher.repairer.words)
    print(f"built from nothing: {time.process_time() - start:.1f} s of CPU")
    build_conversation()
    start = time.process_time()
    conversation = build_conversation()
    print(f"loaded from the cache: {time.process_time() - start:.2f} s of CPU\n")

    pairs = [(t, c) for t, c in phrasings(knowledge) if not c.startswith(OUTSIDE)]
    engine = "this engine: triage, match, decide, reply"

    def whole(text: str) -> str | None:
        return next(iter(ask(conversation, text, now).topics), None)

    def match_only(text: str) -> str | None:
        return first_of(matcher, text)

    print(f"{len(pairs)} phrasings, {len(rows)} messages of {folder}")
    results = [
        timed(engine, whole, rows),
        timed("  its matching alone", match_only, rows),
        timed("rapidfuzz extractOne, token_set_ratio", nearest(pairs), rows),
        timed("scikit-learn linear SVM, words + characters", svm(pairs), rows),
    ]
    if encoder.is_there():
        results.append(timed("MiniLM int8, nearest phrasing", encoder.nearest(pairs), rows))
    show(results, engine)
    if not encoder.is_there():
        print("MiniLM is not installed here: see bench/encoder.py")

    many = build_matcher(multiplied(knowledge, 10))
    print("\nten times the phrasings")
    show(
        [
            timed("its matching alone", match_only, rows),
            timed("the same, ten times", lambda t: first_of(many, t), rows),
        ],
        "its matching alone",
    )

    other = other_knowledge(knowledge, 150, 100)
    foreign = build_matcher(other)
    other_pairs = list(phrasings(other))
    few = [{"q": r["q"]} for r in rows[:: max(1, len(rows) // 150)]]
    print(f"\nanother knowledge base: {len(other_pairs)} phrasings")
    near = "rapidfuzz extractOne, token_set_ratio"
    show(
        [timed(near, nearest(other_pairs), few), timed("this engine's matching", lambda t: first_of(foreign, t), few)],
        near,
    )

    print("\n4,096 characters against 200")
    show([timed(f"{n:,} characters", whole, pieces_of(rows, n)) for n in (200, 4096)], "200 characters")


if __name__ == "__main__":
    main()
