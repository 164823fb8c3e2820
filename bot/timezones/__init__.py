"""From a place, country, offset or shared location to a time zone, and which zones there are.

It may know words and the tables of the zone data; it knows nothing of chats or reminders.
"""
