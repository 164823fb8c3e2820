"""The tables as they stand after the last step. Read by migrations and tests only: the hot path imports no SQLAlchemy.

Times are integer epoch seconds in UTC. `LargeBinary` columns hold what `bot.store.cipher.Cipher` sealed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

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
    CheckConstraint("state IN ('active', 'paused', 'blocked', 'left')", name="state"),
)

context = Table(
    "context",
    metadata,
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, comment="0 in a private chat"),
    Column("body", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False, index=True),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("topic", LargeBinary, nullable=False, comment="keyed digest: tells ratings apart, not what they are about"),
    Column("day", Integer, nullable=False, comment="days since 1970-01-01, UTC"),
    Column("body", LargeBinary, nullable=False, comment="topic, helpful, at"),
    UniqueConstraint("chat_id", "user_id", "topic", "day"),
)
