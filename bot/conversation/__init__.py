"""A message and what is remembered go in, a reply comes out: answers, alarms, checks, the profile, care after a loss.

Pure: it may know the knowledge base and all that reads text, and is handed the time with each message. The store is a
protocol of its own (`ports`); it knows neither Telegram nor a database, and `ConversationService` alone awaits
anything.
"""
