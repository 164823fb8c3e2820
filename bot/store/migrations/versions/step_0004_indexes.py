"""Indexes for what scanned whole tables, and what tells claims of one delivery apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from the step before to this one."""
    op.create_index("ix_chats_seen_at", "chats", ["seen_at", "state", "chat_id"])
    op.create_index("ix_deliveries_due", "deliveries", ["due", "state", "reason"])
    op.create_index("ix_unanswered_day", "unanswered", ["day"])
    op.drop_index("ix_inbox_done_at", "inbox")  # SQLite would take it to find what is not done
    _partial("ix_inbox_done_at", ["done_at"], "done_at IS NOT NULL")
    _partial("ix_inbox_owner", ["owner", "urgent", "received_at", "update_id", "chat_id"], "done_at IS NULL")
    op.add_column("deliveries", sa.Column("nonce", sa.Text))


def _partial(name: str, columns: list[str], where: str) -> None:
    """An index over a part of the inbox."""
    op.create_index(name, "inbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
