"""Which passwords are taken, and how they are kept."""

import pytest

from campaign.accounts import passwords
from tests.conftest import AS_ON_A_SITE


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "1q2w3e4r5t6y7u8i9o0p",
        "PasswordPassword",
        "manchesterunited",
        "iloveyou123456789",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "\uff50asswordpassword",
    ],
)
def test_what_attackers_try_first_is_refused(password: str) -> None:
    assert passwords.is_stolen(password)


@pytest.mark.parametrize(
    "password", ["three lamps by the harbour", "отцветает черёмуха за рекой", "xK9#qLm2$vR8@nT4"]
)
def test_others_are_taken(password: str) -> None:
    assert not passwords.is_stolen(password)


def test_a_password_is_kept_as_argon2id_and_matches_from_any_keyboard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", AS_ON_A_SITE)

    kept = passwords.hashed("Ünï code paßword \u212b")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, "U\u0308nï code paßword \u00c5")
    assert not passwords.matches(kept, "unï code paßword")
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.is_outdated(kept)
