"""Runs the migrations of `answers.db` on the connection it is handed."""

from alembic import context

from rag_api.history.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    transactional_ddl=True,  # all of them or none, whatever happens in between
)
with context.begin_transaction():
    context.run_migrations()
