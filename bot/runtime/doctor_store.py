"""What `bot doctor` says of the database and of the processes that work over it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import DataKeyError, SchemaError, StoreError, StoreSetupError
from bot.reminders.loop import LEASE
from bot.runtime.findings import Finding, ago, fail, ok, warn
from bot.runtime.health import POLL_OLD_S, POLLED, TICK_OLD_S, TICKED
from bot.runtime.jobs import POLL
from bot.settings.settings import Settings
from bot.store.inspection import Lease, StoreFacts, inspect
from bot.store.leases import PROCESS
from bot.store.schema_version import HEAD

OLD_UPDATE_S = 120
MANY_DUE = 100


async def about_store(settings: Settings, now: float) -> list[Finding]:
    """Database, schema, key, processes, what waits."""
    storage = settings.storage
    url = storage.database_url
    place = f"{url.dialect}, {url.shown if url.sqlite_path is None else url.sqlite_path}"
    if url.sqlite_path is not None and not url.sqlite_path.exists():
        return [warn("database", f"{place}: there is no such file yet", "is DATABASE_URL right? bot migrate makes one")]
    try:
        facts = await inspect(storage, now)
    except DataKeyError as error:
        return [fail("key", str(error), "put the right key back")]
    except (SchemaError, StoreSetupError) as error:
        return [fail("database", str(error), "set DATABASE_URL, DATA_KEY or the key file right")]
    except StoreError as error:
        return [fail("database", f"{place}: {error}", "does it run, is the disk full, who locks it?")]
    if not facts.is_current:
        return [
            ok("database", place),
            fail("schema", f"step {facts.step or 'none'}, needed is {HEAD}", "make a backup, then: bot migrate"),
        ]
    return [
        ok("database", f"{place}, {facts.size / 10**6:.1f} MB"),
        ok("schema", f"step {facts.step}, needed is {HEAD}"),
        _key(facts),
        *_processes(facts.leases or {}, now, polls=not settings.telegram.webhook_url),
        _inbox(facts),
        _reminders(facts),
    ]


def _key(facts: StoreFacts) -> Finding:
    if not facts.has_key:
        return warn(
            "key", "no key is given and there is no key file", "set DATA_KEY, or the next start makes a new one"
        )
    if facts.key_problem:
        return fail("key", facts.key_problem, "put the right key back")
    return ok("key", "what is kept opens")


def _processes(leases: dict[str, Lease], now: float, *, polls: bool) -> Iterator[Finding]:
    live = [name for name, lease in leases.items() if name.startswith(PROCESS) and lease.owner and lease.until > now]
    if live:
        yield ok("processes", f"{len(live)} live")
    elif POLLED in leases or TICKED in leases:
        yield fail("processes", "none lives", "start the bot, or see why it ended: the last line of its log")
    else:
        yield warn("processes", "none has run over this database yet", "start the bot")
        return
    if polls:
        yield _mark("polling", leases.get(POLL), leases.get(POLLED), POLL_OLD_S, now)
    yield _mark("planning", leases.get(LEASE), leases.get(TICKED), TICK_OLD_S, now)


def _mark(what: str, held: Lease | None, mark: Lease | None, old_s: float, now: float) -> Finding:
    """Who has a job, and when it last went well."""
    who = f"process {held.owner}" if held is not None and held.owner and held.until > now else "nobody"
    at = mark.value if mark is not None else None
    said = f"{who}; last {ago(now - at)} ago" if at else f"{who}; never yet"
    if at and now - at < old_s:
        return ok(what, said)
    return fail(what, said, "see the log of the processes: do they run, does Telegram or the database fail?")


def _inbox(facts: StoreFacts) -> Finding:
    said = f"{facts.waiting} updates are not answered" + (
        f", the oldest for {ago(facts.oldest_s)}" if facts.waiting else ""
    )
    if facts.waiting and facts.oldest_s > OLD_UPDATE_S:
        return warn("inbox", said, "see the log: update-waits, send-in-doubt, flood-wait")
    return ok("inbox", said)


def _reminders(facts: StoreFacts) -> Finding:
    said = f"{facts.due} are due"
    return (
        warn("reminders", said, "see the log: reminders-sending-failed")
        if facts.due > MANY_DUE
        else ok("reminders", said)
    )
