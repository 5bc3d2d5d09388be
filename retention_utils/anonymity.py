"""Customers hidden behind a key that is kept beside the client's data."""

import hmac
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from retention_utils.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "HIDDEN",
    "KEY_FILE",
    "KEY_VARIABLE",
    "SHOWN",
    "ensure_key",
    "hidden_id",
    "read_key",
    "without_ids",
]

HIDDEN = "hidden"
SHOWN = 12  # hexadecimal digits: two of ten million customers share one with a chance of about 1 in 6

KEY_FILE = "anonymise.key"
KEY_VARIABLE = "RETENTION_ANONYMISE_KEY"
SHORTEST = 16  # characters


def read_key(folder: Path) -> bytes:
    """Return the key of a client: that of the environment, or else of the file in the client's folder.

    Raises
    ------
    ConfigError
        If there is none, or it is too short to keep a secret.
    """
    file = folder / KEY_FILE
    key = os.environ.get(KEY_VARIABLE) or (file.read_text(encoding="utf-8").strip() if file.is_file() else "")
    if len(key) < SHORTEST:
        found = f"one of {len(key)} characters" if key else "none"
        msg = (
            f"{folder.name}: to hide customers takes a key of {SHORTEST} characters or more; found {found}. "
            f"Run retention run {folder.name} --anonymise, which makes one in data/{folder.name}/{KEY_FILE}, "
            f"or name one in {KEY_VARIABLE}."
        )
        raise ConfigError(msg)
    return key.encode()


def ensure_key(folder: Path) -> bytes:
    """Return the key of a client, made by chance the first time; only its owner can read the file."""
    file = folder / KEY_FILE
    if not os.environ.get(KEY_VARIABLE) and not file.exists():
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
    return read_key(folder)


def hidden_id(text: str, key: bytes) -> str:
    """Return the first twelve hexadecimal digits of the HMAC-SHA-256 of one id: nothing without the key."""
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:SHOWN]


def without_ids(table: "pd.DataFrame", key: bytes, *, keeps_words: bool = False) -> "pd.DataFrame":
    """Return a table of the mart with every customer's id hidden behind a key.

    Parameters
    ----------
    table : DataFrame
        Any table. Ids stand in columns ``customer_id``; a column ``found`` holds cells of the order log that
        could not be read, a column ``comment`` what customers wrote: either may hold anything.
    key : bytes
        The client's own: the same id is hidden alike in every table, chapter and period.
    keeps_words : bool
        Leave the comments: for who counts what is in them and shows none.
    """
    if "customer_id" in table:
        hidden = table["customer_id"].map(lambda text: hidden_id(str(text), key), na_action="ignore")
        table = table.assign(customer_id=hidden)
    hidden = ("found",) if keeps_words else ("found", "comment")
    return table.assign(**{name: HIDDEN for name in hidden if name in table})
