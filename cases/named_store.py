"""The store that a command was given, looked at before anything is made or read: a wrong name leaves nothing behind."""

from cases.store.place import place_of
from rules.errors import StoreError, UsageError


def named_store(given: str | None, configured: str) -> str:
    """Return the URL of the store, `given` on the command line or else the run file's.

    Raises UsageError when it names no store, or a folder that does not exist; StoreError for another kind of file.
    """
    url = given or configured
    try:
        place = place_of(url)
    except StoreError as error:
        raise UsageError(error.what, error.why, error.remedy) from error
    place.look()
    return url
