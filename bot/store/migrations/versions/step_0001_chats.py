"""Chats with their profile, the context of conversations, and ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text, nullable=False, server_default="en"),
        sa.Column("country", sa.Text),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.LargeBinary),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chats"),
        sa.CheckConstraint("state IN ('active', 'paused', 'blocked', 'left')", name="ck_chats_state"),
    )
    op.create_table(
        "context",
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name="pk_context"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name="fk_context_chats", ondelete="CASCADE"),
    )
    op.create_index("ix_context_updated_at", "context", ["updated_at"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name="fk_feedback_chats", ondelete="CASCADE"),
        sa.UniqueConstraint("chat_id", "user_id", "topic", "day", name="uq_feedback"),
    )
