"""What short texts say of her walks: stop, start again, that her doctor agrees, that the birth was hard."""

from __future__ import annotations

from bot.language.phrases import PhraseGroups
from bot.language.reminder_reader import plain
from bot.language.text import split


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text about walks, as the phrases have them; nothing is repaired."""
    return split(plain(text)).words


class WalkPhrases:
    """Reads such texts by the phrases of a knowledge base; each takes a text as typed."""

    def __init__(self, phrases: PhraseGroups) -> None:
        """Make one.

        Args:
            phrases: those of replies.yaml.
        """
        self._phrases = phrases

    def stops(self, text: str) -> bool:
        """True for what stops every reminder of one who has some, and nothing else: not for "stop ibuprofen"."""
        return self._is_order("stop", words_of(text)) or self._phrases.are("stop-whole", words_of(text))

    def resumes(self, text: str) -> bool:
        """True for what starts them again."""
        return self._is_order("resume", words_of(text))

    def tells_trouble(self, text: str) -> bool | None:
        """What a text answers to "a caesarean, a bad tear or other trouble?"; None: neither."""
        words, phrases = words_of(text), self._phrases
        if phrases.are("no-trouble", words):
            return False
        is_trouble = phrases.has("trouble", words) and not phrases.has("denied", words, unless="not-denied")
        return True if is_trouble else None

    def is_cleared(self, text: str) -> bool:
        """True for "my doctor says I may exercise". It is worth the question, no more."""
        words, phrases = words_of(text), self._phrases
        agreed = phrases.begin("doctor", words) and phrases.has("agreed", words)
        agreed = agreed or phrases.begin("is-cleared", words) or phrases.are("may-walk", words)
        return agreed and phrases.has("walking", words) and not phrases.has("denied", words)

    def many(self, text: str, *, whole: bool = False) -> int | None:
        """How many reminders are asked for: "set 20 reminders"; None where no number is named.

        Args:
            text: as typed.
            whole: the text may say nothing else.
        """
        words, phrases = words_of(text), self._phrases
        for at, word in enumerate(words):
            ends = phrases.after("many", words, [at + 1]) if word.isascii() and word.isdigit() else ()
            starts = phrases.after("many-before", words, [0]) | {0}
            if ends and not (whole and (at not in starts or len(words) not in ends)):
                return int(word[-MOST_DIGITS:])
        return None

    def _is_order(self, order: str, words: tuple[str, ...]) -> bool:
        phrases = self._phrases
        starts = phrases.after("stop-before", words, [0], many=True)
        ends = phrases.after("stop-after", words, phrases.after(order, words, starts), many=True)
        return len(words) in ends


MOST_DIGITS = 9
"""Of a number of reminders."""
