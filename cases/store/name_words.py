"""A name cut into the words that it is sorted and found by, the same on every kind of store.

It is done here and kept beside the name, so that no database's own idea of a word comes in: SQLite's tokenizer and
PostgreSQL's parser would cut `PT.Timah`, full-width letters and accents each in its own way.
"""

import re
import unicodedata
from typing import Final

WORD_LIMIT: Final = 40
"""Signs of a word that count; what follows in the same word is not searched."""
TEXT_LIMIT: Final = 400
"""Signs of all words together: an index of PostgreSQL takes no longer text. Later words of a name are not searched."""
_PARTS: Final = re.compile(r"[^\W_]+")


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text: letters and digits without accents, width or case; everything else parts them."""
    if not text.isascii():
        bare = unicodedata.normalize("NFKD", text.casefold())
        text = unicodedata.normalize("NFKD", "".join(one for one in bare if not unicodedata.combining(one)))
    return tuple(word[:WORD_LIMIT] for word in _PARTS.findall(text.casefold()))


def kept_words(name: str | None) -> str | None:
    """Return the words of a name as a store keeps them, a blank before each; None: there is no name."""
    if name is None:
        return None
    kept = "".join(f" {word}" for word in words_in(name[: 25 * TEXT_LIMIT]))
    if len(kept) <= TEXT_LIMIT:
        return kept
    whole = kept[: TEXT_LIMIT + 1].rpartition(" ")[0]
    return whole or kept[:TEXT_LIMIT]
