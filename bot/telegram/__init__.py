"""The adapter to Telegram: receiving by polling and webhook, handlers, rendering, and one sender that keeps the pace.

It may know messages, replies and python-telegram-bot; the conversation and what is kept come in through ports. It
knows neither topics and flags nor the database.
"""
