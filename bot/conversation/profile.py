"""Asks for the profile: one question at a time, each with buttons, each skippable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.cards import block, rows
from bot.conversation.help_lines import HelpLines
from bot.conversation.reply import BlockKind, Button, Card
from bot.conversation.stage import TERM, weeks_pregnant, weeks_since_birth
from bot.conversation.state import Birth, Profile, Stage
from bot.conversation.texts import Texts
from bot.language.dates import read_date
from bot.language.phrases import PhraseGroups
from bot.language.text import split

DUE_DAYS = {"1": 14, "2": 60, "3": 135, "4": 210}
"""Days until the due date behind each button: the middle of its span."""
BORN_DAYS = {"1": 7, "2": 28, "3": 63, "4": 135, "5": 300}
"""Days since the birth behind each button: the middle of its span."""
PRESETS = {"due": DUE_DAYS, "born": BORN_DAYS}
QUESTIONS = ("stage", "due", "born", "birth", "cleared", "country")
TYPED = {
    "stage": ("pregnant", "after-birth", "loss"),
    "birth": ("vaginal", "caesarean"),
    "cleared": ("yes", "no"),
}
"""Questions that are answered in words, with the values of their buttons: `answer-stage-loss` of replies.yaml."""
LONGEST = 300
"""Characters that are looked at for one of these words."""
LATE_AT_MOST = timedelta(weeks=3)
LONGEST_AGO = timedelta(days=20 * 365)
"""A birth longer ago is a slip of the finger."""


class ProfileQuestions:
    """The questions and what their answers change."""

    def __init__(self, texts: Texts, numbers: HelpLines, replies: PhraseGroups) -> None:
        """Arguments: as made by the conversation; replies, those of replies.yaml."""
        self._texts = texts
        self._numbers = numbers
        self._replies = replies

    def offer(self) -> Card:
        """Offers the questions, once."""
        return Card(
            blocks=block(self._texts("profile-offer")),
            buttons=(
                (
                    Button(label=self._texts("profile-offer-yes"), action="ask-profile"),
                    Button(label=self._texts("profile-offer-no"), action="no-profile"),
                ),
            ),
        )

    def question(self, name: str) -> Card:
        """One question.

        Args:
            name: stage, due, born, birth, cleared or country.
        """
        t = self._texts
        options: Sequence[tuple[str, str]]
        match name:
            case "stage":
                options = [
                    ("pregnant", t("profile-pregnant")),
                    ("after-birth", t("profile-after-birth")),
                    ("loss", t("profile-loss")),
                ]
            case "due" | "born":
                options = [(n, t(f"profile-{name}-{n}")) for n in (DUE_DAYS if name == "due" else BORN_DAYS)]
            case "birth":
                options = [("vaginal", t("profile-vaginal")), ("caesarean", t("profile-caesarean"))]
            case "cleared":
                options = [("yes", t("profile-cleared-yes")), ("no", t("profile-cleared-no"))]
            case _:
                options = [(c.code, c.name.removeprefix("the ")) for c in self._numbers.menu]
        buttons = [Button(label=label, action=f"set:{name}:{value}") for value, label in options]
        skip = Button(label=t("profile-skip"), action=f"set:{name}:skip")
        grid = _grid(buttons) if name == "country" else rows(buttons)
        return Card(blocks=block(t(f"profile-{name}")), buttons=(*grid, (skip,)))

    def due_question(self) -> Card:
        """Asks gently how things are once the due date has passed."""
        t = self._texts
        return Card(
            blocks=block(t("due-question")),
            buttons=rows(
                [
                    Button(label=t("due-still"), action="due:still"),
                    Button(label=t("due-born"), action="set:stage:after-birth"),
                    Button(label=t("profile-loss"), action="set:stage:loss"),
                    Button(label=t("due-later"), action="due:later"),
                ]
            ),
        )

    def typed(self, name: str, text: str, today: date, country: str | None) -> str | None:
        """The value that a typed answer stands for, in the form of the buttons' values.

        Args:
            name: of the question.
            text: what was typed.
            today: for "last week" and dates without a year.
            country: hers, for the order of day and month.

        Returns:
            None where it is no answer.
        """
        words, are = split(text[:LONGEST]).words, self._replies.are
        if are("skip", words) or (are("decline", words) and name != "cleared"):
            return "skip"
        match name:
            case "due" | "born":
                found = read_date(text, today, future=name == "due", month_first=country == "US")
                return found.isoformat() if found else None
            case "country":
                found_country = self._numbers.find(text)
                return found_country.code if found_country else None
        return next((value for value in TYPED.get(name, ()) if are(f"answer-{name}-{value}", words)), None)

    def set(self, profile: Profile, name: str, value: str, today: date) -> tuple[Profile, str | None, str]:
        """Take an answer.

        Args:
            profile: as it was.
            name: the question.
            value: of a button, or an ISO date, or a country code; "skip" changes nothing.
            today: for the dates behind buttons.

        Returns:
            The profile, the next question (None at the end), and a line to say first ("" for none).

        Raises:
            ValueError: there is no such question or value.
        """
        if name not in QUESTIONS:
            raise ValueError(name)
        said = ""
        if value == "skip":
            if name == "stage" and profile.stage is None:  # she wants no questions: not one more
                return profile, None, self._texts("profile-offer-declined")
            if profile.stage is Stage.LOSS:  # nothing more is asked, and "profile-done" is not for her
                said = self._texts("profile-offer-declined")
        elif name in ("due", "born"):
            day = _day(name, value, today)
            if day is None:
                return profile, name, self._texts("profile-date-odd")
            profile = replace(profile, due=day, due_asked=False) if name == "due" else replace(profile, born=day)
            said = self._texts("profile-date-noted", date=f"{day:%-d %B %Y}") if value not in PRESETS[name] else ""
        else:
            profile, said = self._chosen(profile, name, value)
        following = self._following(profile, name)
        if following or (profile.stage is Stage.LOSS and said):
            return profile, following, said
        return profile, None, "\n".join(filter(None, (said, self._texts("profile-done"))))

    def _chosen(self, profile: Profile, name: str, value: str) -> tuple[Profile, str]:
        match name:
            case "stage":
                stage = Stage(value)
                said = self._texts("profile-loss-said") if stage is Stage.LOSS else ""
                if stage is profile.stage:
                    return profile, said
                due = profile.due if stage is Stage.PREGNANT else None
                return replace(profile, stage=stage, due=due, due_asked=False, cleared=None), said
            case "birth":
                return replace(profile, birth=Birth(value)), ""
            case "cleared":
                return replace(profile, cleared={"yes": True, "no": False}[value]), ""
        if not self._numbers.is_known(value):
            raise ValueError(value)
        return replace(profile, country=value), self._texts("country-set", call=self._numbers.call(value))

    @staticmethod
    def _following(profile: Profile, name: str) -> str | None:
        match name:
            case "stage" if profile.stage is Stage.PREGNANT:
                return "due"
            case "stage" if profile.stage is Stage.AFTER_BIRTH:
                return "born"
            case "stage" | "due" | "cleared" if profile.stage is not Stage.LOSS:
                return None if profile.country else "country"
            case "born":
                return "birth"
            case "birth":
                return "cleared"
        return None

    def summary(self, profile: Profile, today: date) -> Card:
        """What she has told, with the ways to change it."""
        t = self._texts
        lines: list[str] = []
        if profile.stage is Stage.PREGNANT:
            weeks = weeks_pregnant(profile, today)
            lines.append(
                t("settings-stage-pregnant-undated") if weeks is None else t("settings-stage-pregnant", weeks=weeks)
            )
        elif profile.stage is Stage.AFTER_BIRTH:
            weeks = weeks_since_birth(profile, today)
            lines.append(
                t("settings-stage-after-birth-undated")
                if weeks is None
                else t("settings-stage-after-birth", weeks=weeks)
            )
        elif profile.stage is Stage.LOSS:
            lines.append(t("settings-stage-loss"))
        if profile.birth and profile.stage is not Stage.PREGNANT:
            lines.append(t(f"settings-birth-{profile.birth.value}"))
        if profile.cleared is not None:
            lines.append(t("settings-cleared" if profile.cleared else "settings-not-cleared"))
        if country := self._numbers.country(profile.country):
            lines.append(t("settings-country", country=country.name))
        return Card(
            blocks=(*block(t("settings-title"), BlockKind.TITLE), *block("\n".join(lines) or t("settings-nothing"))),
            buttons=rows(
                [
                    Button(label=t("settings-change"), action="ask-profile"),
                    Button(label=t("settings-country-button"), action="country"),
                    Button(label=t("settings-forget"), action="forget"),
                ]
            ),
        )


def _grid(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Three short labels a row."""
    return tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))


def _day(name: str, value: str, today: date) -> date | None:
    """The date behind a value; None where it cannot be hers.

    Raises:
        ValueError: the value is no date.
    """
    days = PRESETS[name].get(value)
    sign = 1 if name == "due" else -1
    day = date.fromisoformat(value) if days is None else today + sign * timedelta(days=days)
    earliest, latest = (-LATE_AT_MOST, TERM) if name == "due" else (-LONGEST_AGO, timedelta())
    return day if earliest <= day - today <= latest else None
