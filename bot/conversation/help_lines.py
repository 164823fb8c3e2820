"""Whom to call, in words: never a number without its country."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.conversation.reply import Button
from bot.conversation.texts import Texts
from bot.knowledge.models import Country, HelpLine, Knowledge
from bot.language.phrases import PhraseGroups
from bot.language.text import split

AROUND_COUNTRY = "around-country"
"""Name of the phrases in replies.yaml that may stand around the name of a country."""

SURE_OF_COUNTRY = 80
"""rapidfuzz's ratio, 0..100: "norway"/"norwey" is 83, "austria"/"australia" 88 (both are known: the nearer one wins);
"niger"/"nigeria" 83 is taken wrongly, but what is noted is said again."""
FEWEST_LETTERS = 4
"""Shorter names ("usa", "uk") leave no room for slips."""
MOST_WORDS = 6
NAME_LIMIT = 80
"""Characters; a longer text names no country only."""


def written(line: HelpLine) -> str:
    """One help line in words: name, number, for whom, where and when."""
    what = line.number or (f"text {line.text}" if line.text else line.web)
    details = ", ".join(d for d in (line.area, f"for {line.whom}" if line.whom else "", line.hours) if d)
    return " ".join(p for p in (line.name, what, f"({details})" if details else "") if p)


class HelpLines:
    """The help lines of a knowledge base, as sentences."""

    def __init__(self, knowledge: Knowledge, texts: Texts, default_country: str | None = None) -> None:
        """Make one.

        Args:
            default_country: ISO code for chats that have not said where they are; may be unknown.
        """
        self._countries = knowledge.countries
        self._offered = knowledge.roles.country_menu
        self._phrases = PhraseGroups({AROUND_COUNTRY: knowledge.replies.get(AROUND_COUNTRY, ())})
        self._texts = texts
        self._default = default_country

    def country(self, code: str | None) -> Country | None:
        """The country of a chat, or the default one, or None."""
        return self._countries.get(code or self._default or "")

    def call(self, code: str | None) -> str:
        """Whom to call: "call 999 (the United Kingdom)", or the local emergency number where the country is unknown."""
        country = self.country(code)
        lines = country.of("emergency") if country else ()
        if not country or not lines:
            return self._texts("call-unknown")
        return self._texts("call-known", number=" or ".join(_plain(line) for line in lines), country=country.name)

    def emergency_title(self, code: str | None) -> str:
        """The first line of an emergency."""
        country = self.country(code)
        lines = country.of("emergency") if country else ()
        if not country or not lines:
            return self._texts("emergency-title-unknown")
        return self._texts("emergency-title", number=" or ".join(_plain(line) for line in lines), country=country.name)

    def copy_buttons(self, code: str | None) -> tuple[Button, ...]:
        """A button that copies the first emergency number."""
        country = self.country(code)
        first = next(iter(country.of("emergency")), None) if country else None
        return (Button(label=first.number, copy=first.number),) if first and first.number else ()

    def sentence(self, kind: str, code: str | None) -> str:
        """The lines of one kind (health, crisis, violence, police) in a sentence.

        Returns:
            "" where the country is unknown or has none; for a crisis where to find one.
        """
        country = self.country(code)
        lines = country.of(kind) if country else ()
        if not country or not lines:
            return self._texts("crisis-unknown") if kind == "crisis" else ""
        name = {
            "health": "health-line",
            "crisis": "crisis-lines",
            "violence": "violence-lines",
            "police": "police-line",
        }[kind]
        return self._texts(name, country=country.name, lines="; ".join(written(line) for line in lines))

    def is_known(self, code: str) -> bool:
        """True where there are numbers for a country."""
        return code in self._countries

    def find(self, typed: str) -> Country | None:
        """The country that somebody typed, also misspelt.

        Args:
            typed: a name or a part of the United Kingdom, with a word or two around it ("i live in norwey").
        """
        words = split(typed[:NAME_LIMIT]).words
        # Codes are no names: "no" and "in" are words.
        names = {name: c for c in self._countries.values() for name in (*c.names, _bare(c.name))}
        around = self._phrases.covered((AROUND_COUNTRY,), words)
        wanted = " ".join(w for n, w in enumerate(words) if n not in around)
        if not wanted or len(words) > MOST_WORDS:
            return None
        if wanted in names:
            return names[wanted]
        if len(wanted) < FEWEST_LETTERS:
            return None
        best = process.extractOne(wanted, list(names), scorer=fuzz.ratio, score_cutoff=SURE_OF_COUNTRY)
        return names[best[0]] if best else None

    @property
    def menu(self) -> Sequence[Country]:
        """The countries offered as buttons."""
        return [self._countries[code] for code in self._offered if code in self._countries]


def _plain(line: HelpLine) -> str:
    return line.number + (f" ({line.area})" if line.area else "")


def _bare(name: str) -> str:
    return name.lower().removeprefix("the ")
