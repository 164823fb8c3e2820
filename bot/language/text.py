"""One place that turns what people type into words: for the phrasings, the lexicon, triage and every message alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ´`′＇ꞌ", "'"))  # noqa: RUF001 - they look alike, hence this table
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[.!?;,:()\n…–—-]+|[%°+#&]")  # noqa: RUF001
_KEPT = frozenset("'.,!?;:/()\n%°+#&…–—-")  # noqa: RUF001
_WORD_START = re.compile(r"[^\W_]")
_THOUSANDS = re.compile(r"^\d{1,3}(,\d{3})+$")

CONTRACTED = {
    ("can", "not"): "cant",
    ("could", "not"): "couldnt",
    ("do", "not"): "dont",
    ("does", "not"): "doesnt",
    ("did", "not"): "didnt",
    ("is", "not"): "isnt",
    ("are", "not"): "arent",
    ("was", "not"): "wasnt",
    ("were", "not"): "werent",
    ("have", "not"): "havent",
    ("has", "not"): "hasnt",
    ("had", "not"): "hadnt",
    ("will", "not"): "wont",
    ("would", "not"): "wouldnt",
    ("should", "not"): "shouldnt",
    ("i", "am"): "im",
    ("i", "m"): "im",
    ("i", "ve"): "ive",
    ("can", "t"): "cant",
    ("don", "t"): "dont",
    ("won", "t"): "wont",
    ("isn", "t"): "isnt",
    ("doesn", "t"): "doesnt",
    ("didn", "t"): "didnt",
}
"""Pairs of words that say the same as one: a pattern or phrasing need not be written twice."""

SPELLINGS = {
    "cannot": "cant",
    "aint": "isnt",
    "u": "you",
    "ur": "your",
    "r": "are",
    "thru": "through",
    "wks": "weeks",
    "wk": "week",
    "yrs": "years",
    "yr": "year",
    "mnths": "months",
    "mths": "months",
    "hrs": "hours",
    "hr": "hour",
    "mins": "minutes",
    "cos": "because",
    "coz": "because",
    "cuz": "because",
    "bc": "because",
    "thx": "thanks",
    "pls": "please",
    "plz": "please",
    "tho": "though",
    "abt": "about",
    "w": "with",
    "wo": "without",
    "n": "and",
    "gonna": "going",
    "wanna": "want",
    "dunno": "dont know",
    "bday": "birthday",
    "2nite": "tonight",
    "tonite": "tonight",
    "cnt": "cant",
    "dnt": "dont",
    "wasnt": "wasnt",
    "temp": "temperature",
    "preg": "pregnant",
    "pg": "pregnant",
    "bby": "baby",
    "bubs": "baby",
    "bub": "baby",
    "hubby": "husband",
    "dh": "husband",
    "mum": "mum",
    "mom": "mum",
    "mam": "mum",
    "mama": "mum",
    "ceasarean": "caesarean",
    "cesarean": "caesarean",
    "caesarian": "caesarean",
    "cesarian": "caesarean",
    "ebf": "breastfeeding",
    "bf": "breastfeeding",
    "bfing": "breastfeeding",
    "ppl": "people",
    "smth": "something",
    "sth": "something",
    "bcos": "because",
    "wen": "when",
    "wat": "what",
    "wot": "what",
    "tht": "that",
    "thats": "thats",
}
"""Chat spellings that no edit distance would find, spelled out."""

PHRASING_LIMIT = 4096
"""Characters that matching reads; Telegram allows no more in a message. Triage reads everything."""


@lru_cache(64)
def clean(text: str) -> str:
    """Fold what looks alike to one form: compatibility characters, case, apostrophes, accents, invisible characters.

    Args:
        text: anything, any length.

    Returns:
        Lower-case text. Elongations ("sooo") keep two of the repeated letters. Emoji and other symbols become blanks.
    """
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    kept = []
    for char in folded:
        category = unicodedata.category(char)
        if category[0] in "LN" or char in _KEPT:
            kept.append(char)
        elif category not in ("Cf", "Mn"):  # invisible and combining ones vanish, so that words stay whole
            kept.append(" ")
    return _ELONGATION.sub(r"\1\1", unicodedata.normalize("NFC", "".join(kept)))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, and where its sentences and clauses were cut by punctuation.

    `breaks[i]` is the punctuation before word i ("" for none); it has one more item than `words`, the last for the end.
    """

    words: tuple[str, ...]
    breaks: tuple[str, ...]


@lru_cache(64)  # the readers of one message each ask for the same cuts
def split(text: str) -> Words:
    """Cut a text into words and the punctuation between them.

    Args:
        text: anything; it is cleaned first.

    Returns:
        Words without apostrophes ("cant"), chat spellings spelled out, numbers with a point ("38.5", "160/110").
    """
    words: list[str] = []
    breaks: list[str] = []
    pending = ""
    for match in _TOKEN.finditer(clean(text)):
        token = match.group()
        if not _WORD_START.match(token) and token not in ("%", "°"):
            pending += token
            continue
        token = token.replace("'", "")
        if token[0].isdigit():
            token = token.replace(",", "") if _THOUSANDS.match(token) else token.replace(",", ".")
        for word in SPELLINGS.get(token, token).split():
            if words and not pending and (joined := CONTRACTED.get((words[-1], word))):
                words[-1] = joined
                continue
            words.append(word)
            breaks.append(pending)
            pending = ""
    breaks.append(pending)
    return Words(tuple(words), tuple(breaks))


def bigrams(words: tuple[str, ...]) -> list[str]:
    """Neighbouring pairs of words, joined by a blank."""
    return [f"{a} {b}" for a, b in pairwise(words)]
