"""Tables as CSV that a spreadsheet can open without running anything in it. Pure."""

import csv
import io

from audit_app.reports.dossier import Cell, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([_safe(heading) for heading in table.headings])
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode()


def _safe(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case _:
            return repr(cell)
