"""Read a YAML file into nodes that know their place; refuse what has no business in a rule file.

Only text, lists and mappings come out: no object is ever made from a tag. Anchors and aliases, explicit tags,
several documents, deep nesting and very large files are faults, so that no small file can become a large tree.
Every scalar stays the text that the file holds (`on`, `1.10`, `2025-03-20`): its reader decides its type.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from rules.errors import Fault, Location
from rules.fault_list import FaultList

LARGEST_FILE = 1024 * 1024
"""Bytes. The largest rule file of a whole province is a hundred times smaller."""

DEEPEST = 24
"""Lists and mappings within each other."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})

_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_OPENED = ("while parsing a flow sequence", "while parsing a flow mapping")
_OPEN_QUOTE = "a quoted text does not end on its line"
_CLOSE_QUOTE = "close the quote; write long text with '>-' on lines of its own"


@dataclass(frozen=True)
class Scalar:
    """Text. `plain`: written without quotes; `begins`: where its first character stands (after a quote or a `|`)."""

    text: str
    plain: bool
    location: Location
    begins: Location
    last_line: int

    @property
    def is_null(self) -> bool:
        """Whether the file says nothing here."""
        return self.plain and self.text in NULLS


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    location: Location
    last_line: int


@dataclass(frozen=True)
class Entries:
    """A mapping; keys are distinct."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    location: Location
    last_line: int


Node = Scalar | Items | Entries


class _RefusedError(Exception):
    """The tree cannot be built further; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.what)


def shown_path(path: Path) -> str:
    """A path as a person sees it: relative where it lies below the working directory, else as given."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_text(path: Path, shown: str, faults: FaultList) -> str | None:
    """The text of a file; None with a fault where it cannot be read as UTF-8 text of a sensible size."""
    whole = Location(shown)
    why = "nothing that this file says can be used"
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except FileNotFoundError:
        faults.add(whole, "file-missing", "the file does not exist", why, "check the path, or write the file")
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.add(whole, "file-unreadable", f"the file cannot be read: {reason}", why, "check the path and its rights")
        return None
    if data is None:
        what = f"the file is larger than {LARGEST_FILE // 1024 // 1024} MiB"
        faults.add(
            whole, "file-too-large", what, "a rule file is text for people", "split it, or take out what is not YAML"
        )
        return None
    return _decoded(data, shown, faults)


def _decoded(data: bytes, shown: str, faults: FaultList) -> str | None:
    why = "a letter read wrongly changes names and texts"
    save = "save the file as UTF-8 without byte order mark"
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        faults.add(Location(shown, 1, 1), "file-encoding", "the file begins with a byte order mark", why, save)
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        faults.add(_place_of(before, shown), "file-encoding", what, why, save)
        return None
    bad = _UNREADABLE.search(text)
    if bad is not None:
        what = f"the file holds the control character U+{ord(bad.group()):04X}"
        why = "it cannot be seen, and hides or changes what is read"
        faults.add(_place_of(text[: bad.start()], shown), "file-characters", what, why, "take the character out")
        return None
    return text


def _place_of(before: str, shown: str) -> Location:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Location(shown, len(lines), len(lines[-1]) + 1)


def read_tree(text: str, shown: str, faults: FaultList) -> Node | None:
    """The tree of a YAML text; None where there is none. Syntax faults and doubled keys are noted."""
    node, found = _tree(text, shown)
    faults.extend(found)
    return node


@lru_cache(maxsize=256)
def _tree(text: str, shown: str) -> tuple[Node | None, tuple[Fault, ...]]:
    builder = _Builder(text, shown)
    try:
        return builder.document(), tuple(builder.faults)
    except _RefusedError as refused:
        return None, (*builder.faults, refused.fault)
    except yaml.MarkedYAMLError as error:
        return None, (*builder.faults, _syntax_fault(error, text, shown))


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, shown: str) -> Fault:
    seen = error.problem_mark
    line, column = (seen.line, seen.column) if seen is not None else (0, 0)
    lines = text.splitlines()
    why = "nothing after this place can be read"
    if line < len(lines) and lines[line][column : column + 1] == "\t":
        what = "a tab stands where YAML allows blanks only"
        return Fault(Location(shown, line + 1, column + 1), "yaml-tab", what, why, "indent with blanks")
    opened = error.context_mark
    if opened is not None and (error.context or "").startswith("while scanning a quoted scalar"):
        place = Location(shown, opened.line + 1, opened.column + 1)
        return Fault(place, "yaml-quote", _OPEN_QUOTE, why, _CLOSE_QUOTE)
    what = f"this is not YAML: {error.problem or 'cannot be read'}"
    if opened is not None and (error.context or "").startswith(_OPENED):
        if opened.line != line:
            what += f" at line {line + 1}, column {column + 1}; what opens here is not closed"
        line, column = opened.line, opened.column
    remedy = "close brackets and quotes, line up the indentation, quote text that holds ': ' or ' #'"
    return Fault(Location(shown, line + 1, column + 1), "yaml-syntax", what, why, remedy)


class _Builder:
    """Builds nodes from PyYAML's parser events."""

    def __init__(self, text: str, shown: str) -> None:
        self.faults: list[Fault] = []
        self._text = text
        self._shown = shown

    def document(self) -> Node | None:
        """The one document of the text."""
        events = yaml.parse(self._text, Loader=yaml.CSafeLoader)
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    what = "a second document begins here"
                    raise self._refused(event, "yaml-documents", what, "put each document into a file of its own")
                root = self._node(next(events), events, 0)
        if root is None or (isinstance(root, Scalar) and root.is_null):
            why = "a file that says nothing is more often lost than meant"
            whole = Location(self._shown)
            self.faults.append(Fault(whole, "file-empty", "the file is empty", why, "write it, or take it away"))
            return None
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self._check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, events, depth)
        return self._entries(event, events, depth)

    def _check(self, event: yaml.Event, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            what = f"an anchor or alias ('{getattr(event, 'anchor', '')}') is used"
            raise self._refused(event, "yaml-anchor", what, "write the value out in each place")
        if getattr(event, "tag", None) is not None:
            what = f"a tag ('{getattr(event, 'tag', '')}') is used"
            raise self._refused(event, "yaml-tag", what, "take the tag out: types follow from the key")
        if depth > DEEPEST:
            what = f"lists and mappings are nested deeper than {DEEPEST}"
            raise self._refused(event, "yaml-depth", what, "no rule file needs that: write it flat")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start = self._location(event)
        begins = start
        if event.style in ("'", '"'):
            begins = Location(start.path, start.line, start.column + 1)
        elif event.style in ("|", ">"):
            begins = self._block_begin(start)
        line, column = _mark(event.end_mark)
        last = line if column > 1 else max(line - 1, start.line)
        if event.style in ("'", '"') and line != start.line:
            raise self._refused(event, "yaml-quote", _OPEN_QUOTE, _CLOSE_QUOTE)
        return Scalar(event.value, not event.style, start, begins, last)

    def _block_begin(self, start: Location) -> Location:
        for number, line in enumerate(self._text.splitlines()[start.line :], start.line + 1):
            if line.strip():
                return Location(start.path, number, len(line) - len(line.lstrip()) + 1)
        return start

    def _items(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Items:
        items: list[Node] = []
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                return Items(tuple(items), self._location(event), _last_line(event, inner, items))
            items.append(self._node(inner, events, depth + 1))
        raise AssertionError("the parser ends every list")  # pragma: no cover

    def _entries(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Entries:
        entries: dict[str, tuple[Scalar, Node]] = {}
        values: list[Node] = []
        for inner in events:
            if isinstance(inner, yaml.MappingEndEvent):
                return Entries(tuple(entries.values()), self._location(event), _last_line(event, inner, values))
            key = self._node(inner, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            values.append(value)
            if not isinstance(key, Scalar):
                raise self._refused(inner, "yaml-key", "a list or mapping is used as a key", "use a word as the key")
            if key.text in entries:
                self.faults.append(self._doubled(key, entries[key.text][0]))
            else:
                entries[key.text] = (key, value)
        raise AssertionError("the parser ends every mapping")  # pragma: no cover

    def _doubled(self, key: Scalar, first: Scalar) -> Fault:
        what = f"the key '{key.text}' stands here a second time; first at line {first.location.line}"
        why = "YAML would keep one of the two and drop the other in silence"
        return Fault(key.location, "duplicate-key", what, why, "take one of the two out")

    def _refused(self, event: yaml.Event, code: str, what: str, remedy: str) -> _RefusedError:
        why = "such YAML can hide values or grow without bound, so it is not read"
        return _RefusedError(Fault(self._location(event), code, what, why, remedy))

    def _location(self, event: yaml.Event) -> Location:
        line, column = _mark(event.start_mark)
        return Location(self._shown, line, column)


def _mark(mark: object) -> tuple[int, int]:
    """Line and column, counted from 1; the parser marks every event that it makes from text."""
    return int(getattr(mark, "line", 0)) + 1, int(getattr(mark, "column", 0)) + 1


def _last_line(start: yaml.Event, end: yaml.Event, inner: list[Node]) -> int:
    if getattr(start, "flow_style", False):
        return _mark(end.end_mark)[0]
    return max((node.last_line for node in inner), default=_mark(start.start_mark)[0])
