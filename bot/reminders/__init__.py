"""Plans, claims, sends and records walk reminders; whatever happens, none is sent twice."""
