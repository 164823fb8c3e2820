"""The adapter to a terminal: lines in, cards and numbered buttons out.

It may know messages, replies and the twin of the store in memory, and nothing of Telegram.
"""
