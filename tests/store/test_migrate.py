"""From no database, an older or a newer schema to one that can be used, on both engines."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, create_mock_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import NullPool

from bot.errors import SchemaError, StoreError
from bot.settings.database_url import DatabaseUrl
from bot.store import alembic_runner as upgrade
from bot.store import migrate as module
from bot.store.factory import open_database
from bot.store.migrate import check_schema, migrate
from bot.store.schema import metadata
from bot.store.schema_version import HEAD
from tests.engines import PostgresServer

ROOT = Path(module.__file__).parents[2]
NEXT = f"{int(HEAD) + 1:04}"

OLD_ROWS = (
    "INSERT INTO chats (chat_id, country, state, created_at, seen_at) VALUES (1, 'GB', 'blocked', 2, 3)",
    "INSERT INTO context (chat_id, user_id, body, updated_at) VALUES (1, 0, CAST('sealed' AS {bytes}), 4)",
    "INSERT INTO feedback (chat_id, user_id, topic, day, body) "
    "VALUES (1, 0, CAST('t' AS {bytes}), 5, CAST('b' AS {bytes}))",
)


def url(path: Path) -> DatabaseUrl:
    return DatabaseUrl.of_file(path)


def run(address: DatabaseUrl, *statements: str) -> list[Any]:
    """Run statements in one transaction; the rows of the last, where it gives some."""

    async def within() -> list[Any]:
        database = open_database(address)
        try:
            async with database.transaction() as tx:
                for statement in statements[:-1]:
                    await tx.execute(statement)
                if not statements[-1].startswith("SELECT"):
                    await tx.execute(statements[-1])
                    return []
                return await tx.fetch_all(statements[-1])
        finally:
            await database.close()

    return asyncio.run(within())


def step_of(address: DatabaseUrl) -> list[Any]:
    return run(address, "SELECT version_num FROM alembic_version")


@pytest.fixture(params=["sqlite", "postgresql"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseUrl:
    """The address of a database without tables, on each engine."""
    if request.param == "sqlite":
        return url(tmp_path / "deep" / "bot.sqlite3")
    return DatabaseUrl.parse(request.getfixturevalue("empty_postgres"))


@pytest.fixture
def oldest(nowhere: DatabaseUrl, monkeypatch: pytest.MonkeyPatch) -> DatabaseUrl:
    """A database at the first step, with a row in each table."""
    monkeypatch.setattr(module, "HEAD", "0001")
    assert migrate(nowhere) is True
    monkeypatch.undo()
    kind = "BYTEA" if nowhere.dialect == "postgresql" else "BLOB"
    run(nowhere, *(row.format(bytes=kind) for row in OLD_ROWS))
    return nowhere


@pytest.fixture
def next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The program's successor: one more step, which the test may rewrite."""
    steps = tmp_path / "100% steps" / "migrations"
    shutil.copytree(upgrade.STEPS, steps)
    step = steps / "versions" / f"step_{NEXT}_next.py"
    step.write_text(
        f"from alembic import op\nrevision, down_revision = '{NEXT}', '{HEAD}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE later (n INTEGER)')\n"
    )
    monkeypatch.setattr(upgrade, "STEPS", steps)
    monkeypatch.setattr(module, "HEAD", NEXT)
    return step


def test_head_is_the_last_script_and_steps_are_one_line() -> None:
    scripts = ScriptDirectory.from_config(upgrade.configuration())
    assert scripts.get_heads() == [HEAD]
    steps = [script.revision for script in scripts.walk_revisions()]
    assert steps == [f"{n:04}" for n in range(len(steps), 0, -1)]


def test_the_steps_lead_to_the_schema_on_sqlite(empty_database: Path) -> None:
    engine = create_engine(url(empty_database).text, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


CATALOG = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, CASE contype WHEN 'c' THEN '' ELSE conname END, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname <> 'alembic_version_pkc' "
    "AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2, 3",
    "SELECT tablename, indexname, indexdef FROM pg_indexes "
    "WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2",
)


def test_the_steps_lead_to_the_schema_on_postgresql(postgres_url: str, empty_postgres: str) -> None:
    statements: list[str] = []
    engine = create_mock_engine(
        "postgresql://", lambda ddl, *_: statements.append(str(ddl.compile(dialect=postgresql.dialect())))
    )
    metadata.create_all(engine, checkfirst=False)
    made = DatabaseUrl.parse(empty_postgres)
    run(made, *(s for s in statements if not s.lstrip().startswith("COMMENT")))
    for sql in CATALOG:
        found, wanted = run(DatabaseUrl.parse(postgres_url), sql), run(made, sql)
        assert found == wanted
        assert len(found) > 10


def test_an_empty_database_is_made_ready(nowhere: DatabaseUrl) -> None:
    with pytest.raises(SchemaError, match=f"step none, needed is {HEAD}; run: bot migrate"):
        check_schema(nowhere)
    assert migrate(nowhere) is True
    assert migrate(nowhere) is False
    check_schema(nowhere)
    assert step_of(nowhere) == [(HEAD,)]


def test_a_file_is_made_for_its_owner_only_and_without_a_copy(tmp_path: Path) -> None:
    missing, empty = tmp_path / "deep" / "a.sqlite3", tmp_path / "b.sqlite3"
    empty.touch()
    for path in (missing, empty):
        migrate(url(path))
        check_schema(url(path))
    assert missing.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.rglob("*before*"))


def test_checking_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError):
        check_schema(url(tmp_path / "a.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_schema_is_brought_up_to_date_with_its_rows(oldest: DatabaseUrl) -> None:
    with pytest.raises(SchemaError, match=f"step 0001, needed is {HEAD}"):
        check_schema(oldest)
    assert migrate(oldest) is True
    check_schema(oldest)
    assert run(oldest, "SELECT chat_id, country, state, created_at, seen_at, timezone, care, improve FROM chats") == [
        (1, "GB", "blocked", 2, 3, None, None, 0)
    ]
    assert run(oldest, "SELECT chat_id, user_id, body, updated_at FROM context") == [(1, 0, b"sealed", 4)]
    assert run(oldest, "SELECT chat_id, user_id, topic, day, body FROM feedback") == [(1, 0, b"t", 5, b"b")]
    run(oldest, "INSERT INTO walks (chat_id, reminder_no, day, body) VALUES (1, 1, 1, '')")
    run(oldest, "DELETE FROM chats")
    assert run(oldest, "SELECT count(*) FROM walks") == [(0,)]


def test_an_older_file_is_copied_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bot.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(module, "HEAD", "0001")
        migrate(url(path))
    run(url(path), OLD_ROWS[0])
    assert migrate(url(path)) is True
    copy = path.with_name(f"{path.name}-before-{HEAD}")
    assert copy.stat().st_mode & 0o777 == 0o600
    for file, step in ((path, HEAD), (copy, "0001")):
        assert step_of(url(file)) == [(step,)]
        assert run(url(file), "SELECT chat_id, created_at, seen_at FROM chats") == [(1, 2, 3)]


def test_a_newer_schema_is_tolerated(database_url: str) -> None:
    newer = DatabaseUrl.parse(database_url)
    run(newer, "UPDATE alembic_version SET version_num = '9999'")
    try:
        check_schema(newer)
        assert migrate(newer) is False
    finally:
        run(newer, f"UPDATE alembic_version SET version_num = '{HEAD}'")


def test_a_step_that_fails_changes_nothing(
    nowhere: DatabaseUrl, next_step: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "HEAD", HEAD)
        migrate(nowhere)
    next_step.write_text(f"{next_step.read_text()}    op.execute('CREATE TABLE later (n INTEGER)')\n")
    with pytest.raises(StoreError, match="already exists"):
        migrate(nowhere)
    assert step_of(nowhere) == [(HEAD,)]
    run(nowhere, "CREATE TABLE later (n INTEGER)")


@pytest.mark.parametrize("change", ["DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = 'abcdef'"])
def test_the_schema_of_another_program_is_refused(nowhere: DatabaseUrl, change: str) -> None:
    migrate(nowhere)
    run(nowhere, change)
    for function in (check_schema, migrate):
        with pytest.raises(SchemaError, match="not this program's"):
            function(nowhere)


def test_tables_without_a_step_are_refused(nowhere: DatabaseUrl) -> None:
    run(nowhere, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(SchemaError):
        migrate(nowhere)
    assert run(nowhere, "SELECT count(*) FROM recipes") == [(0,)]


def test_views_and_other_schemas_of_a_server_do_not_count(empty_postgres: str) -> None:
    server = DatabaseUrl.parse(empty_postgres)
    run(
        server,
        "CREATE SCHEMA monitoring",
        "CREATE TABLE monitoring.checks (n INTEGER)",
        "CREATE VIEW checked AS SELECT n FROM monitoring.checks",
    )
    assert migrate(server) is True
    check_schema(server)


def test_what_is_no_database_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, " * 500)
    for bad in (url(path), DatabaseUrl.parse("postgresql://bot:hunter2@127.0.0.1:1/bot")):
        for function in (check_schema, migrate):
            with pytest.raises(StoreError) as caught:
                function(bad)
            assert "hunter2" not in str(caught.value)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        migrate(url(tmp_path / "file" / "bot.sqlite3"))


def test_a_user_who_may_not_make_tables(postgres_server: PostgresServer, empty_postgres: str) -> None:
    postgres_server.run("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN")
    with pytest.raises(StoreError, match="permission denied"):
        migrate(DatabaseUrl.parse(empty_postgres.replace("postgres@", "reader@")))
    postgres_server.run("DROP ROLE reader")


def test_a_current_schema_needs_no_alembic(database_url: str) -> None:
    code = (
        "import re, sys\n"
        "from bot.settings.database_url import DatabaseUrl\n"
        "from bot.store.migrate import check_schema, migrate\n"
        "import bot.store.factory, bot.settings.settings\n"
        "url = DatabaseUrl.parse(sys.argv[1]); check_schema(url); assert migrate(url) is False\n"
        "names = 'alembic|sqlalchemy' + ('' if 'postgresql' in sys.argv[1] else '|asyncpg')\n"
        "print([m for m in sys.modules if re.match(names, m)])\n"
    )
    command = [sys.executable, "-c", code, database_url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_several_processes_start_at_once_on_nothing(nowhere: DatabaseUrl) -> None:
    code = (
        "import sys\n"
        "from bot.settings.database_url import DatabaseUrl\n"
        "from bot.store.migrate import migrate\n"
        "print(migrate(DatabaseUrl.parse(sys.argv[1])))\n"
    )
    command = [sys.executable, "-c", code, nowhere.text]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) for _ in range(3)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    check_schema(nowhere)


def test_steps_only_add() -> None:
    """An older program runs on a newer schema, so nothing it needs may go."""
    for path in (Path(module.__file__).parent / "migrations" / "versions").glob("step_*.py"):
        assert not re.search(r"drop_(table|column)|rename_table", path.read_text())


def test_steps_read_no_rows() -> None:
    """For PostgreSQL they are written down before they run."""
    for path in (Path(module.__file__).parent / "migrations" / "versions").glob("step_*.py"):
        assert not re.search(r"get_bind|get_context", path.read_text())


def test_the_file_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    migrate(url(path))
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
