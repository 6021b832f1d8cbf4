"""Which rows of a file are one person's, by the name they gave or by the visit."""

from collections.abc import Collection, Iterable, Mapping

from showcase.feedback.csv_injection import unguard
from showcase.feedback.pieces import OURS, Layout, fragments
from showcase.feedback.record import COLUMNS

ID, SUPERSEDES = map(COLUMNS.index, ("id", "supersedes"))
# No quote that was left open reaches beyond this line, and it is no row itself.
AFRESH = b'"-"-\r\n'


def replaced_by(rows: Iterable[str], supersedes: Mapping[str, str]) -> set[str]:
    """Return the ids of all that these rows replaced, at once or in several steps.

    Without the rows they would count again, as nobody said they should.
    """
    found: set[str] = set()
    for row in rows:
        older = supersedes.get(row)
        while older and older not in found:
            found.add(older)
            older = supersedes.get(older)
    return found


class Person:
    """Somebody to be forgotten: by the exact name, by the session, or by either.

    `replaced` are ids of rows that theirs replaced, which go with them; `removed` counts the rows
    that were left out.
    """

    def __init__(self, annotator: str, session: str) -> None:
        if not (annotator or session):
            raise ValueError("nobody to forget: give a name or a session")
        given = {"annotator": annotator, "session": session}
        self._wanted = {name: value for name, value in given.items() if value}
        self.replaced: Collection[str] = ()
        self.removed = 0

    def note_replaced(self, rows: Iterable[list[str]]) -> None:
        """Look through the rows of a log for those that this person's rows replaced."""
        theirs, supersedes = [], {}
        for row in rows:
            if row[SUPERSEDES]:
                supersedes[row[ID]] = row[SUPERSEDES]
                if self._is_in(row, OURS):
                    theirs.append(row[ID])
        self.replaced = replaced_by(theirs, supersedes)

    def could_be_in(self, layout: Layout) -> bool:
        """Tell whether the file has a column that could name this person."""
        return any(name in layout.columns for name in self._wanted)

    def left_of(self, raw: bytes, cells: list[str], layout: Layout) -> bytes:
        """Return what stays of a piece of a file: nothing of this person's row."""
        is_whole = raw.endswith(b"\n")
        if len(cells) == len(layout.columns) and (is_whole or layout != OURS):
            return self._unless(self._is_in(cells, layout), raw)
        if not is_whole:
            return b"".join(self.left_of_half(part, layout) for part in fragments(raw))
        parts = ((part, self._is_somewhere_in(part, layout)) for part in fragments(raw))
        left = b"".join(self._unless(is_theirs, part) for part, is_theirs in parts)
        return left + AFRESH if left and left != raw else left

    def left_of_half(self, fragment: bytes, layout: Layout = OURS) -> bytes:
        """Return what stays of a half row: nothing unless it says that it is somebody else's."""
        if self._is_somewhere_in(fragment, layout):
            return self._unless(True, fragment)
        rows = layout.loose_rows(fragment)
        told = max(map(layout.columns.index, self._wanted.keys() & {*layout.columns}))
        # a cell behind it has begun, so that it is whole
        return fragment if len(rows) == 1 and len(rows[0]) > told + 1 else b""

    def _unless(self, is_theirs: bool, raw: bytes) -> bytes:
        self.removed += is_theirs
        return b"" if is_theirs else raw

    def _is_in(self, cells: list[str], layout: Layout) -> bool:
        return (layout == OURS and cells[ID] in self.replaced) or any(
            unguard(cells[layout.columns.index(name)]).strip() == value
            for name, value in self._wanted.items()
            if name in layout.columns
        )

    def _is_somewhere_in(self, raw: bytes, layout: Layout) -> bool:
        wanted = set(self._wanted.values())
        rows = layout.loose_rows(raw)
        return any(unguard(cell).strip() in wanted for row in rows for cell in row)
