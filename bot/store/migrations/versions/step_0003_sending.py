"""How far the sending of a decided reply is, and which replies are alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from the step before to this one."""
    op.add_column("inbox", sa.Column("progress", sa.Text))
    op.add_column("inbox", sa.Column("urgent", sa.Integer, nullable=False, server_default="0"))
