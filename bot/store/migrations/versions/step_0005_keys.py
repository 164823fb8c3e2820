"""Which data keys the database needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from the step before to this one."""
    op.create_table(
        "data_keys",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("rotating", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_data_keys"),
    )
