"""Which program this is."""

from __future__ import annotations

from pathlib import Path

from bot import __version__
from bot.runtime.release import commit, knowledge_mark, version

ONE, TWO = "a1" * 20, "b2" * 20


def test_a_checkout_at_a_branch_packed_and_not(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{ONE} refs/heads/main\n{TWO} refs/heads/other\n")
    assert commit(tmp_path) == ONE
    (git / "refs" / "heads" / "main").write_text(f"{TWO}\n")
    assert commit(tmp_path) == TWO


def test_a_checkout_at_a_commit_and_a_worktree(tmp_path: Path) -> None:
    git = tmp_path / "main" / ".git" / "worktrees" / "w"
    git.mkdir(parents=True)
    (tmp_path / "main" / ".git" / "packed-refs").write_text(f"{ONE} refs/heads/w\n")
    (git / "HEAD").write_text("ref: refs/heads/w\n")
    (git / "commondir").write_text("../..\n")
    (tmp_path / ".git").write_text(f"gitdir: {git}\n")
    assert commit(tmp_path) == ONE
    (git / "HEAD").write_text(TWO)
    assert commit(tmp_path) == TWO


def test_no_checkout(tmp_path: Path) -> None:
    assert commit(tmp_path) is None
    assert version().startswith(__version__)


def test_the_mark_of_the_texts_changes_with_them(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    before = knowledge_mark(tmp_path)
    assert knowledge_mark(tmp_path) == before
    (tmp_path / "a.yaml").write_text("y")
    assert knowledge_mark(tmp_path) != before
