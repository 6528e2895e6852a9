"""The second step: codes of an app (TOTP, RFC 6238), and recovery codes on paper."""

import hashlib
import secrets
import unicodedata
from datetime import datetime

import pyotp
from sqlalchemy import delete, update

from campaign.accounts.models import Account, RecoveryCode
from campaign.accounts.rules import RECOVERY_CODES, WrongCode
from campaign.lib.db import db
from campaign.lib.vault import vault

_STEP_SECONDS = 30
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> str:
    """What the app is told, in base 32 (160 bits)."""
    return pyotp.random_base32()


def address(secret: str, *, account: str, site: str) -> str:
    """The otpauth address that the app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def code_of(secret: str, now: datetime) -> str:
    """What the app shows at that moment."""
    return pyotp.TOTP(secret).at(now)


def set_up(account: Account, *, secret: str, code: str, now: datetime) -> list[str]:
    """Ask for codes from now on; the first shows that the app has the secret.

    Returns the recovery codes: they are shown this once. Raises WrongCode.
    """
    account.second_step = vault().seal({"secret": secret})
    account.code_used = 0
    db.session.flush()
    use(account, code, now=now)
    return new_recovery_codes(account)


def take_off(account: Account) -> None:
    """Ask for no codes any more."""
    account.second_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.flush()


def new_recovery_codes(account: Account) -> list[str]:
    """Fresh codes on paper; the old ones are good for nothing."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["-".join(_letters() for _ in range(3)) for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(account_id=account.id, digest=_digest(code)) for code in codes)
    db.session.flush()
    return codes


def use(account: Account, code: str, *, now: datetime) -> None:
    """Take the code, of the app or from the paper; none is good twice. Raises WrongCode.

    Its digits may be those of any script: Arabic keyboards type ١٢٣.
    """
    typed = "".join(str(unicodedata.decimal(sign, sign)) for sign in code.lower() if sign != " ")
    if not (_use_app(account, typed, now) or _use_paper(account, typed)):
        raise WrongCode


def secret_of(account: Account) -> str | None:
    """The secret its app has; None without the second step."""
    return str(vault().open(account.second_step)["secret"]) if account.second_step else None


def _use_app(account: Account, code: str, now: datetime) -> bool:
    """Codes of this half minute and the ones beside it, for clocks that are a little off."""
    secret = secret_of(account)
    if secret is None:
        return False
    step = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    right = [
        near
        for near in (step - 1, step, step + 1)
        # As bytes: of text with other signs than ASCII, it takes none.
        if secrets.compare_digest(totp.at(near * _STEP_SECONDS).encode(), code.encode())
    ]
    if not right:
        return False
    used = db.session.execute(
        update(Account)
        .where(Account.id == account.id, Account.code_used < right[0])
        .values(code_used=right[0])
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return used is not None


def _use_paper(account: Account, code: str) -> bool:
    used = db.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.digest == _digest(code))
        .returning(RecoveryCode.account_id)
    ).one_or_none()
    return used is not None


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
