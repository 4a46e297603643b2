"""Two names that say what they hold: the crashes of a store file, and the cleanup that deletions leave to do."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE store_files RENAME COLUMN suspicion TO crashes")  # in place: its triggers stay
    op.rename_table("removals", "cleanup")
    op.drop_index("removals_by_key", "cleanup")
    op.create_index("cleanup_by_key", "cleanup", ["kind", "key"])
