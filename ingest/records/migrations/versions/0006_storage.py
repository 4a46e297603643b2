"""How many files are kept and of how many bytes, which needs no counting, and how many may be."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import trigger

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storage",
        sa.Column("files", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("max_files", sa.BigInteger),
        sa.Column("max_bytes", sa.BigInteger),
    )
    op.execute("INSERT INTO storage (files, bytes) SELECT count(*), coalesce(sum(bytes), 0) FROM files")
    for name, happens, sign, row in (("kept", "INSERT", "+", "new"), ("deleted", "DELETE", "-", "old")):
        counted = f"UPDATE storage SET files = files {sign} 1, bytes = bytes {sign} {row}.bytes;"
        for statement in trigger(op.get_bind().dialect.name, f"storage_{name}", happens, "files", counted):
            op.execute(statement)
