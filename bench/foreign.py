"""The engine away from home: another subject's knowledge base, and patients' questions on other medical subjects.

    python -m bench.foreign --intents data_full.json --patients questions.txt

The data are not part of this repository. `--intents` takes the layout of CLINC150 ({"train": [[text, intent], ...],
"test": ..., "oos_test": ...}; https://github.com/clinc/oos-eval); `--patients` one question a line, as in MeQSum
(https://github.com/abachaa/MeQSum). The peer is scikit-learn's linear SVM over word and character n-grams.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.matching import svm
from bot.ask import ask
from bot.conversation.reply import Outcome
from bot.factory import build_conversation
from bot.knowledge.models import Knowledge, Topic
from bot.matching.factory import build_matcher
from bot.matching.matcher import decide

PHRASINGS = (10, 30, 100)


def other_subject(data: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Right topic first, and messages that fit nothing turned away or asked back, by phrasings a topic."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in data["train"]:
        by_intent[intent].append(text)
    rnd = random.Random(5)  # noqa: S311 - no secret
    print(f"{len(by_intent)} topics, {len(data['test'])} messages, {len(data['oos_test'])} that fit nothing")
    print("phrasings  right first: engine   SVM   wrong at once   fits nothing: turned away or asked back")
    for each in PHRASINGS:
        chosen = {intent: rnd.sample(texts, min(each, len(texts))) for intent, texts in by_intent.items()}
        topics = {i: Topic(id=i, title=i, questions=tuple(q), answer="-") for i, q in chosen.items()}
        matcher = build_matcher(Knowledge(root=Path(), topics=topics))
        peer = svm([(text, intent) for intent, texts in chosen.items() for text in texts])
        first = wrong = peers = 0
        for text, intent in data["test"]:
            ranking = matcher.rank(text)
            first += ranking.best is not None and ranking.best.topic == intent
            decision = decide(ranking)
            wrong += decision.is_answer and decision.topics[0] != intent
            peers += peer(text) == intent
        away = sum(not decide(matcher.rank(text)).is_answer for text, _ in data["oos_test"])
        n = len(data["test"])
        print(
            f"{each:>9} {100 * first / n:>21.1f} {100 * peers / n:>5.1f} {100 * wrong / n:>15.1f}"
            f" {100 * away / len(data['oos_test']):>20.1f}"
        )


def patients(questions: Sequence[str]) -> None:
    """What the built-in knowledge base does with questions on other medical subjects."""
    conversation = build_conversation()
    counts: dict[Outcome, int] = defaultdict(int)
    for question in questions:
        counts[ask(conversation, question, datetime.now(UTC)).outcome] += 1
    print(f"\n{len(questions)} patients' questions on other subjects")
    for outcome in Outcome:
        print(f"{outcome.value:<10} {100 * counts[outcome] / len(questions):5.1f} %")


def main() -> None:
    """Run what there is data for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--intents", type=Path)
    parser.add_argument("--patients", type=Path)
    arguments = parser.parse_args()
    if arguments.intents:
        other_subject(json.loads(arguments.intents.read_text(encoding="utf-8")))
    if arguments.patients:
        patients([line for line in arguments.patients.read_text(encoding="utf-8").splitlines() if line.strip()])


if __name__ == "__main__":
    main()
