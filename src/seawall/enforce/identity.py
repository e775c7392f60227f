"""Who an account is: a keyed digest of a key and the end user that the request names.

Without the secret nobody can tell which end user an account is, nor that two keys have the same one. Whoever has the
secret and a list of end users can: keep it with the keystore. A new secret makes every account a stranger.
"""

import hmac

from seawall.enforce.errors import AccountSecretTooShort
from seawall.vocabulary.ids import AccountId, KeyId, base32hex

_DOMAIN = b"seawall/account/v1\x00"
_DIGITS = 26
_WHOLE = ":all"


def account_id(secret: bytes, key: KeyId, end_user: str | None) -> AccountId:
    """Return the account of an end user behind a key, or the key itself when no end user is named.

    Raises AccountSecretTooShort.
    """
    if len(secret) < 32:
        raise AccountSecretTooShort(len(secret))
    if not end_user:
        return AccountId(key)
    of_key = key.encode()
    # JSON can carry half a surrogate pair: such a name is still somebody's name.
    of_user = end_user.encode("utf-8", "surrogatepass")
    digest = hmac.digest(secret, _DOMAIN + len(of_key).to_bytes(4, "big") + of_key + of_user, "sha256")
    return AccountId(f"ac_{base32hex(int.from_bytes(digest) >> 256 - 5 * _DIGITS, _DIGITS)}")


def whole_key(key: KeyId) -> AccountId:
    """Return the account that stands for everything that comes with a key, whoever it is for."""
    return AccountId(f"{key}{_WHOLE}")
