"""Every kind of content that Telegram documents for a message, well-formed, each with random details."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Json = dict[str, Any]
INJECTED = "zqinj"
"""Stands in everything that users could use for an injection: it may never come back as a tag."""
NOW = 1_795_000_000
"""About the time at which the updates are handled; the caller may set another."""

TEXTS = (
    "how do i lift my baby", "what is relaxin", "when can i run again", "no", "yes", "not sure", "2", "none of these",
    "i cannot feel when i pee", "my leg is swollen and i am breathless", "38.6 fever and my scar is hot", "thanks",
    "remind me to walk at 9 every weekday", "walk reminders off", "I want to die", "my baby died", "",
    f"<b>{INJECTED}</b>", f"</b><script>{INJECTED}&lt;/script>",
    f"&amp;&#60;b&#62;{INJECTED} &", f"*{INJECTED}* _x_ [a](b)",
    "؟كيف أرفع طفلي", "Wie hebe ich mein Baby?", "👩‍🍼" * 20, "a\u0000b", "\u202e" + "x", "z̸" * 50, "?" * 300,
    "é" * 4096, "back pain " * 400, "/", "//", "/start", "/help", "/settings", "/forget", "/mydata", "/privacy",
    "/about", "/stats", "/reload", "/start topic-lifting", f"/start <b>{INJECTED}", "/start@OurBot", "/help@AnotherBot",
    "/walks", "/walk 9:00", "@OurBot how do i lift", f"@OurBot <i>{INJECTED}", "12:75", "25 May", "31.02.2026",
    "Europe/Nowhere", "-1", "1e999",
)  # fmt: skip
NAMES = ("Ann", f"<b>{INJECTED}</b>", f"{INJECTED}&", "\u202eevil", "名前", "", "x" * 64)
ENTITIES = (
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
)  # fmt: skip


def user(random: Random, number: int | None = None) -> Json:
    """A person, now and then a bot, ours among them."""
    found: Json = {"id": number or random.randint(1, 30), "is_bot": False, "first_name": random.choice(NAMES)}
    roll = random.random()
    if roll < 0.04:
        return {"id": 4242, "is_bot": True, "first_name": "Our Bot", "username": "OurBot"}
    if roll < 0.08:
        return {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    if random.random() < 0.5:
        found |= {
            "last_name": random.choice(NAMES),
            "username": "ann",
            "language_code": random.choice(("en", "de", "")),
        }
    return found


def chat(random: Random) -> Json:
    """A private chat mostly; groups, forums, channels."""
    number = random.randint(1, 30)
    kind = random.choice(("private",) * 6 + ("group", "supergroup", "supergroup", "channel"))
    if kind == "private":
        return {"id": number, "type": kind, "first_name": random.choice(NAMES)}
    found: Json = {
        "id": -number if kind == "group" else -(10**12) - number,
        "type": kind,
        "title": random.choice(NAMES),
    }
    if kind == "supergroup" and random.random() < 0.4:
        found["is_forum"] = True
    return found


def file(**more: Any) -> Json:
    return {"file_id": "f", "file_unique_id": "u", "file_size": 7} | more


def text(random: Random) -> Json:
    said = random.choice(TEXTS)
    found: Json = {"text": said}
    if said and random.random() < 0.4:
        found["entities"] = [_entity(random, said) for _ in range(random.randint(1, 3))]
    return found


def _units(said: str) -> int:
    """Telegram counts in units of UTF-16."""
    return len(said.encode("utf-16-le")) // 2


def _entity(random: Random, said: str) -> Json:
    first = random.randrange(len(said))
    last = random.randint(first + 1, len(said))
    kind = random.choice(ENTITIES)
    found: Json = {"type": kind, "offset": _units(said[:first]), "length": _units(said[first:last])}
    if kind == "text_link":
        found["url"] = f"https://x.example/{INJECTED}"
    elif kind == "text_mention":
        found["user"] = user(random)
    elif kind == "custom_emoji":
        found["custom_emoji_id"] = "5"
    elif kind == "date_time":
        found |= {"unix_time": NOW, "date_time_format": "wDT"}
    return found


def caption(random: Random) -> Json:
    said = random.choice(TEXTS)
    return {"caption": said[:1024]} if said and random.random() < 0.5 else {}


def poll() -> Json:
    option = {"text": INJECTED, "voter_count": 0, "persistent_id": "1"}
    return {
        "id": "p", "question": "q", "options": [option, option], "total_voter_count": 0, "is_closed": False,
        "is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "allows_revoting": True,
        "members_only": False,
    }  # fmt: skip


PHOTO = [file(width=1, height=1)]
LOCATION = {"latitude": 51.5, "longitude": -0.1}
ANIMATION = file(width=1, height=1, duration=1)
CHANNEL = {"id": -1000000000077, "type": "channel", "title": "c"}
PAYMENT = {
    "currency": "XTR", "total_amount": 1, "invoice_payload": INJECTED, "telegram_payment_charge_id": "t",
    "provider_payment_charge_id": "p",
}  # fmt: skip
CHECKLIST = {"title": INJECTED, "tasks": [{"id": 1, "text": INJECTED}]}
PRICE = {"currency": "XTR", "amount": 5}

MEDIA: dict[str, Callable[[Random], Any]] = {
    "photo": lambda _r: PHOTO,
    "audio": lambda _r: file(duration=1, title=INJECTED),
    "document": lambda _r: file(file_name=f"<b>{INJECTED}.pdf"),
    "video": lambda _r: file(width=1, height=1, duration=1),
    "animation": lambda _r: ANIMATION,
    "voice": lambda _r: file(duration=1),
    "video_note": lambda _r: file(length=1, duration=1),
    "sticker": lambda _r: file(type="regular", width=1, height=1, is_animated=False, is_video=False, emoji="🙂"),
    "paid_media": lambda _r: {"star_count": 1, "paid_media": [{"type": "preview", "width": 1}]},
    "story": lambda _r: {"chat": CHANNEL, "id": 1},
    "contact": lambda _r: {"phone_number": "+1", "first_name": f"<b>{INJECTED}", "vcard": INJECTED},
    "dice": lambda _r: {"emoji": "🎲", "value": 3},
    "game": lambda _r: {"title": INJECTED, "description": "d", "photo": PHOTO},
    "poll": lambda _r: poll(),
    "checklist": lambda _r: CHECKLIST,
    "venue": lambda _r: {"location": LOCATION, "title": INJECTED, "address": "a"},
    "location": lambda r: {"latitude": r.uniform(-90, 90), "longitude": r.uniform(-180, 180)} | (
        {"live_period": 60, "heading": 7} if r.random() < 0.3 else {}
    ),
    "invoice": lambda _r: {
        "title": INJECTED, "description": "d", "start_parameter": "s", "currency": "EUR", "total_amount": 1,
    },
}  # fmt: skip

NOTES: dict[str, Callable[[Random], Any]] = {
    "new_chat_members": lambda r: [user(r)],
    "left_chat_member": user,
    "new_chat_title": lambda r: r.choice(NAMES),
    "new_chat_photo": lambda _r: PHOTO,
    "delete_chat_photo": lambda _r: True,
    "group_chat_created": lambda _r: True,
    "supergroup_chat_created": lambda _r: True,
    "channel_chat_created": lambda _r: True,
    "message_auto_delete_timer_changed": lambda _r: {"message_auto_delete_time": 60},
    "migrate_to_chat_id": lambda _r: -1000000000099,
    "migrate_from_chat_id": lambda _r: -99,
    "pinned_message": lambda _r: {"message_id": 1, "date": 0, "chat": CHANNEL},
    "successful_payment": lambda _r: PAYMENT,
    "refunded_payment": lambda _r: PAYMENT,
    "users_shared": lambda _r: {"request_id": 1, "users": [{"user_id": 1, "first_name": INJECTED}]},
    "chat_shared": lambda _r: {"request_id": 1, "chat_id": -1},
    "connected_website": lambda _r: INJECTED,
    "write_access_allowed": lambda _r: {"from_request": True},
    "passport_data": lambda _r: {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}},
    "proximity_alert_triggered": lambda r: {"traveler": user(r), "watcher": user(r), "distance": 1},
    "boost_added": lambda _r: {"boost_count": 1},
    "chat_background_set": lambda _r: {"type": {"type": "chat_theme", "theme_name": "🎄"}},
    "checklist_tasks_done": lambda _r: {"marked_as_done_task_ids": [1]},
    "checklist_tasks_added": lambda _r: {"tasks": CHECKLIST["tasks"]},
    "direct_message_price_changed": lambda _r: {"are_direct_messages_enabled": True, "direct_message_star_count": 1},
    "forum_topic_created": lambda _r: {"name": INJECTED, "icon_color": 1},
    "forum_topic_edited": lambda _r: {"name": INJECTED},
    "forum_topic_closed": lambda _r: {},
    "forum_topic_reopened": lambda _r: {},
    "general_forum_topic_hidden": lambda _r: {},
    "general_forum_topic_unhidden": lambda _r: {},
    "giveaway_created": lambda _r: {"prize_star_count": 1},
    "giveaway": lambda _r: {"chats": [CHANNEL], "winners_selection_date": NOW, "winner_count": 1},
    "giveaway_winners": lambda r: {
        "chat": CHANNEL, "giveaway_message_id": 1, "winners_selection_date": NOW, "winner_count": 1,
        "winners": [user(r)],
    },
    "giveaway_completed": lambda _r: {"winner_count": 1},
    "paid_message_price_changed": lambda _r: {"paid_message_star_count": 1},
    "suggested_post_approved": lambda _r: {"send_date": NOW, "price": PRICE},
    "suggested_post_approval_failed": lambda _r: {"price": PRICE},
    "suggested_post_declined": lambda _r: {"comment": INJECTED},
    "suggested_post_paid": lambda _r: {"currency": "XTR", "amount": 1},
    "suggested_post_refunded": lambda _r: {"reason": "post_deleted"},
    "video_chat_scheduled": lambda _r: {"start_date": NOW},
    "video_chat_started": lambda _r: {},
    "video_chat_ended": lambda _r: {"duration": 1},
    "video_chat_participants_invited": lambda r: {"users": [user(r)]},
    "web_app_data": lambda _r: {"data": f"<b>{INJECTED}", "button_text": "b"},
    "a_kind_of_next_year": lambda _r: {"what": INJECTED},
}  # fmt: skip


def content(random: Random) -> Json:
    """What a message holds: mostly text."""
    roll = random.random()
    if roll < 0.55:
        return text(random)
    if roll < 0.8:
        name = random.choice(tuple(MEDIA))
        return {name: MEDIA[name](random)} | caption(random)
    name = random.choice(tuple(NOTES))
    return {name: NOTES[name](random)}
