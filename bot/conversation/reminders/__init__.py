"""Talk about walk reminders: set-up, list, safety, the reminder itself and what she answers to it."""
