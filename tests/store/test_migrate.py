"""From no file, an older or a newer schema to one that can be used."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.errors import SchemaError, StoreError
from bot.store import migrate as module
from bot.store.migrate import HEAD, check_schema, migrate
from bot.store.schema import metadata
from bot.store.upgrade import configuration


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def set_step(path: Path, step: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (step,))
        connection.commit()


@pytest.fixture
def next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The program's successor: a second step, which the test may rewrite."""
    import shutil

    from bot.store import upgrade

    steps = tmp_path / "100% steps" / "migrations"
    shutil.copytree(upgrade.STEPS, steps)
    step = steps / "versions" / "step_0002_next.py"
    step.write_text(
        "from alembic import op\nrevision, down_revision = '0002', '0001'\n"
        "def upgrade():\n    op.execute('CREATE TABLE later (n INTEGER)')\n"
    )
    monkeypatch.setattr(upgrade, "STEPS", steps)
    monkeypatch.setattr(module, "HEAD", "0002")
    return step


def test_head_is_the_last_script_and_steps_are_one_line() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert scripts.get_heads() == [HEAD]
    steps = [script.revision for script in scripts.walk_revisions()]
    assert steps == [f"{n:04}" for n in range(len(steps), 0, -1)]


def test_the_steps_lead_to_the_schema(empty_database: Path) -> None:
    engine = create_engine(url(empty_database), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_missing_and_an_empty_file_are_made_ready(tmp_path: Path) -> None:
    missing, empty = tmp_path / "deep" / "a.sqlite3", tmp_path / "b.sqlite3"
    empty.touch()
    for path in (missing, empty):
        with pytest.raises(SchemaError, match="bot migrate"):
            check_schema(url(path))
        assert migrate(url(path)) is True
        assert migrate(url(path)) is False
        check_schema(url(path))
    assert missing.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.rglob("*before*"))


def test_checking_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError):
        check_schema(url(tmp_path / "a.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema_is_tolerated(database_file: Path) -> None:
    set_step(database_file, "9999")
    check_schema(url(database_file))
    assert migrate(url(database_file)) is False


def test_an_older_schema_is_copied_and_upgraded(database_file: Path, next_step: Path) -> None:
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("INSERT INTO chats (chat_id, created_at, seen_at) VALUES (1, 2, 3)")
        connection.commit()
    with pytest.raises(SchemaError, match="step 0001, needed is 0002"):
        check_schema(url(database_file))
    assert migrate(url(database_file)) is True
    check_schema(url(database_file))
    copy = database_file.with_name(f"{database_file.name}-before-0002")
    assert copy.stat().st_mode & 0o777 == 0o600
    for path, step in ((database_file, "0002"), (copy, "0001")):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (step,)
            assert connection.execute("SELECT chat_id, created_at, seen_at FROM chats").fetchall() == [(1, 2, 3)]


def test_a_step_that_fails_changes_nothing(database_file: Path, next_step: Path) -> None:
    next_step.write_text(f"{next_step.read_text()}    op.execute('CREATE TABLE later (n INTEGER)')\n")
    with pytest.raises(StoreError, match="already exists"):
        migrate(url(database_file))
    with closing(sqlite3.connect(database_file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchall()


@pytest.mark.parametrize("step", ["abcdef012345", ""])
def test_the_schema_of_another_program_is_refused(database_file: Path, step: str) -> None:
    set_step(database_file, step)
    for function in (check_schema, migrate):
        with pytest.raises(SchemaError, match="not this program's"):
            function(url(database_file))


def test_tables_without_a_step_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(SchemaError):
        migrate(url(path))


def test_what_is_no_database_or_no_address(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, " * 500)
    for bad in (url(path), "postgresql://localhost/bot"):
        with pytest.raises(StoreError):
            check_schema(bad)
        with pytest.raises(StoreError):
            migrate(bad)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        migrate(url(tmp_path / "file" / "bot.sqlite3"))


def test_a_current_schema_needs_no_alembic(database_file: Path) -> None:
    code = (
        "import sys\n"
        "from bot.store.migrate import check_schema, migrate\n"
        "import bot.store.opening, bot.settings\n"
        "check_schema(sys.argv[1]); assert migrate(sys.argv[1]) is False\n"
        "print([m for m in sys.modules if re.match('alembic|sqlalchemy', m)])\n"
    )
    command = [sys.executable, "-c", f"import re\n{code}", url(database_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(module.__file__).parents[2])
    assert done.stdout == "[]\n"


def test_several_processes_start_at_once_on_no_file(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    code = "import sys; from bot.store.migrate import migrate; migrate(sys.argv[1])"
    command = [sys.executable, "-c", code, url(path)]
    root = Path(module.__file__).parents[2]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root) for _ in range(3)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    check_schema(url(path))


def test_steps_only_add() -> None:
    """An older program runs on a newer schema, so nothing it needs may go."""
    for path in (Path(module.__file__).parent / "migrations" / "versions").glob("step_*.py"):
        assert not re.search(r"drop_(table|column)|rename_table", path.read_text())
