"""What buttons do: one class an action, and the text by which a button carries it and a press brings it back.

Nothing but these modules spells or reads such a text. They know the values that an action carries and nothing of what
follows from a press; a text that no class reads is a button of another version, or made up.
"""

from bot.conversation.actions.base import MOST_BYTES, Action, parse
from bot.conversation.actions.questions import ProfileAnswer
from bot.conversation.actions.reminders import is_about_reminders, is_on_reminders

__all__ = ["MOST_BYTES", "Action", "ProfileAnswer", "is_about_reminders", "is_on_reminders", "parse"]
