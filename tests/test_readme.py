"""The documents name what there is: settings, commands, make targets, options and files, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings.table import SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")))


def help_of(*command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return set(re.findall(r"^    ([a-z-]+)(?:  |$)", help_of(capsys=capsys, monkeypatch=monkeypatch), re.MULTILINE))


def code(document: str) -> list[str]:
    """What stands in `code` and in blocks of shell commands."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    plain = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", plain)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_settings_table_is_the_one_of_the_program() -> None:
    wanted = [f"| `{s.variable}` | {s.default} | {s.help} |" for s in SETTINGS]
    found = [line for line in README.splitlines() if re.match(r"\| `[A-Z_]+` \|", line)]
    assert found == wanted


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_setting_is_named_that_does_not_exist(document: str) -> None:
    named = {name for text in code(document) for name in re.findall(r"^([A-Z]+_[A-Z_]+)(?:=|$)", text)}
    assert named <= {s.variable for s in SETTINGS}


def test_every_command_stands_in_the_readme(commands: set[str]) -> None:
    assert len(commands) >= 9
    named = {m[1] for text in code("README.md") if (m := re.match(r"bot ([a-z]+(?:-[a-z]+)*)", text))}
    assert named == commands


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_command_is_named_that_does_not_exist(document: str, commands: set[str]) -> None:
    named = {
        name for text in code(document) for name in re.findall(r"(?:^|-m |bin/|# |: )bot ([a-z]+(?:-[a-z]+)*)", text)
    }
    assert named <= commands


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_option_is_known(
    document: str, commands: set[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"--require-hashes"} | {
        option
        for command in commands
        for option in re.findall(r"--[a-z]+(?:-[a-z]+)*", help_of(command, capsys=capsys, monkeypatch=monkeypatch))
    }
    known |= set(re.findall(r'"(--[a-z]+)"', (ROOT / "bench" / "load.py").read_text(encoding="utf-8")))
    named = {option for text in code(document) for option in re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", text)}
    assert named <= known


def test_every_make_target_stands_in_the_readme() -> None:
    named = {m[1] for text in code("README.md") if (m := re.match(r"make ([a-z]+)\b", text))}
    assert named == targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_make_target_is_named_that_does_not_exist(document: str) -> None:
    named = {name for text in code(document) for name in re.findall(r"(?:^|\s)make ([a-z]+)\b", text)}
    assert named <= targets()


def test_the_checks_before_a_merge_call_only_what_the_readme_names() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    called = re.search(r"for target in ([a-z ]+);", script)
    assert called
    assert {f"`make {name}`" for name in called[1].split()} <= set(re.findall(r"`make [a-z]+`", README))


def test_the_layout_names_files_that_are_there() -> None:
    layout = re.search(r"## Layout\n+```text\n(.*?)```", README, re.DOTALL)
    assert layout
    room = ""
    for line in layout[1].splitlines():
        name = line.split()[0]
        room = room if line.startswith(" ") else ""
        assert (ROOT / room / name).exists(), name
        room = room or (name if name.endswith("/") else "")


def test_the_layout_names_every_room() -> None:
    rooms = {p.name for p in (ROOT / "bot").iterdir() if (p / "__init__.py").exists()}
    content = {p.name for p in (ROOT / "knowledge").iterdir()}
    assert all(f"  {name}/ " in README for name in rooms)
    assert all(re.search(rf"^  {re.escape(name)}/? ", README, re.MULTILINE) for name in content)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if "://" not in link and not (ROOT / document).parent.joinpath(link).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_named_file_is_there(document: str) -> None:
    named = [n for n in code(document) if re.fullmatch(r"(?:bot|knowledge|tests|docs|\.ci)/[\w./-]+", n)]
    assert not [n for n in named if not (ROOT / n).exists()]
