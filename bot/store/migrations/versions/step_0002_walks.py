"""Walk reminders with their deliveries and walks; leases; the inbox; questions without an answer; tallies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add columns to chats, and the tables."""
    for column in (
        sa.Column("timezone", sa.Text),
        sa.Column("quiet_start", sa.Integer),
        sa.Column("quiet_end", sa.Integer),
        sa.Column("care", sa.LargeBinary),
        sa.Column("improve", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("chats", column)
    _reminders()
    _deliveries()
    _walks()
    _running()
    _questions()


def _chat_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=f"fk_{table}_chats", ondelete="CASCADE")


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("no", sa.BigInteger, nullable=False),
        sa.Column("at_minute", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("enabled", sa.Integer, nullable=False, server_default="1"),
        sa.Column("paused_until", sa.Integer),
        sa.Column("last_day", sa.Integer),
        sa.Column("next_due", sa.BigInteger),
        sa.Column("next_day", sa.Integer),
        sa.Column("zone_data", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        _chat_key("reminders"),
        sa.UniqueConstraint("chat_id", "no", name="uq_reminders"),
    )
    _partial("ix_reminders_next_due", "reminders", "next_due", "next_due IS NOT NULL")


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("reminder_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("send_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("body", sa.LargeBinary),
        sa.Column("said", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminders.id"], name="fk_deliveries_reminders", ondelete="CASCADE"),
        sa.UniqueConstraint("reminder_id", "day", "kind", name="uq_deliveries"),
        sa.CheckConstraint("kind IN ('walk', 'later')", name="kind"),
        sa.CheckConstraint("state IN ('planned', 'sending', 'sent', 'failed', 'uncertain', 'dropped')", name="state"),
    )
    _partial("ix_deliveries_send_at", "deliveries", "send_at", "state = 'planned'")
    _partial("ix_deliveries_owner", "deliveries", "owner", "state = 'sending'")
    op.create_index("ix_deliveries_chat_id", "deliveries", ["chat_id"])


def _walks() -> None:
    op.create_table(
        "walks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("reminder_no", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_walks"),
        _chat_key("walks"),
        sa.UniqueConstraint("chat_id", "reminder_no", "day", name="uq_walks"),
    )


def _running() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("until", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("value", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("reply", sa.LargeBinary),
        sa.Column("owner", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("done_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    _partial("ix_inbox_chat_id", "inbox", "chat_id", "done_at IS NULL")
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"])


def _questions() -> None:
    op.create_table(
        "unanswered",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("topic", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unanswered"),
        _chat_key("unanswered"),
    )
    op.create_index("ix_unanswered_chat_id", "unanswered", ["chat_id"])
    op.create_table(
        "tallies",
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("day", "kind", "name", name="pk_tallies"),
    )


def _partial(name: str, table: str, column: str, where: str) -> None:
    """An index over the few rows that still wait: it stays small however many are kept."""
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
