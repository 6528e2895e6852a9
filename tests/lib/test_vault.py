"""Sealing, and what is left without the key."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from campaign.lib.vault import Unreadable, Vault, WrongKey


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault with its first key."""
    return Vault(tmp_path)


@pytest.fixture(scope="module")
def lasting_vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("keys"))


words = st.dictionaries(st.text(), st.text())


@given(data=words)
def test_what_was_sealed_is_opened_unchanged(lasting_vault: Vault, data: dict[str, str]) -> None:
    assert lasting_vault.open(lasting_vault.seal(data)) == data


def test_the_same_words_never_look_the_same(vault: Vault) -> None:
    assert vault.seal({"name": "Sam"}) != vault.seal({"name": "Sam"})


def test_a_changed_envelope_is_not_opened(vault: Vault) -> None:
    envelope = vault.seal({"name": "Sam"})

    for position in range(len(envelope)):
        changed = bytearray(envelope)
        changed[position] ^= 1
        with pytest.raises(Unreadable):
            vault.open(bytes(changed))


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x01abcd", b"\x02" + b"x" * 60])
def test_what_is_no_envelope_is_refused(vault: Vault, envelope: bytes) -> None:
    with pytest.raises(Unreadable):
        vault.open(envelope)


def test_an_envelope_as_text_says_the_same(vault: Vault) -> None:
    assert vault.open_text(vault.seal_text({"name": "Sam"})) == {"name": "Sam"}


@pytest.mark.parametrize("text", ["", "é", "A", "AAAA", "not an envelope at all"])
def test_text_that_is_no_envelope_is_refused(vault: Vault, text: str) -> None:
    with pytest.raises(Unreadable):
        vault.open_text(text)


def test_without_its_key_file_an_envelope_stays_shut(vault: Vault, tmp_path: Path) -> None:
    envelope = vault.seal({"name": "Sam"})

    with pytest.raises(Unreadable, match="no key"):
        Vault(tmp_path / "another").open(envelope)


def test_the_key_file_is_for_our_eyes_only(vault: Vault, tmp_path: Path) -> None:
    (file,) = tmp_path.glob("vault-*.key")

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_first_start_that_was_broken_off_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(os, "link", stop)
        killed.setattr(Path, "unlink", stop)
        with pytest.raises(KeyboardInterrupt):
            Vault(tmp_path)

    vault = Vault(tmp_path)

    assert vault.open(Vault(tmp_path).seal({"name": "Sam"})) == {"name": "Sam"}


def test_a_disk_that_is_full_leaves_no_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Vault(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_second_key_seals_and_the_first_still_opens(vault: Vault, tmp_path: Path) -> None:
    old = vault.seal({"name": "Sam"})
    (tmp_path / "vault-2.key").write_text("ab" * 32)
    rotated = Vault(tmp_path)

    new = rotated.seal({"name": "Lena"})

    assert rotated.open(old) == {"name": "Sam"}
    with pytest.raises(Unreadable):
        vault.open(new)


def test_the_newest_of_many_keys_is_the_one_with_the_highest_number(tmp_path: Path) -> None:
    for number in (2, 10, 9):
        (tmp_path / f"vault-{number}.key").write_text(f"{number:02x}" * 32)
    newest_alone = tmp_path / "alone"
    newest_alone.mkdir()
    (newest_alone / "vault-1.key").write_text("0a" * 32)

    envelope = Vault(tmp_path).seal({"name": "Sam"})

    assert Vault(newest_alone).open(envelope) == {"name": "Sam"}


@pytest.mark.parametrize("text", ["", "abcd", "ä" * 64, "ab" * 33])
def test_a_file_that_holds_no_key_is_told_before_anything_is_sealed(
    vault: Vault, tmp_path: Path, text: str
) -> None:
    (tmp_path / "vault-2.key").write_text(text)

    with pytest.raises(WrongKey, match=r"vault-2\.key is no key file"):
        Vault(tmp_path)


def test_fingerprints_under_two_keys_cannot_be_compared(vault: Vault) -> None:
    one, other = vault.new_key(), vault.new_key()

    assert vault.fingerprint(one, "sam@example.org") == vault.fingerprint(one, "sam@example.org")
    assert vault.fingerprint(one, "sam@example.org") != vault.fingerprint(other, "sam@example.org")
