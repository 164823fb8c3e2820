"""`bot doctor`: how the bot is, looked at from outside. Nothing is sent, made or changed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.authoring.checker import check
from bot.errors import KnowledgeError
from bot.factory import missing_models, model_cache
from bot.knowledge.loader import built_in, load
from bot.runtime.country import unknown_country
from bot.runtime.doctor_store import about_store
from bot.runtime.doctor_telegram import about_telegram
from bot.runtime.findings import Finding, fail, ok, warn
from bot.runtime.release import knowledge_mark, version
from bot.settings.settings import Settings

FULL_BYTES, TIGHT_BYTES = 50 * 10**6, 500 * 10**6
"""A set of trained models takes 30 MB, the side file of SQLite some more."""
SHORT_SECRET = 16


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything. Raises nothing."""
    now = time.time()
    return [
        ok("version", version()),
        *_about_settings(settings),
        *await about_store(settings, now),
        *await about_telegram(settings, now),
        *_about_disk(settings),
        *_about_knowledge(settings),
    ]


def _about_settings(settings: Settings) -> Iterator[Finding]:
    given = [f"{row.variable}={row.value}" for row in settings.describe() if row.is_set]
    yield ok("settings", " ".join(given) or "none is set")
    secret = settings.telegram.webhook_secret
    if settings.telegram.webhook_url and len(secret) < SHORT_SECRET:
        yield warn(
            "settings", f"WEBHOOK_SECRET has {len(secret)} characters and can be guessed", "openssl rand -hex 32"
        )


def _about_disk(settings: Settings) -> Iterator[Finding]:
    file = settings.storage.database_url.sqlite_path
    places = {"database": file.absolute().parent} if file is not None else {}
    for name, folder in {**places, "models": model_cache()}.items():
        there = next((f for f in (folder, *folder.parents) if f.exists()), Path("/"))
        try:
            free = shutil.disk_usage(there).free
        except OSError as error:
            yield warn("disk", f"{there}: {error.strerror}", "see to the disk")
            continue
        said = f"{free // 10**6} MB are free beside the {name} ({folder})"
        if free < FULL_BYTES:
            yield fail("disk", said, "make room: what cannot be kept is not answered, but for alarms")
        elif free < TIGHT_BYTES:
            yield warn("disk", said, "make room")
        else:
            yield ok("disk", said)


def _about_knowledge(settings: Settings) -> Iterator[Finding]:
    root = settings.conversation.knowledge_dir or built_in()
    try:
        problems = check(root, datetime.now(UTC).date())
        errors = sum(not p.is_warning for p in problems)
        said = f"{root} ({knowledge_mark(root)}): {errors} problems, {len(problems) - errors} warnings"
        knowledge = None if errors else load(root)
    except (KnowledgeError, OSError) as error:
        yield fail("knowledge", str(error), "bot check")
        return
    if knowledge is None:
        yield fail("knowledge", said, "bot check names them; the files of before still work")
        return
    yield ok("knowledge", said)
    if told := unknown_country(settings.conversation.country, knowledge.countries):
        yield warn("country", told, "set COUNTRY")
    if missing := missing_models(knowledge, model_cache()):
        yield warn(
            "models",
            f"{len(missing)} models are missing; the next start trains them first, and answers nobody meanwhile",
            "bot warm",
        )
    else:
        yield ok("models", f"trained, in {model_cache()}")
