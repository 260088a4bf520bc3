"""The address of a case store, as far as it can be judged without a database: an SQLite file or PostgreSQL."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

POSTGRESQL: Final = ("postgresql", "postgres")


def is_postgresql(url: str) -> bool:
    """Say whether `url` is one that PostgreSQL's own library reads."""
    return url.partition("://")[0] in POSTGRESQL and "://" in url


def holds_password(url: str) -> bool:
    """Say whether `url` names a password, in either of the two places where it can; or cannot be read at all."""
    try:
        parsed = urlsplit(url)
        return parsed.password is not None or "password" in parse_qs(parsed.query, keep_blank_values=True)
    except ValueError:
        return True
