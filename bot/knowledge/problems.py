"""What is wrong with the knowledge base: every problem with its file, its line and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import KnowledgeError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing an author has to mend, or (`is_warning`) should look at."""

    file: str
    line: int
    entry: str
    """The id of the entry, or "" for the file."""
    message: str
    fix: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        """`topics/relief.yaml:12: treatment: ... Do this: ...`."""
        where = f"{self.file}:{self.line}: " + (f"{self.entry}: " if self.entry else "")
        return f"{'warning: ' if self.is_warning else ''}{where}{self.message}{f' {self.fix}' if self.fix else ''}"


class BrokenKnowledgeError(KnowledgeError):
    """The knowledge base cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Make one.

        Args:
            problems: all of them.
        """
        self.problems = tuple(sorted(problems))
        super().__init__("\n" + "\n".join(f"  {p}" for p in self.problems))


def reason(error: KnowledgeError) -> str:
    """What an error says, without the sentence that every one of its kind begins with, as a sentence."""
    opening = (KnowledgeError.__doc__ or "").rstrip(".")
    return f"{str(error).removeprefix(opening).lstrip(':. ').rstrip('.')}."
