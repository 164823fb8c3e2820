"""English in, values out: words, spelling, phrases, language detection, dates, times, weekdays, requests, redaction.

It may know the values it produces, and nothing of topics, flags or chats. Given the same text and date it gives the
same value.
"""
