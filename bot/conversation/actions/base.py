"""An action as an object and as text: a head that says which it is, and its fields, parted by colons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Self, get_origin, get_type_hints

from bot.conversation.actions.parts import Part

MOST_BYTES = 64
"""Bytes of UTF-8 that Telegram carries in a button."""
_BY_HEAD: dict[str, type[Action]] = {}


@dataclass(frozen=True)
class _Slot:
    """A field of an action."""

    name: str
    part: Part[Any]
    is_optional: bool


class Action:
    """What a button does. It carries all it needs, so that a button of an old message still works.

    Each class is a frozen dataclass whose fields are annotated with a `Part`. Optional ones at the end are left out of
    the text where they are None.
    """

    head: ClassVar[str] = ""
    """The beginning of the text. It never changes and is never used for something else: the text lives in old chats."""
    _slots: ClassVar[tuple[_Slot, ...]] = ()

    def __init_subclass__(cls, *, head: str = "") -> None:
        """Make a class known to `parse`.

        Args:
            head: "" for one that only stands for others.
        """
        super().__init_subclass__()
        if head:
            if head in _BY_HEAD:
                raise TypeError(f"{head!r} is the head of {_BY_HEAD[head].__name__}")
            cls.head = head
            cls._slots = tuple(
                _Slot(name, hint.__metadata__[0], hasattr(cls, name))
                for name, hint in get_type_hints(cls, include_extras=True).items()
                if get_origin(hint) is Annotated
            )
            _BY_HEAD[head] = cls

    def pack(self) -> str:
        """The text of the action.

        Raises:
            ValueError: it is too long for a button.
        """
        slots = self._slots
        values = [getattr(self, slot.name) for slot in slots]
        while values and values[-1] is None and slots[len(values) - 1].is_optional:
            values.pop()
        written = ":".join(slot.part.write(value) for slot, value in zip(slots, values, strict=False))
        text = self.head + written if values else self.head.removesuffix(":")
        if len(text.encode()) > MOST_BYTES:
            raise ValueError(f"an action is longer than {MOST_BYTES} bytes: {text!r}")
        return text

    @classmethod
    def begins(cls, text: str) -> bool:
        """True where a text has the head of this class."""
        return text.startswith(cls.head) or text == cls.head.removesuffix(":")

    @classmethod
    def unpack(cls, text: str) -> Self:
        """The action of this class that a text with its head stands for.

        Raises:
            ValueError, KeyError, OverflowError: its fields are none of this class.
        """
        slots, rest = cls._slots, text[len(cls.head) :]
        if not slots and rest:
            raise ValueError(text)
        # The last field has all that is left: keys of time zones may hold colons.
        texts = rest.split(":", len(slots) - 1) if slots else []
        texts += [""] * (len(slots) - len(texts))
        return cls(*(slot.part.read(text) for slot, text in zip(slots, texts, strict=True)))


def parse(text: str) -> Action | None:
    """The action of a text; None for one that no button of ours has, such as one that was made up.

    Args:
        text: anything.
    """
    for cls in _longest_first():
        if cls.begins(text):
            try:
                return cls.unpack(text)
            except (ValueError, KeyError, OverflowError):
                continue
    return None


@cache
def _longest_first() -> tuple[type[Action], ...]:
    return tuple(_BY_HEAD[head] for head in sorted(_BY_HEAD, key=len, reverse=True))
