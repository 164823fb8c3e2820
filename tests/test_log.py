"""The log: form, level, and that no token ever gets into it."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StoreError
from bot.log import HIDDEN, QUIET, JsonFormatter, PlainFormatter, RedactingFilter, set_up_logging

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
OTHERS = "987654321:BBEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
SHORT = "42:TEST"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, hook = root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    sys.excepthook = hook
    root.handlers[:] = [h for h in root.handlers if not isinstance(h.formatter, PlainFormatter | JsonFormatter)]
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def written(form: str, token: str = TOKEN, level: str = "DEBUG") -> io.StringIO:
    stream = io.StringIO()
    logging.getLogger().handlers.clear()  # pytest's own would format the records before our filter sees them
    set_up_logging(level, form, token, stream=stream)
    return stream


def fail(error: Exception, cause: Exception | None) -> None:
    raise error from cause


def test_plain_line_ends_with_the_action() -> None:
    stream = written("plain")
    logging.getLogger("bot.x").info("Ready for %d chats.", 3, extra={"action": "ready"})
    line = stream.getvalue()
    assert line.endswith("Z INFO bot.x: Ready for 3 chats. [ready]\n")


def test_json_line() -> None:
    stream = written("json")
    logging.getLogger("bot.x").warning("Größe\nzwei", extra={"action": "odd"})
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert record.pop("at").endswith("Z")
    assert record == {"level": "WARNING", "logger": "bot.x", "action": "odd", "message": "Größe\nzwei"}


def test_without_an_action() -> None:
    stream = written("json")
    logging.getLogger("bot.x").info("plain fact")
    assert json.loads(stream.getvalue())["action"] is None
    stream = written("plain")
    logging.getLogger("bot.x").info("plain fact")
    assert stream.getvalue().endswith("plain fact\n")


@pytest.mark.parametrize("form", ["plain", "json"])
@pytest.mark.parametrize("token", [TOKEN, SHORT])
def test_no_token_in_message_arguments_traceback_or_stack(form: str, token: str) -> None:
    stream = written(form, token)
    log = logging.getLogger("bot.x")
    url = f"https://api.example.org/bot{token}/getMe"
    log.info(url)
    log.info("%s and %r and %s", url, {"token": token}, quote(url, safe=""))
    log.info("%(a)s", {"a": token})
    log.info("a number %d", url)  # arguments that do not fit
    log.info("stack of %s", token, stack_info=True)
    try:
        fail(RuntimeError(token), OSError(url))
    except RuntimeError:
        log.exception("failed with %s", token)
    text = stream.getvalue()
    assert token not in text
    assert quote(token, safe="") not in text
    assert HIDDEN in text
    assert "RuntimeError" in text
    assert "The above exception was the direct cause" in text


def test_a_traceback_says_where_but_not_what_an_error_quotes() -> None:
    stream = written("plain")
    hers = "".join(("my ", "back"))  # put together, as lines of code are shown
    try:
        fail(ValueError(hers), KeyError(hers))
    except ValueError:
        logging.getLogger("bot.x").exception("failed")
    try:
        fail(StoreError("/data: disk full"), None)
    except StoreError:
        logging.getLogger("bot.x").exception("failed")
    text = stream.getvalue()
    assert hers not in text
    assert "ValueError" in text
    assert "in fail" in text
    assert "disk full" in text


def test_the_secret_half_alone_and_other_tokens_are_hidden() -> None:
    stream = written("plain")
    logging.getLogger("bot.x").info("%s %s %s", TOKEN.partition(":")[2], OTHERS, quote(OTHERS))
    assert stream.getvalue().count(HIDDEN) == 3
    assert "BBEh" not in stream.getvalue()


def test_without_a_token_nothing_else_is_changed() -> None:
    stream = written("plain", "")
    logging.getLogger("bot.x").info("12:30 and 1:2 stay")
    assert "12:30 and 1:2 stay" in stream.getvalue()


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "telegram.ext.Updater", "alembic.runtime"])
def test_talkative_libraries_are_quiet_at_every_level(name: str) -> None:
    stream = written("plain")
    logging.getLogger(name).info("POST https://...")
    logging.getLogger(name).warning("trouble")
    assert "POST" not in stream.getvalue()
    assert "trouble" in stream.getvalue()
    stream = written("plain", level="ERROR")
    logging.getLogger(name).warning("trouble")
    assert stream.getvalue() == ""


def test_the_last_call_counts_and_there_is_one_handler(capsys: pytest.CaptureFixture[str]) -> None:
    first = written("plain")
    set_up_logging("INFO", "plain", TOKEN)
    assert len(logging.getLogger().handlers) == 1
    logging.getLogger("bot.x").info("once")
    assert first.getvalue() == ""
    assert capsys.readouterr().err.count("once") == 1


def test_an_uncaught_error_is_logged_without_the_token() -> None:
    stream = written("json")
    with pytest.raises(RuntimeError) as caught:
        fail(RuntimeError(f"The token `{TOKEN}` was rejected."), None)
    sys.excepthook(RuntimeError, caught.value, caught.tb)
    record = json.loads(stream.getvalue())
    assert record["action"] == "crashed"
    assert "RuntimeError" in record["error"]
    assert TOKEN not in stream.getvalue()


def test_an_interrupt_is_not_a_crash(capsys: pytest.CaptureFixture[str]) -> None:
    stream = written("plain")
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert stream.getvalue() == ""
    assert "KeyboardInterrupt" in capsys.readouterr().err


@given(st.text(), st.text(), st.from_regex(r"\A[0-9]{1,12}:[A-Za-z0-9_-]{35}\Z"))
def test_any_token_goes_whatever_stands_around_it(before: str, after: str, token: str) -> None:
    assert token not in RedactingFilter(token).redact(before + token + after)
    assert token not in RedactingFilter().redact(f"{before} {token} {after}")
