"""Sealing, and the key file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SealError, StoreError
from bot.store.cipher import Cipher, key_from_file

PLACE, ELSEWHERE = "chats.profile:1", "chats.profile:2"
ONE, TWO = Fernet.generate_key().decode(), Fernet.generate_key().decode()

json_objects = st.dictionaries(
    st.text().filter(lambda name: name != "for"),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists),
    max_size=5,
)


@given(json_objects)
def test_what_is_sealed_opens_and_does_not_show(data: dict[str, object]) -> None:
    sealed = Cipher([ONE]).seal(data, PLACE)
    assert Cipher([TWO, ONE]).open(sealed, PLACE) == data
    with pytest.raises(StoreError):
        Cipher([TWO]).open(sealed, PLACE)


@given(json_objects)
def test_what_is_sealed_is_of_no_use_elsewhere_and_long_in_steps(data: dict[str, object]) -> None:
    cipher = Cipher([ONE])
    sealed = cipher.seal(data, PLACE)
    for step in (cipher.open, cipher.resealed):
        with pytest.raises(SealError, match="another place"):
            step(sealed, ELSEWHERE)
    assert len(Fernet(ONE).decrypt(sealed)) % 64 == 0


def test_what_was_sealed_before_places_were_noted_opens_and_is_renewed() -> None:
    old = Fernet(ONE).encrypt(b'{"stage":"loss"}')
    cipher = Cipher([ONE])
    assert cipher.open(old, PLACE) == {"stage": "loss"}
    new = cipher.resealed(old, PLACE)
    assert new is not None
    assert cipher.open(new, PLACE) == {"stage": "loss"}
    assert cipher.resealed(new, PLACE) is None
    with pytest.raises(SealError):
        cipher.open(new, ELSEWHERE)


def test_a_loss_is_as_long_as_a_pregnancy() -> None:
    cipher = Cipher([ONE])
    lengths = {len(cipher.seal({"stage": stage}, PLACE)) for stage in ("loss", "pregnant", "after-birth")}
    assert len(lengths) == 1


@pytest.mark.parametrize("damaged", [b"", b"nonsense", b"gAAAAA" + b"A" * 90])
def test_damage_is_an_error(damaged: bytes) -> None:
    with pytest.raises(StoreError):
        Cipher([ONE]).open(damaged, PLACE)


def test_only_objects_open() -> None:
    with pytest.raises(StoreError, match="not an object"):
        Cipher([ONE]).open(Fernet(ONE).encrypt(b"[1]"), PLACE)


def test_sealing_anew_needs_any_of_the_keys_and_gives_the_newest() -> None:
    old = Cipher([ONE]).seal({"a": 1}, PLACE)
    new = Cipher([TWO, ONE]).resealed(old, PLACE)
    assert new is not None
    assert Cipher([TWO]).open(new, PLACE) == {"a": 1}
    assert Cipher([TWO, ONE]).resealed(new, PLACE) is None
    for cipher, sealed in ((Cipher([TWO]), old), (Cipher([TWO, ONE]), b"nonsense")):
        with pytest.raises(StoreError):
            cipher.resealed(sealed, PLACE)


@pytest.mark.parametrize("keys", [[], ["short"]])
def test_keys_that_cannot_be_used(keys: list[str]) -> None:
    with pytest.raises(StoreError):
        Cipher(keys)


def test_digests_tell_apart_and_depend_on_the_key() -> None:
    cipher = Cipher([ONE])
    assert cipher.digest(1, "relaxin") == Cipher([ONE, TWO]).digest(1, "relaxin")
    others = {cipher.digest("1", "relaxin"), cipher.digest("1relaxin"), Cipher([TWO]).digest(1, "relaxin")}
    assert len(others | {cipher.digest(1, "relaxin")}) == 4


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, database = tmp_path / "config" / "keys" / "data.key", tmp_path / "data" / "bot.sqlite3"
    with caplog.at_level("INFO"):
        key = key_from_file(path, database)
        assert key_from_file(path, database) == key
    Cipher([key])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["data.key"]
    assert [record.action for record in caplog.records] == ["key-made"]  # type: ignore[attr-defined]
    assert key not in caplog.text


def test_a_key_may_not_lie_beside_or_above_the_database(tmp_path: Path) -> None:
    for database in (tmp_path / "bot.sqlite3", tmp_path / "deep" / "bot.sqlite3"):
        with pytest.raises(StoreError, match="beside the database"):
            key_from_file(tmp_path / "data.key", database)
    assert not (tmp_path / "data.key").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "data.key"
    path.parent.mkdir()
    path.write_text(ONE)
    path.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        key_from_file(path, tmp_path / "data" / "bot.sqlite3")


def test_a_key_file_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="set DATA_KEY"):
        key_from_file(tmp_path / "file" / "data.key", tmp_path / "data" / "bot.sqlite3")
