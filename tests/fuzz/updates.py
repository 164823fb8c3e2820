"""Updates of every kind that Telegram documents, and malformed ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.fuzz.contents import INJECTED, NOW, TEXTS, Json, chat, content, poll, user

JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**25, 1.5, float(10**300), "", "x", f"<b>{INJECTED}", "y" * 5000, [], [1],
    {}, {"id": {}}, [[]], [None], {"": ""},
)  # fmt: skip
PRESSES = (
    "", "x", "topic:", "topic:lifting", f"topic:<b>{INJECTED}", "more:lifting", "flag:yes", "check:no", "walk:",
    "walk:1", "walk:done:1:2026-11-22", "walk:done:x:2026-99-99", "walk:done:99999999999999999999:2026-11-22", "é" * 32,
    "z" * 64, "\u0000", "set:country:<b>", ":::::", "none", "helpful:lifting:yes", "back", "walk:pain:1:2026-11-22:11",
)  # fmt: skip


class Updates:
    """Makes updates, the same ones for the same seed. `seen` gets the data of buttons that the bot has shown."""

    def __init__(self, seed: int, now: int = NOW) -> None:
        self._random = Random(seed)
        self._now = now
        self._number = 1_000_000
        self.seen: list[str] = []

    def next(self, malformed: float = 0.25) -> Any:
        """The next one. Arguments: malformed, share of those with something wrong in them."""
        self._number += self._random.randint(1, 3)
        kind = self._random.choice(tuple(KINDS))
        if self._random.random() < 0.6:
            kind = self._random.choice(("message", "message", "edited_message", "callback_query"))
        update = {"update_id": self._number, kind: KINDS[kind](self)}
        return self._broken(update) if self._random.random() < malformed else update

    def _date(self) -> int:
        return self._now - self._random.choice((0, 1, 5, 50, 1000, 100_000))

    def message(self) -> Json:
        random = self._random
        where = chat(random)
        found: Json = {"message_id": random.randint(1, 10**6), "date": self._date(), "chat": where} | content(random)
        if where["type"] == "private":
            found["from"] = user(random, where["id"])
        elif where["type"] != "channel" and random.random() < 0.95:
            found["from"] = user(random)
        extras: dict[str, Callable[[], Any]] = {
            "reply_to_message": lambda: self._plain(where),
            "sender_chat": lambda: chat(random),
            "via_bot": lambda: {
                "id": random.choice((4242, 5)),
                "is_bot": True,
                "first_name": "b",
                "username": "OurBot",
            },
            "forward_origin": lambda: {"type": "hidden_user", "sender_user_name": INJECTED, "date": self._now},
            "message_thread_id": lambda: 7,
            "is_topic_message": lambda: True,
            "media_group_id": lambda: "m",
            "quote": lambda: {"text": INJECTED, "position": 0, "is_manual": True},
            "external_reply": lambda: {"origin": {"type": "chat", "sender_chat": chat(random), "date": self._now}},
            "author_signature": lambda: f"<b>{INJECTED}",
            "link_preview_options": lambda: {"is_disabled": True},
            "reply_markup": lambda: {"inline_keyboard": [[{"text": INJECTED, "callback_data": "x"}]]},
            "sender_boost_count": lambda: 1,
            "effect_id": lambda: "5",
            "paid_star_count": lambda: 1,
            "has_protected_content": lambda: True,
        }
        for name, value in extras.items():
            if random.random() < 0.06:
                found[name] = value()
        return found

    def edited(self) -> Json:
        return self.message() | {"edit_date": self._date()}

    def _plain(self, where: Json) -> Json:
        sender = user(self._random, self._random.choice((None, 4242)))
        return {"message_id": 3, "date": self._now, "chat": where, "from": sender, "text": "x"}

    def press(self) -> Json:
        random = self._random
        found: Json = {"id": str(self._number), "from": user(random), "chat_instance": "c"}
        data = random.choice(self.seen) if self.seen and random.random() < 0.6 else random.choice(PRESSES)
        if random.random() < 0.1 and data:
            at = random.randrange(len(data))
            data = data[:at] + random.choice(("", "<", ":", "9", "é")) + data[at + 1 :]
        if random.random() < 0.95:
            found["data"] = data
        else:
            found["game_short_name"] = "g"
        roll = random.random()
        if roll < 0.85:
            where = chat(random)
            found["message"] = self._plain(where)
            if where["type"] == "private":
                found["from"] = user(random, where["id"])
        elif roll < 0.92:
            found["message"] = {"message_id": 3, "date": 0, "chat": chat(random)}
        else:
            found["inline_message_id"] = "i"
        return found

    def member(self) -> Json:
        random = self._random
        statuses = ("member", "kicked", "left", "administrator", "restricted", "creator")
        rights = dict.fromkeys(
            (
                "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
                "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
                "can_post_stories", "can_edit_stories", "can_delete_stories", "is_member", "can_send_messages",
                "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
                "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
                "can_send_other_messages", "can_add_web_page_previews",
                "can_pin_messages", "can_manage_topics", "can_edit_tag", "can_react_to_messages",
            ),
            True,
        )  # fmt: skip

        def one() -> Json:
            status = random.choice(statuses)
            found: Json = {"status": status, "user": user(random)}
            if status in ("kicked", "restricted"):
                found["until_date"] = 0
            return found | (rights if status in ("administrator", "restricted", "creator") else {})

        return {
            "chat": chat(random), "from": user(random), "date": self._date(), "old_chat_member": one(),
            "new_chat_member": one(),
        }  # fmt: skip

    def inline(self) -> Json:
        said = self._random.choice(TEXTS)[:256]
        return {"id": str(self._number), "from": user(self._random), "query": said, "offset": ""}

    def other(self, name: str) -> Json:
        """The kinds that nobody asked Telegram for, but might come."""
        random = self._random
        who, where = user(random), chat(random)
        boost = {"boost_id": "b", "add_date": 1, "expiration_date": 2, "source": {"source": "premium", "user": who}}
        order = {
            "country_code": "GB",
            "state": "",
            "city": "x",
            "street_line1": "",
            "street_line2": "",
            "post_code": "x",
        }
        reaction = [{"type": "emoji", "emoji": "👍"}]
        found: dict[str, Json] = {
            "business_connection": {
                "id": "b", "user": who, "user_chat_id": 1, "date": 1, "can_reply": True, "is_enabled": True,
            },
            "deleted_business_messages": {"business_connection_id": "b", "chat": where, "message_ids": [1]},
            "message_reaction": {
                "chat": where, "message_id": 1, "user": who, "date": 1, "old_reaction": [], "new_reaction": reaction,
            },
            "message_reaction_count": {
                "chat": where, "message_id": 1, "date": 1, "reactions": [{"type": reaction[0], "total_count": 1}],
            },
            "chosen_inline_result": {"result_id": "r", "from": who, "query": INJECTED},
            "shipping_query": {"id": "s", "from": who, "invoice_payload": "p", "shipping_address": order},
            "pre_checkout_query": {"id": "s", "from": who, "currency": "EUR", "total_amount": 1, "invoice_payload": ""},
            "purchased_paid_media": {"from": who, "paid_media_payload": "p"},
            "poll": poll(),
            "poll_answer": {"poll_id": "p", "user": who, "option_ids": [0], "option_persistent_ids": ["1"]},
            "chat_join_request": {"chat": where, "from": who, "user_chat_id": 1, "date": 1},
            "chat_boost": {"chat": where, "boost": boost},
            "removed_chat_boost": {"chat": where, "boost_id": "b", "remove_date": 1, "source": boost["source"]},
            "a_kind_of_next_year": {"what": INJECTED},
        }  # fmt: skip
        return found[name]

    def _broken(self, update: Json) -> Any:
        """Something in it is gone, of another type, or beyond all bounds."""
        random = self._random
        update = copy.deepcopy(update)
        if random.random() < 0.03:
            return random.choice(JUNK)
        for _ in range(random.randint(1, 3)):
            paths = list(_paths(update))
            if not paths:
                break
            holder, key = random.choice(paths)
            if random.random() < 0.4:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(random.choice(JUNK))
        return update


def _paths(value: Any) -> Sequence[tuple[Any, Any]]:
    """Every place in a JSON value, as its holder and key."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inner for place in ((value, key), *_paths(one))]


_OTHERS = (
    "business_connection", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
    "chat_join_request", "chat_boost", "removed_chat_boost", "a_kind_of_next_year",
)  # fmt: skip

KINDS: dict[str, Callable[[Updates], Any]] = {
    "message": Updates.message,
    "edited_message": Updates.edited,
    "channel_post": Updates.message,
    "edited_channel_post": Updates.edited,
    "business_message": Updates.message,
    "edited_business_message": Updates.edited,
    "callback_query": Updates.press,
    "inline_query": Updates.inline,
    "my_chat_member": Updates.member,
    "chat_member": Updates.member,
    **{name: (lambda updates, name=name: updates.other(name)) for name in _OTHERS},
}
