"""LibreOffice as a person uses it: opens a workbook, types, sorts, saves, closes.

Run by the Python that has `uno`, with the port LibreOffice listens on; each line of its input is
one thing to do, as JSON, and each line of its output what came of it.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uno

READY_SECONDS = 60


class Session:
    """One open document."""

    def __init__(self, port: str) -> None:
        context = uno.getComponentContext()
        resolver = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", context
        )
        office = f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
        remote = _once_it_listens(lambda: resolver.resolve(office))
        self.desktop = remote.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", remote
        )
        self.document: Any = None

    def open(self, path: str) -> None:
        """Open a workbook as a window would, only unseen."""
        hidden = _property("Hidden", True)
        self.document = self.desktop.loadComponentFromURL(
            Path(path).as_uri(), "_blank", 0, (hidden,)
        )

    def cells(self, sheet: str) -> list[list[Any]]:
        """Give what a sheet shows, row by row."""
        return [list(row) for row in self._used(sheet).getDataArray()]

    def type(self, sheet: str, row: int, column: int, value: str) -> None:
        """Type a text into a cell, counted from 0."""
        self._sheet(sheet).getCellByPosition(column, row).setString(value)

    def fill_names(self, values: dict[str, str | float]) -> None:
        """Type texts and numbers into cells by their defined names."""
        for name, value in values.items():
            area = self.document.NamedRanges.getByName(name).getReferredCells()
            cell = area.getCellByPosition(0, 0)
            if isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)

    def fill_rows(self, values: dict[str, list[str]]) -> None:
        """Write into a document's tables: the cells after the one that holds a code."""
        for table in self._tables():
            names = set(table.getCellNames())
            for number in range(1, table.Rows.Count + 1):
                texts = values.get(_last_line(table, f"A{number}", names), [])
                letters = "BCDEFGHIJKLMNOP" if len(texts) > 1 else "C"
                for letter, text in zip(letters, texts, strict=False):
                    table.getCellByName(f"{letter}{number}").setString(text)

    def _tables(self) -> list[Any]:
        tables = self.document.TextTables
        return [tables.getByIndex(n) for n in range(tables.Count)]

    def insert(self, sheet: str, row: int) -> None:
        """Put an empty row before another."""
        self._sheet(sheet).Rows.insertByIndex(row, 1)

    def sort(self, sheet: str, header: int, column: int) -> None:
        """Sort the rows under a header by a column, the last first."""
        used = self._used(sheet).RangeAddress
        rows = self._sheet(sheet).getCellRangeByPosition(0, header + 1, used.EndColumn, used.EndRow)
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = column, False
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        how = (_property("SortFields", fields), _property("ContainsHeader", False))
        uno.invoke(rows, "sort", (how,))

    def save(self) -> None:
        """Save it in its own format."""
        self.document.store()

    def close(self) -> None:
        """Close the window."""
        self.document.close(True)

    def quit(self) -> None:
        """End LibreOffice."""
        self.desktop.terminate()

    def _sheet(self, name: str) -> Any:
        return self.document.Sheets.getByName(name)

    def _used(self, name: str) -> Any:
        cursor = self._sheet(name).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return self._sheet(name).getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)


def _once_it_listens(resolve: Callable[[], Any]) -> Any:
    """Reach LibreOffice, which takes some seconds to start."""
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            return resolve()
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _last_line(table: Any, name: str, names: set[str]) -> str:
    """Give the last line of a cell, which is its code."""
    text = table.getCellByName(name).getString() if name in names else ""
    return text.split()[-1] if text.split() else ""


def _property(name: str, value: Any) -> Any:
    said = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    said.Name, said.Value = name, value
    return said


def main() -> None:
    """Do what is asked until the input ends."""
    session = Session(sys.argv[1])
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        do: Callable[..., Any] = getattr(session, what)
        sys.stdout.write(json.dumps(do(*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
