"""What short texts say of her walks: stop, start again, that her doctor agrees, that the birth was hard."""

from __future__ import annotations

import re

_PLEASE = r"(?:please |now |ok |just |can you |could you |i (?:want|would like|need) (?:you )?to )*"
_THEM = (
    r"(?: (?:it|this|these|them|all|all of (?:it|them)|everything|please|now|(?:the |my |all |these )*"
    r"(?:walks|messages|notifications)|(?:sending|writing|messaging|texting|asking)(?: me)?(?: (?:this|these|now))?))*"
)
STOP = re.compile(rf"{_PLEASE}(?:stop|quit|end|cancel|turn off|no more){_THEM}|(?:please )?leave me alone(?: please)?")
"""What stops every reminder of one who has some. To be matched as a whole: "stop ibuprofen" is something else."""
RESUME = re.compile(rf"{_PLEASE}(?:resume|restart|unpause|start(?: them| it| the walks)? again){_THEM}")
"""What starts them again."""
_AGREED = re.compile(
    r"(?:(?:my|the) )?(?:doctor|dr|gp|midwife|physio|physiotherapist|consultant|hospital|health visitor)\b.*"
    r"\b(?:said|says|told|agreed|agrees|cleared|okayed|allowed|allows|approved|gave|given)\b.*"
    r"|(?:i am|im|i was|i have been|ive been|i got|got) (?:now )?(?:cleared|allowed|signed off)\b.*"
    r"|i (?:may|can|am allowed to) (?:now )?(?:exercise|walk|walk more|train)(?: again| more)? now"
)
_WALKING = re.compile(r"\b(?:walk(?:s|ing)?|exercis\w+|sports?|train(?:ing)?|cleared|signed off|all clear)\b")
_TROUBLE = re.compile(
    r"\b(?:c ?-?section|csection|section|(?:cae?s|ces)ar\w+|(?:bad |big |third |3rd |fourth |4th )[\w ]*tear|tore|torn"
    r"|episiotomy|forceps|ventouse|vacuum|ha?emorrhage|lost a lot of blood|complications?|trouble|told (?:me )?to rest"
    r"|bed ?rest)\b"
)
_UNTROUBLED = re.compile(
    r"(?:no,? )?(?:none(?: of (?:these|those|them|that|it))?|neither|nothing(?: like that)?"
    r"|no (?:problems?|trouble|complications?))"
)
_DENIED = re.compile(
    r"\b(?:no|not|cannot|cant|never|dont|doesnt|didnt|hasnt|isnt|wait|until|before|rest|stop|if|when)\b"
)


def says_trouble(words: str) -> bool | None:
    """What a text, as `plain` gives it, answers to "a caesarean, a bad tear or other trouble?"; None: neither."""
    if _UNTROUBLED.fullmatch(words):
        return False
    return True if _TROUBLE.search(words) and not _DENIED.search(words.replace("told to rest", "")) else None


def says_cleared(words: str) -> bool:
    """True for "my doctor says I may exercise", as `plain` gives it. It is worth the question, no more."""
    return bool(_AGREED.fullmatch(words) and _WALKING.search(words) and not _DENIED.search(words))
