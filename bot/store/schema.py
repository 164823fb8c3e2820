"""The tables as they stand after the last step. Read by migrations and tests only: the hot path imports no SQLAlchemy.

Times are integer epoch seconds in UTC. `LargeBinary` columns hold what `bot.store.cipher.Cipher` sealed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts by itself only where the type is INTEGER."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", Text, nullable=False, server_default="en"),
    Column("country", Text, comment="ISO 3166 alpha-2; the one part of the profile that is not sealed"),
    Column("state", Text, nullable=False, server_default="active"),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("profile", LargeBinary, comment="private chats only"),
    Column("timezone", Text, comment="key of bot.timezones.search, where she has chosen one"),
    Column("quiet_start", Integer, comment="minutes after midnight, local; unset: the default hours"),
    Column("quiet_end", Integer),
    Column("care", LargeBinary, comment="bot.schedule.model.Care"),
    Column("improve", Integer, nullable=False, server_default="0", comment="1: she agreed to help improve the bot"),
    CheckConstraint("state IN ('active', 'paused', 'blocked', 'left')", name="state"),
)
Index("ix_chats_seen_at", chats.c.seen_at, chats.c.state, chats.c.chat_id)

context = Table(
    "context",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, comment="0 in a private chat"),
    Column("body", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False, index=True),
)
Index("ix_context_user_id", context.c.user_id)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("user_id", BigInteger, nullable=False, comment="0: no ratings of groups are kept"),
    Column("topic", LargeBinary, nullable=False, comment="keyed digest: tells ratings apart, not what they are about"),
    Column("day", Integer, nullable=False, comment="days since 1970-01-01, UTC"),
    Column("body", LargeBinary, nullable=False, comment="topic, helpful, at"),
    UniqueConstraint("chat_id", "user_id", "topic", "day"),
)
Index("ix_feedback_user_id", feedback.c.user_id)

reminders = Table(
    "reminders",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("no", BigInteger, nullable=False, comment="names it within the chat; never used again"),
    Column("at_minute", Integer, nullable=False, comment="canonical local time, minutes after midnight"),
    Column("days", Integer, nullable=False, comment="bits 0 (Monday) to 6"),
    Column("minutes", Integer, comment="of the walk, her own; unset: the plan decides"),
    Column("enabled", Integer, nullable=False, server_default="1"),
    Column("paused_until", Integer, comment="local date as days since 1970-01-01"),
    Column("last_day", Integer, comment="local date of the last occurrence planned or dropped"),
    Column("next_due", BigInteger, comment="derived; unset: nothing is due"),
    Column("next_day", Integer, comment="derived: local date of next_due"),
    Column("zone_data", Text, comment="release of the zone data that next_due was derived with"),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "no"),
)
Index(
    "ix_reminders_next_due",
    reminders.c.next_due,
    sqlite_where=text("next_due IS NOT NULL"),
    postgresql_where=text("next_due IS NOT NULL"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("reminder_id", BigInteger, ForeignKey("reminders.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("day", Integer, nullable=False, comment="local date as days since 1970-01-01"),
    Column("kind", Text, nullable=False),
    Column("due", BigInteger, nullable=False, comment="the chosen time"),
    Column("send_at", BigInteger, nullable=False, comment="due and its jitter, inside the window"),
    Column("until", BigInteger, nullable=False, comment="later than this it is dropped"),
    Column("state", Text, nullable=False),
    Column("reason", Text, comment="why it was dropped or failed"),
    Column("owner", Text, comment="the process that sends it"),
    Column("nonce", Text, comment="of the latest claim; numbers of deleted rows are used again on SQLite"),
    Column("changed_at", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("body", LargeBinary, comment="minutes, tip; sealed"),
    Column("said", Text, comment="done, later, not-today"),
    UniqueConstraint("reminder_id", "day", "kind"),
    CheckConstraint("kind IN ('walk', 'later')", name="kind"),
    CheckConstraint("state IN ('planned', 'sending', 'sent', 'failed', 'uncertain', 'dropped')", name="state"),
)
Index(
    "ix_deliveries_send_at",
    deliveries.c.send_at,
    sqlite_where=text("state = 'planned'"),
    postgresql_where=text("state = 'planned'"),
)
Index(
    "ix_deliveries_owner",
    deliveries.c.owner,
    sqlite_where=text("state = 'sending'"),
    postgresql_where=text("state = 'sending'"),
)
Index("ix_deliveries_chat_id", deliveries.c.chat_id)
Index("ix_deliveries_due", deliveries.c.due, deliveries.c.state, deliveries.c.reason)

walks = Table(
    "walks",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("reminder_no", BigInteger, nullable=False),
    Column("day", Integer, nullable=False, comment="local date as days since 1970-01-01"),
    Column("body", LargeBinary, nullable=False, comment="at, minutes, done, pain; sealed"),
    UniqueConstraint("chat_id", "reminder_no", "day"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True, comment="process:ID, poll, remind, daily, pace, halt, halt:CHAT ..."),
    Column("owner", Text),
    Column(
        "until",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="microseconds since 1970: leases are short; of a halt when it was asked for",
    ),
    Column("value", BigInteger, nullable=False, server_default="0", comment="meaning depends on the name"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, comment="unset where the update belongs to no chat"),
    Column("received_at", BigInteger, nullable=False),
    Column("payload", LargeBinary, comment="the update, sealed; blanked when answered"),
    Column("reply", LargeBinary, comment="what was decided, sealed, until it is sent"),
    Column("progress", Text, comment="how far the sending is: numbers only"),
    Column("urgent", Integer, nullable=False, server_default="0", comment="1 where the reply is an alarm or a check"),
    Column("owner", Text, comment="the process that answers it"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("done_at", BigInteger, comment="unset until answered"),
)
Index(
    "ix_inbox_chat_id", inbox.c.chat_id, sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
)
Index(
    "ix_inbox_done_at",
    inbox.c.done_at,
    sqlite_where=text("done_at IS NOT NULL"),
    postgresql_where=text("done_at IS NOT NULL"),
)
Index(
    "ix_inbox_owner",
    inbox.c.owner,
    inbox.c.urgent,
    inbox.c.received_at,
    inbox.c.update_id,
    inbox.c.chat_id,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("day", Integer, nullable=False, comment="days since 1970-01-01, UTC"),
    Column("outcome", Text, nullable=False, comment="fallback, clarify-none, not-helpful"),
    Column("topic", Text, comment="the topic that did not help, where there was one"),
    Column("body", LargeBinary, nullable=False, comment="the redacted question, sealed"),
)
Index("ix_unanswered_chat_id", unanswered.c.chat_id)
Index("ix_unanswered_day", unanswered.c.day)

data_keys = Table(
    "data_keys",
    metadata,
    Column("fingerprint", Text, primary_key=True, comment="of a key that a sealed value may need"),
    Column("rotating", Integer, nullable=False, server_default="0", comment="1: all is being sealed with this key"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, comment="days since 1970-01-01, UTC"),
    Column("kind", Text, primary_key=True, comment="outcome, topic, failed, sent ..."),
    Column("name", Text, primary_key=True),
    Column("count", BigInteger, nullable=False, server_default="0"),
)
