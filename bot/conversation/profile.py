"""Asks for the profile: one question at a time, each with buttons, each skippable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.actions.questions import (
    AnswerBirth,
    AnswerBorn,
    AnswerClearance,
    AnswerCountry,
    AnswerDue,
    AnswerOverdue,
    AnswerStage,
    AskCountry,
    AskProfile,
    AskToForget,
    DeclineProfile,
    Overdue,
    ProfileAnswer,
)
from bot.conversation.cards import block, rows
from bot.conversation.help_lines import HelpLines
from bot.conversation.reply import BlockKind, Button, Card
from bot.conversation.stage import TERM, weeks_pregnant, weeks_since_birth
from bot.conversation.state import Birth, Profile, Stage
from bot.conversation.texts import Texts
from bot.language.dates import read_date
from bot.language.phrases import PhraseGroups
from bot.language.text import split

DUE_DAYS = {1: 14, 2: 60, 3: 135, 4: 210}
"""Days until the due date behind each button: the middle of its span."""
BORN_DAYS = {1: 7, 2: 28, 3: 63, 4: 135, 5: 300}
"""Days since the birth behind each button: the middle of its span."""
TYPED = {
    "stage": ("pregnant", "after-birth", "loss"),
    "birth": ("vaginal", "caesarean"),
    "cleared": ("yes", "no"),
}
"""Questions that are answered in words, with the values of their buttons: `answer-stage-loss` of replies.yaml."""
_TYPED_ANSWERS: Mapping[str, Callable[[str], ProfileAnswer]] = {
    "stage": lambda value: AnswerStage(Stage(value)),
    "birth": lambda value: AnswerBirth(Birth(value)),
    "cleared": lambda value: AnswerClearance(value == "yes"),
}
_SKIPPED: Mapping[str, ProfileAnswer] = {
    answer.question: answer(None)
    for answer in (AnswerStage, AnswerDue, AnswerBorn, AnswerBirth, AnswerClearance, AnswerCountry)
}
LONGEST = 300
"""Characters that are looked at for one of these words."""
LATE_AT_MOST = timedelta(weeks=3)
LONGEST_AGO = timedelta(days=20 * 365)
"""A birth longer ago is a slip of the finger."""


class ProfileQuestions:
    """The questions and what their answers change."""

    def __init__(self, texts: Texts, numbers: HelpLines, replies: PhraseGroups) -> None:
        """Take the parts that the conversation makes.

        Args:
            replies: phrases, those of replies.yaml.
        """
        self._texts = texts
        self._numbers = numbers
        self._replies = replies

    def offer(self) -> Card:
        """Offers the questions, once."""
        return Card(
            blocks=block(self._texts("profile-offer")),
            buttons=(
                (
                    Button(label=self._texts("profile-offer-yes"), action=AskProfile().pack()),
                    Button(label=self._texts("profile-offer-no"), action=DeclineProfile().pack()),
                ),
            ),
        )

    def question(self, name: str) -> Card:
        """One question.

        Args:
            name: stage, due, born, birth, cleared or country.
        """
        t = self._texts
        options: Sequence[tuple[ProfileAnswer, str]]
        match name:
            case "stage":
                options = [
                    (AnswerStage(Stage.PREGNANT), t("profile-pregnant")),
                    (AnswerStage(Stage.AFTER_BIRTH), t("profile-after-birth")),
                    (AnswerStage(Stage.LOSS), t("profile-loss")),
                ]
            case "due":
                options = [(AnswerDue(n), t(f"profile-due-{n}")) for n in DUE_DAYS]
            case "born":
                options = [(AnswerBorn(n), t(f"profile-born-{n}")) for n in BORN_DAYS]
            case "birth":
                options = [
                    (AnswerBirth(Birth.VAGINAL), t("profile-vaginal")),
                    (AnswerBirth(Birth.CAESAREAN), t("profile-caesarean")),
                ]
            case "cleared":
                options = [
                    (AnswerClearance(True), t("profile-cleared-yes")),
                    (AnswerClearance(False), t("profile-cleared-no")),
                ]
            case _:
                options = [(AnswerCountry(c.code), c.name.removeprefix("the ")) for c in self._numbers.menu]
        buttons = [Button(label=label, action=answer.pack()) for answer, label in options]
        skip = Button(label=t("profile-skip"), action=_SKIPPED.get(name, AnswerCountry(None)).pack())
        grid = _grid(buttons) if name == "country" else rows(buttons)
        return Card(blocks=block(t(f"profile-{name}")), buttons=(*grid, (skip,)))

    def due_question(self) -> Card:
        """Asks gently how things are once the due date has passed."""
        t = self._texts
        return Card(
            blocks=block(t("due-question")),
            buttons=rows(
                [
                    Button(label=t("due-still"), action=AnswerOverdue(Overdue.STILL).pack()),
                    Button(label=t("due-born"), action=AnswerStage(Stage.AFTER_BIRTH).pack()),
                    Button(label=t("profile-loss"), action=AnswerStage(Stage.LOSS).pack()),
                    Button(label=t("due-later"), action=AnswerOverdue(Overdue.LATER).pack()),
                ]
            ),
        )

    def typed(self, name: str, text: str, today: date, country: str | None) -> ProfileAnswer | None:
        """What a typed answer stands for.

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
            return _SKIPPED.get(name)
        match name:
            case "due" | "born":
                found = read_date(text, today, future=name == "due", month_first=country == "US")
                return (AnswerDue(found) if name == "due" else AnswerBorn(found)) if found else None
            case "country":
                found_country = self._numbers.find(text)
                return AnswerCountry(found_country.code) if found_country else None
        value = next((value for value in TYPED.get(name, ()) if are(f"answer-{name}-{value}", words)), None)
        return _TYPED_ANSWERS[name](value) if value else None

    def set(self, profile: Profile, answer: ProfileAnswer, today: date) -> tuple[Profile, str | None, str]:
        """Take an answer.

        Args:
            profile: as it was.
            answer: to one question; one that is skipped changes nothing.
            today: for the dates behind buttons.

        Returns:
            The profile, the next question (None at the end), and a line to say first ("" for none).

        Raises:
            ValueError, KeyError: there is no such country or span.
        """
        name, said = answer.question, ""
        if answer.value is None:
            if name == "stage" and profile.stage is None:  # she wants no questions: not one more
                return profile, None, self._texts("profile-offer-declined")
            if profile.stage is Stage.LOSS:  # nothing more is asked, and "profile-done" is not for her
                said = self._texts("profile-offer-declined")
        elif isinstance(answer, AnswerDue | AnswerBorn):
            day = _day(answer, today)
            if day is None:
                return profile, name, self._texts("profile-date-odd")
            is_due = isinstance(answer, AnswerDue)
            profile = replace(profile, due=day, due_asked=False) if is_due else replace(profile, born=day)
            is_exact = isinstance(answer.value, date)
            said = self._texts("profile-date-noted", date=f"{day:%-d %B %Y}") if is_exact else ""
        else:
            profile, said = self._chosen(profile, answer)
        following = self._following(profile, name)
        if following or (profile.stage is Stage.LOSS and said):
            return profile, following, said
        return profile, None, "\n".join(filter(None, (said, self._texts("profile-done"))))

    def _chosen(self, profile: Profile, answer: ProfileAnswer) -> tuple[Profile, str]:
        match answer:
            case AnswerStage(Stage() as stage):
                said = self._texts("profile-loss-said") if stage is Stage.LOSS else ""
                if stage is profile.stage:
                    return profile, said
                due = profile.due if stage is Stage.PREGNANT else None
                return replace(profile, stage=stage, due=due, due_asked=False, cleared=None), said
            case AnswerBirth(birth):
                return replace(profile, birth=birth), ""
            case AnswerClearance(cleared):
                return replace(profile, cleared=cleared), ""
            case AnswerCountry(str() as code) if self._numbers.is_known(code):
                return replace(profile, country=code), self._texts("country-set", call=self._numbers.call(code))
        raise ValueError(answer)

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
                    Button(label=t("settings-change"), action=AskProfile().pack()),
                    Button(label=t("settings-country-button"), action=AskCountry().pack()),
                    Button(label=t("settings-forget"), action=AskToForget().pack()),
                ]
            ),
        )


def _grid(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Three short labels a row."""
    return tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))


def _day(answer: AnswerDue | AnswerBorn, today: date) -> date | None:
    """The date behind an answer; None where it cannot be hers.

    Raises:
        KeyError: there is no such span.
    """
    is_due = isinstance(answer, AnswerDue)
    if isinstance(answer.value, date):
        day = answer.value
    else:
        spans, sign = (DUE_DAYS, 1) if is_due else (BORN_DAYS, -1)
        day = today + sign * timedelta(days=spans[answer.value or 0])
    earliest, latest = (-LATE_AT_MOST, TERM) if is_due else (-LONGEST_AGO, timedelta())
    return day if earliest <= day - today <= latest else None
