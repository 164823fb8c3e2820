"""What buttons do: one class an action, and the text by which a button carries it and a press brings it back."""

from bot.conversation.actions.base import MOST_BYTES, Action, parse
from bot.conversation.actions.questions import ProfileAnswer
from bot.conversation.actions.reminders import is_about_reminders, is_on_reminders

__all__ = ["MOST_BYTES", "Action", "ProfileAnswer", "is_about_reminders", "is_on_reminders", "parse"]
