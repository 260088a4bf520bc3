"""The store that a command was given, looked at before anything is made or read: a wrong name leaves nothing behind."""

from cases.store.database import as_store_error, store_path
from rules.errors import Message, StoreError, UsageError

HEADER = b"SQLite format 3\x00"


def named_store(given: str | None, configured: str) -> str:
    """Return the URL of the store, `given` on the command line or else the run file's.

    Raises UsageError when it names no SQLite file or a folder that does not exist, StoreError for another kind of file.
    """
    url = given or configured
    try:
        path = store_path(url)
    except StoreError as error:
        raise UsageError(error.what, error.why, error.remedy) from error
    if not path.parent.is_dir():
        raise UsageError(
            Message("the folder {parent} of the case store is missing", parent=path.parent),
            Message("a store in a wrong place would start without last night's cases"),
            Message("make the folder, or mend store: in rules.yaml"),
        )
    if path.is_dir():
        raise as_store_error("unable to open database file", path)
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as stream:
            if stream.read(len(HEADER)) != HEADER:
                raise as_store_error("file is not a database", path)
    return url
