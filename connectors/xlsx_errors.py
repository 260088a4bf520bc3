"""Cells of an XLSX sheet that hold a formula error (#N/A, #DIV/0!): the workbook reader shows them as empty.

Empty would mean "not registered" in some columns, so an error must stay an error.
"""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PIECE = 1 << 20


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Return (row, column), both from 1, of each error cell to its text. Raises ValueError for a damaged workbook."""
    try:
        with zipfile.ZipFile(path) as book:
            part = _part(book, sheet)
            return _errors(book, part) if part and _has_errors(book, part) else {}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError) as error:
        raise ValueError(str(error)) from None


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the sheet's part inside the workbook; None for another kind of workbook (xlsb, ods)."""
    if "xl/workbook.xml" not in book.namelist():
        return None
    relations = {
        one.get("Id"): one.get("Target", "") for one in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        if one.get("name") == sheet:
            target = relations.get(one.get(RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _has_errors(book: zipfile.ZipFile, part: str) -> bool:
    """Look for the mark of an error cell without parsing: most workbooks have none."""
    last = b""
    with book.open(part) as file:
        while piece := file.read(PIECE):
            if re.search(rb"""\st=["']e["']""", last + piece):
                return True
            last = piece[-8:]
    return False


def _errors(book: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    with book.open(part) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag == f"{MAIN}c" and element.get("t") == "e":
                found[_place(element.get("r", "A1"))] = element.findtext(f"{MAIN}v", "#ERROR")
            if element.tag == f"{MAIN}row":
                element.clear()
    return found


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter.upper()) - ord("A") + 1
    return int(reference[len(letters) :]), column
