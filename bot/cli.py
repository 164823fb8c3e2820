"""The command line: `bot run`, `bot chat`, `bot ask` and the rest."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.errors import BotError, KnowledgeError
from bot.log import log_end, set_up_logging
from bot.settings.parts import LoggingSettings
from bot.settings.settings import Settings, logging_of

USAGE_ERROR = 2
"""Also for a missing token: the command cannot be carried out as it was given."""

EXITS = """\
exit status:
  0  done, or ended by SIGTERM or Ctrl-C after finishing what was being answered
  1  something was found or failed: the knowledge base, the database, Telegram
  2  the command or a setting cannot be used as it was given
  3  updates go elsewhere: a webhook is set (see --take-over), or another program, which was there first, has polled
     with the same token for two minutes
  4  Telegram refuses the token: it is wrong or was revoked
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: arguments without the program's name; None for those of the process.

    Returns:
        The exit status, see `EXITS`.
    """
    arguments = _parser().parse_args(argv)
    # Read when numpy is first imported. Its matrices are small here: more threads only double the CPU time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        logging_settings = logging_of(os.environ)
        settings = Settings.from_environment(os.environ)
        logging_settings = settings.logging
        set_up_logging(settings.logging.level, settings.logging.format, settings.telegram.token)
        status: int = arguments.command(arguments, settings)
    except BotError as error:
        return _ended(error, logging_settings, is_process=arguments.command in _PROCESSES)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # so that the interpreter's last flush has somewhere to go
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _ended(error: BotError, logging_settings: LoggingSettings, *, is_process: bool) -> int:
    """Say why the program ends; of a process also as a line of its log, alone where machines read that."""
    if not is_process or logging_settings.format == "plain":
        print(error, file=sys.stderr)
    if is_process:
        set_up_logging(logging_settings.level, logging_settings.format, os.environ.get("TELEGRAM_BOT_TOKEN", ""))
        log_end(error)
    return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bot",
        description="Answers questions on back and pelvic pain around a birth.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(command=_start)
    commands = parser.add_subparsers(
        metavar="COMMAND", help="without one: on Telegram with TELEGRAM_BOT_TOKEN set, otherwise `chat`"
    )

    def add(name: str, handler: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=text, description=text, epilog=EXITS, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        command.set_defaults(command=handler)
        return command

    for name, runs, text in (
        ("run", _run, "Everything in one process: polls Telegram, answers, sends reminders."),
        ("worker", _worker, "Send reminders; receive by polling where WEBHOOK_URL is not set. Any number may run."),
    ):
        add(name, runs, text).add_argument(
            "--take-over", action="store_true", help="delete a webhook that is set for the token, and poll"
        )
    for name, handler, text in (
        ("web", _web, "Receive by webhook at WEBHOOK_URL, and answer. Any number may run."),
        ("chat", _chat, "The conversation in this terminal."),
        ("migrate", _migrate, "Bring the database to the current schema."),
        ("warm", _warm, "Train the models of the knowledge base into the cache, so that the next start is short."),
        ("doctor", _doctor, "How the bot is: database, key, token, processes, disk. Sends and changes nothing."),
        ("settings", _settings, "Every setting with its value; secrets are masked."),
    ):
        added = add(name, handler, text)
        if handler is _doctor:
            added.add_argument("--json", action="store_true", help="print JSON")
    rotate = add("rotate-key", _rotate_key, "Seal everything that is kept with the newest key of DATA_KEY or the file.")
    rotate.add_argument(
        "--give-up", action="store_true", help="an older key is lost for good: do without what only it opens"
    )
    ask = add("ask", _ask, "Answer one question, or JSON lines.")
    ask.add_argument("text", nargs="?", help='the question; "-" with --json reads lines {"q": "..."}')
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument("--explain", action="store_true", help="show how the reply came about")
    ask.add_argument("--knowledge", type=Path, metavar="DIR", help="another knowledge base")
    check = add("check", _check, "Check the knowledge base; prints every problem with file, line and what to do.")
    check.add_argument("--knowledge", type=Path, metavar="DIR", help="another knowledge base")
    unanswered = add("unanswered", _unanswered, "Questions that were answered badly, as drafts of topics.")
    unanswered.add_argument("--out", type=Path, metavar="FILE", help="write them to a new file instead")
    evaluate = add("eval", _eval, "Measure on a folder of labelled messages.")
    evaluate.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="questions.jsonl, out_of_scope.jsonl, red_flags.jsonl, hard_negatives.jsonl",
    )
    evaluate.add_argument("--knowledge", type=Path, metavar="DIR", help="another knowledge base")
    evaluate.add_argument(
        "--min",
        action="append",
        default=[],
        metavar="NAME=PERCENT",
        help="fail below a floor (or above a ceiling); may be repeated",
    )
    evaluate.add_argument("--misses", action="store_true", help="list every miss")
    return parser


def _start(arguments: argparse.Namespace, settings: Settings) -> int:
    return _run(arguments, settings) if settings.telegram.token else _chat(arguments, settings)


def _needs_token(settings: Settings, command: str) -> bool:
    if settings.telegram.token:
        return False
    print(
        f"bot {command} needs TELEGRAM_BOT_TOKEN: write to @BotFather on Telegram, send /newbot, and set the token it "
        "gives you.\n"
        "Without a token, `bot chat` is the same conversation in the terminal.",
        file=sys.stderr,
    )
    return True


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    return _serve("run", settings, take_over=getattr(arguments, "take_over", False))


def _worker(arguments: argparse.Namespace, settings: Settings) -> int:
    return _serve("worker", settings, take_over=arguments.take_over)


def _web(_arguments: argparse.Namespace, settings: Settings) -> int:
    return _serve("web", settings)


def _serve(name: str, settings: Settings, *, take_over: bool = False) -> int:
    if _needs_token(settings, name):
        return USAGE_ERROR
    from bot.runtime.roles import Role, serve  # noqa: PLC0415 - Telegram's library costs half a second, which `bot ask` need not pay

    asyncio.run(serve(settings, Role(name), take_over=take_over))
    return 0


def _chat(_arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.terminal.run import run_terminal  # noqa: PLC0415

    _read_any_bytes()
    return run_terminal(settings, sys.stdin, sys.stdout)


def _read_any_bytes() -> None:
    """Standard input is UTF-8, with or without a mark; what is none is read as a replacement character."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.ask import answer_lines, as_json, ask  # noqa: PLC0415
    from bot.factory import build_conversation  # noqa: PLC0415

    if arguments.text is None:
        print('bot ask needs a question: bot ask "how do I lift" (or --json - for JSON lines)', file=sys.stderr)
        return USAGE_ERROR
    conversation = build_conversation(
        arguments.knowledge or settings.conversation.knowledge_dir, country=settings.conversation.country
    )
    now = datetime.now(UTC)
    if arguments.json and arguments.text == "-":
        _read_any_bytes()
        for line in answer_lines(conversation, sys.stdin, now):
            print(line, flush=True)
        return 0
    reply = ask(conversation, arguments.text, now)
    if arguments.explain:
        from bot.authoring.explain import explain  # noqa: PLC0415

        print(explain(conversation, arguments.text))
    if arguments.json:
        import json  # noqa: PLC0415

        print(json.dumps(as_json(arguments.text, reply)))
    elif not arguments.explain:
        from bot.terminal.render import reply_text  # noqa: PLC0415

        print(reply_text(reply))
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.authoring.check_texts import reading_grade  # noqa: PLC0415
    from bot.authoring.checker import check  # noqa: PLC0415
    from bot.knowledge.loader import built_in  # noqa: PLC0415

    root = arguments.knowledge or settings.conversation.knowledge_dir or built_in()
    grade = reading_grade()
    problems = check(root, datetime.now(UTC).date(), grade)
    for problem in problems:
        print(problem)
    errors = sum(not p.is_warning for p in problems)
    measured = "" if grade else " Reading grades were not measured: textstat is not installed."
    print(f"{root}: {errors} problems, {len(problems) - errors} warnings.{measured}")
    return 1 if errors else 0


def _eval(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.authoring.evaluation import Floors, evaluate, report  # noqa: PLC0415
    from bot.factory import build_conversation  # noqa: PLC0415

    conversation = build_conversation(
        arguments.knowledge or settings.conversation.knowledge_dir, country=settings.conversation.country
    )
    floors = Floors.read(arguments.min)
    result = evaluate(conversation, arguments.folder)
    print(report(result, misses=arguments.misses))
    failures = floors.failures(result)
    for line in failures:
        print(line, file=sys.stderr)
    return 1 if failures else 0


def _migrate(_arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.store.factory import check_key_at_hand, check_place  # noqa: PLC0415
    from bot.store.migrate import migrate  # noqa: PLC0415

    check_place(settings.storage)
    migrate(settings.storage.database_url)
    asyncio.run(check_key_at_hand(settings.storage))
    return 0


def _rotate_key(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.store.factory import rotate_keys  # noqa: PLC0415

    count = asyncio.run(rotate_keys(settings.storage, give_up=arguments.give_up))
    print(f"{count} values were sealed with the newest key. The older keys are not needed any more.")
    return 0


def _unanswered(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.authoring.topic_drafts import drafts, grouped, kept, write_new  # noqa: PLC0415
    from bot.store.migrate import check_schema  # noqa: PLC0415

    check_schema(settings.storage.database_url)
    missed = asyncio.run(kept(settings.storage))
    groups = grouped(missed)
    if arguments.out is None:
        print(drafts(groups), end="")
    else:
        write_new(arguments.out, drafts(groups))
    print(f"{len(missed)} questions in {len(groups)} groups.", file=sys.stderr)
    return 0


def _warm(_arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.runtime.training import warm  # noqa: PLC0415

    print(warm(settings.conversation.knowledge_dir))
    return 0


def _doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.runtime.doctor import examine  # noqa: PLC0415
    from bot.runtime.findings import has_failed  # noqa: PLC0415

    findings = asyncio.run(examine(settings))
    if arguments.json:
        import json  # noqa: PLC0415

        print(json.dumps({"ok": not has_failed(findings), "findings": [f.to_json() for f in findings]}))
    else:
        for finding in findings:
            print(finding)
    return 1 if has_failed(findings) else 0


def _settings(_arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.knowledge.loader import built_in, load  # noqa: PLC0415
    from bot.runtime.country import unknown_country  # noqa: PLC0415

    rows = settings.describe()
    width = max(len(r.variable) for r in rows)
    for row in rows:
        print(f"{row.variable:<{width}}  {row.value or row.default}\n{'':<{width}}  {row.help}")
    with contextlib.suppress(KnowledgeError):  # `bot check` tells of that
        known = load(settings.conversation.knowledge_dir or built_in()).countries
        if told := unknown_country(settings.conversation.country, known):
            print(f"\n{told}.", file=sys.stderr)
    return 0


_PROCESSES = (_start, _run, _worker, _web, _migrate)
"""Commands whose standard error is a log."""
