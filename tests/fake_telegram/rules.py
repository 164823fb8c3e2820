"""What Telegram refuses: the rules that the fake Bot API checks, with Telegram's wording."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "code", "pre",
    "blockquote", "tg-emoji", "tg-time",
}  # fmt: skip


class RefusedError(Exception):
    """The answer is an error."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {reason}")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad(f'can\'t parse entities: Unmatched end tag at byte offset 0, expected "</{tag}>"')

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise bad("can't parse entities: Unsupported start tag at byte offset 0")
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += unescape(f"&{name};") if name in ("lt", "gt", "amp", "quot") else f"&{name}"

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        raise bad("can't parse entities: Unsupported start tag")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)


def text_of(params: dict[str, str]) -> str:
    """The text after entity parsing; refuses what Telegram refuses."""
    text = params.get("text", "")
    mode = params.get("parse_mode", "")
    if mode not in ("", "HTML"):
        raise bad("unsupported parse_mode")
    if mode:
        parser = _Parser()
        parser.feed(text)
        parser.close()
        if parser.open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag {parser.open[-1]}")
        text = parser.text
    text = text.strip()
    if not text:
        raise bad("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise bad("message is too long")
    return text


def keyboard_of(params: dict[str, str]) -> list[list[dict[str, Any]]]:
    """The rows of inline buttons, checked."""
    rows: list[list[dict[str, Any]]] = json.loads(params.get("reply_markup") or "{}").get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text", "").strip():
            raise bad("Text buttons are not allowed in the inline keyboard")
        if len({"callback_data", "url", "copy_text"} & set(button)) != 1:
            raise bad("inline keyboard button must have exactly one action")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not re.fullmatch(r"https://t\.me/\w+\?start=[A-Za-z0-9_-]{1,64}", button["url"]):
            raise bad("BUTTON_URL_INVALID")
        if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
        if button.get("style", "primary") not in ("primary", "success", "danger"):
            raise bad("BUTTON_STYLE_INVALID")
    return rows


def check_results(params: dict[str, str]) -> list[dict[str, Any]]:
    """The inline results, checked."""
    results: list[dict[str, Any]] = json.loads(params["results"])
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    if len({r["id"] for r in results}) != len(results):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        if not 1 <= len(result["id"].encode()) <= 64 or not result["title"]:
            raise bad("RESULT_ID_INVALID")
        content = result["input_message_content"]
        text_of({"text": content["message_text"], "parse_mode": content.get("parse_mode", "")})
        keyboard_of({"reply_markup": json.dumps(result.get("reply_markup", {}))})
    button = json.loads(params.get("button") or "{}")
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        raise bad("START_PARAM_INVALID")
    return results
