"""The sentences of texts.yaml, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

SEEK_HELP = (
    "Something went wrong on my side, and I could not read your message properly.\n"
    "If you feel unwell or unsafe, do not wait for me: phone your doctor or maternity unit. "
    "In danger, call your local emergency number (112 in Europe)."
)
"""Said when even the knowledge base cannot be asked; it stands in code, so that nothing can take it away."""


class Texts:
    """Sentences by name. A name that the knowledge base lacks gives an empty text, which no card shows."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Make one.

        Args:
            texts: as `Knowledge.texts`.
        """
        self._texts = texts

    def __call__(self, name: str, **values: object) -> str:
        """The sentence, with its {fields} filled in; a field without a value stays empty."""
        text = self._texts.get(name, "")
        fields = {field for _, field, _, _ in Formatter().parse(text) if field}
        return text.format(**{f: values.get(f, "") for f in fields}) if fields else text

    @property
    def seek_help(self) -> str:
        """What is said when something fails."""
        return self._texts.get("seek-help") or SEEK_HELP
