"""The bill of materials and the list of licences name what is installed with the bot."""

from __future__ import annotations

from tests.test_requirements import pins
from tools.sbom import LICENCES, components, licences, sbom


def test_the_list_of_licences_is_the_one_that_is_written() -> None:
    assert LICENCES.read_text(encoding="utf-8") == licences()


def test_every_package_is_there_with_licence_and_hashes() -> None:
    found = {component.name: component for component in components()}
    pinned = pins("requirements.txt")
    assert found.keys() <= pinned.keys()
    everywhere = {name for name, rests in pinned.items() if not any(";" in rest for rest in rests)}
    assert everywhere <= found.keys()
    assert all(c.hashes and c.licence not in ("", "not stated") for c in found.values())


def test_it_is_cyclonedx() -> None:
    bill = sbom()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    refs = [component["bom-ref"] for component in bill["components"]]
    assert len(refs) == len(set(refs))
    assert all(ref.startswith("pkg:pypi/") and "@" in ref for ref in refs)
