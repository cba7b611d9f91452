"""Rows of CSV and XLSX files, in and out, with an eye on what such files can do to whoever opens them."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from core.directory.cells import Cells, Problem, shown
from core.directory.hsds import Unreadable

MAX_ROWS = 100_000
MAX_COLUMNS = 40
MAX_UNPACKED = 200 * 1024 * 1024  # of a zip; what 100,000 rows come to is a quarter of it

TRIGGER = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that Excel and LibreOffice may take for a formula, or that we made harmless."""

NUMERIC = re.compile(r"[+-][\d\s().-]*")

Line = tuple[int, list[str]]


def harmless(value: object) -> str:
    """A cell's text, with an apostrophe before what could run as a formula."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float) or not TRIGGER.match(text):
        return text
    return f"'{text}"


def plain(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and TRIGGER.match(text) else text


def is_formula(text: str) -> bool:
    return bool(text) and text[0] in "=+-@" and not NUMERIC.fullmatch(text)


def csv_lines(file: IO[bytes]) -> Iterator[Line]:
    """Numbered as the program of the person numbers them. Raises Unreadable."""
    lines = _decoded(file)
    first = next(lines, "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        yield from enumerate(csv.reader(chain([first], lines), delimiter=delimiter), 1)
    except csv.Error as e:
        raise Unreadable("not_csv") from e


def _decoded(file: IO[bytes]) -> Iterator[str]:
    """A byte that is no UTF-8 becomes a lone surrogate, which names its row when the cell is read."""
    for number, line in enumerate(file):
        text = line.decode("utf-8", "surrogateescape")
        yield text if number else text.removeprefix("\ufeff")


def xlsx_lines(file: IO[bytes]) -> Iterator[Line]:
    """The first sheet, read row by row. Raises Unreadable."""
    check_zip(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        for number, row in enumerate(book.worksheets[0].iter_rows(max_col=MAX_COLUMNS), 1):
            yield number, [_shown(cell.value, cell.data_type) for cell in row]
    except Unreadable:
        raise
    except Exception as e:  # openpyxl has no error of its own for a broken file
        raise Unreadable("not_xlsx") from e


def _shown(value: Any, data_type: str | None) -> str:
    if value is None:
        return ""
    if data_type == "f":
        return "=" + str(getattr(value, "text", value)).removeprefix("=")
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def check_zip(file: IO[bytes]) -> None:
    """Raises Unreadable for what is no zip, or would fill the memory when unpacked."""
    try:
        with zipfile.ZipFile(file) as package:
            size = sum(one.file_size for one in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as e:
        raise Unreadable("not_zip") from e
    if size > MAX_UNPACKED:
        raise Unreadable("too_large")
    file.seek(0)


def cells(header: list[str], line: list[str], row: str) -> Cells:
    """The line by the names of its columns; formulas are refused, our own apostrophes taken away."""
    problems: list[Problem] = []
    values = {}
    for field, raw in zip(header, line, strict=False):
        if is_formula(raw.strip()):
            problems.append(Problem(row, "formula", field, shown(raw)))
        else:
            values[field] = plain(raw)
    if any(one.strip() for one in line[len(header) :]):
        problems.append(Problem(row, "more_cells"))
    return Cells(values, row, problems)


def write_csv(lines: Iterable[list[Any]]) -> Iterator[bytes]:
    """With the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for line in lines:
        writer.writerow([harmless(value) for value in line])
        if buffer.tell() > 64 * 1024:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_xlsx(lines: Iterable[list[Any]], title: str, file: IO[bytes]) -> None:
    """Every text is a cell of text, so that a number keeps its plus and nothing runs."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A3"
    for line in lines:
        row = []
        for value in line:
            is_number = isinstance(value, int | float)
            cell = WriteOnlyCell(sheet, value=value if is_number else None)
            if not is_number:
                text = "" if value is None else str(value)
                cell.value = text if NUMERIC.fullmatch(text) else harmless(text)
                cell.data_type = "s"
            row.append(cell)
        sheet.append(row)
    book.save(file)
