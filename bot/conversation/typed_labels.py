"""Labels of buttons about walks that may be typed while they are shown."""

from __future__ import annotations

import re

BUTTONS = {
    "walk-new-button": re.compile(r"walk:new"),
    "walk-quiet-button": re.compile(r"walk:quiet"),
    "walk-change-zone": re.compile(r"walk:zone"),
    "walk-pause-button": re.compile(r"walk:pause:\w+"),
    "walk-stop-button": re.compile(r"walk:stop:\w+"),
    "walk-delete-button": re.compile(r"walk:delete:\d+"),
    "walk-change-days": re.compile(r"walk:edit:\d+:days"),
    "walk-change-time": re.compile(r"walk:edit:\d+:time"),
    "walk-change-minutes": re.compile(r"walk:edit:\d+:minutes"),
    "walk-resume-button": re.compile(r"walk:resume:\w+"),
}
"""Labels below the list and below one reminder, which may be typed while they are shown, with their actions."""
UNDO = re.compile(r"walk:(?:on|unpause|put|delete):.+")
"""What the button to undo does; it is always the first, while Delete never is."""
