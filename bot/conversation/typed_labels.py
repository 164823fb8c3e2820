"""Labels of buttons about walks that may be typed while they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.conversation.actions import Action
from bot.conversation.actions.reminders import (
    ChangeQuietHours,
    ChangeZone,
    EditReminder,
    NewReminder,
    PauseReminders,
    RemoveReminder,
    ResumeReminders,
    StopReminders,
    UndoDelete,
    UndoPause,
    UndoStop,
)


def _is(kind: type[Action]) -> Callable[[Action], bool]:
    return lambda action: isinstance(action, kind)


def _edits(field: str) -> Callable[[Action], bool]:
    return lambda action: isinstance(action, EditReminder) and action.field == field


BUTTONS: Mapping[str, Callable[[Action], bool]] = {
    "walk-new-button": _is(NewReminder),
    "walk-quiet-button": _is(ChangeQuietHours),
    "walk-change-zone": _is(ChangeZone),
    "walk-pause-button": _is(PauseReminders),
    "walk-stop-button": _is(StopReminders),
    "walk-delete-button": _is(RemoveReminder),
    "walk-change-days": _edits("days"),
    "walk-change-time": _edits("time"),
    "walk-change-minutes": _edits("minutes"),
    "walk-resume-button": _is(ResumeReminders),
}
"""Labels below the list and below one reminder, which may be typed while they are shown, with their actions."""
UNDO = (UndoStop, UndoPause, UndoDelete, RemoveReminder)
"""What the button to undo does; it is always the first, while that to delete never is."""
