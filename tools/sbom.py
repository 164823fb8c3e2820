"""What the bot is made of: `make sbom` prints CycloneDX 1.5, `python -m tools.sbom --licences` writes docs/licences.md.

Names, versions and hashes come from requirements.txt, licences from the packages that are installed.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import bot

ROOT = Path(__file__).resolve().parents[1]
LICENCES = ROOT / "docs" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)[^\n]*((?:\n +--hash=sha256:[0-9a-f]{64}(?: \\)?)*)", re.MULTILINE)
_HEAD = """\
# Licences

Of every package that is installed with the bot, as the package itself says; written by `tools/sbom.py`. `make sbom`
prints the same as CycloneDX, with versions and hashes. [dependencies.md](dependencies.md) says why each is there.

| package | licence |
|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A package of requirements.txt. licence: as it says itself; empty where it is not installed on this machine."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str

    def to_json(self) -> dict[str, Any]:
        """In the form of CycloneDX. Each hash is that of one file of the release."""
        purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"
        found: dict[str, Any] = {
            "type": "library", "bom-ref": purl, "name": self.name, "version": self.version, "purl": purl,
        }  # fmt: skip
        if self.licence:
            found["licenses"] = [{"license": {"name": self.licence}}]
        url = f"https://pypi.org/project/{self.name}/{self.version}/"
        hashes = [{"alg": "SHA-256", "content": digest} for digest in self.hashes]
        found["externalReferences"] = [{"type": "distribution", "url": url, "hashes": hashes}]
        return found


def components() -> list[Component]:
    """The packages of requirements.txt that are installed here, in its order."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = []
    for name, version, hashes in _PIN.findall(text):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        if about["Version"] == version:  # of one for several Pythons, this one's
            digests = tuple(re.findall(r"sha256:([0-9a-f]{64})", hashes))
            found.append(Component(name=name, version=version, hashes=digests, licence=_licence(about)))
    return found


def _licence(about: Any) -> str:
    if expression := about.get("License-Expression"):
        return str(expression)
    classes = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    said = str(about.get("License") or "").strip().splitlines()
    return " and ".join(c for c in classes if c != "OSI Approved") or (said[0] if said else "not stated")


def sbom() -> dict[str, Any]:
    """The bill of materials."""
    main = {"type": "application", "name": "after-birth-back-bot", "version": bot.__version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": main | {"licenses": [{"license": {"id": "MIT"}}]}},
        "components": [component.to_json() for component in components()],
    }


def licences() -> str:
    """docs/licences.md."""
    return _HEAD + "".join(f"| {c.name} | {c.licence} |\n" for c in components())


if __name__ == "__main__":
    if "--licences" in sys.argv:
        LICENCES.write_text(licences(), encoding="utf-8")
    else:
        print(json.dumps(sbom(), indent=2))
