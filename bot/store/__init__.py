"""What is kept: tables on SQLite and PostgreSQL, sealing, migrations, and a twin in memory for tests and the terminal.

It may know the values to keep and their rules' results, and writes them in one transaction. It decides no rule, knows
no text and no Telegram.
"""
