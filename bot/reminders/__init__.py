"""The engine of the walk reminders: plan what is due, claim it, send it at most once, recover what a dead process held.

It may know times, the book of reminders and its own ports. What is written in a reminder is composed, posted and
stored by what it is handed; it knows neither texts nor Telegram nor a database.
"""
