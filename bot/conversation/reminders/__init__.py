"""Talk about walk reminders: setting one up, the list, changes, answers to a reminder, and the words of each.

It decides what she sees and what shall change, as values of `bot.schedule`; planning and sending are another room's,
and the store writes the changes.
"""
