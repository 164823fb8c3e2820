"""The processes that run the bot: what each does, how it shows that it lives, and how it ends."""
