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
