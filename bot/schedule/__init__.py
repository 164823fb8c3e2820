"""Time arithmetic of the reminders, the book of reminders with every rule on it, quiet hours and the walk plan.

Pure: instants, dates and zones are handed in. It imports nothing else of the bot, and reads no clock.
"""
