"""The lines of a Word document while they are put together."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    """Where lines go: the body, a cell, a text box, a note."""

    lines: list[str] = field(default_factory=list)
    unfinished: list[str] = field(
        default_factory=list
    )  # paragraphs whose end was deleted: the next continues

    def add(self, line: str) -> None:
        """Add a paragraph, or the row of a table."""
        self.lines.append("".join([*self.unfinished, line]))
        self.unfinished.clear()

    def close(self) -> list[str]:
        """Return the lines that are not empty."""
        if self.unfinished:
            self.add("")
        return [line for line in self.lines if line.strip()]


@dataclass(slots=True)
class _Row:
    """A row of a table while it is being read."""

    cells: list[str] = field(default_factory=list)
    cell: Block = field(default_factory=Block)


class Flow:
    """The lines of a text in which only marks tell where cells and rows end."""

    def __init__(self) -> None:
        self._body = Block()
        self._rows: list[_Row] = []  # the open ones, of tables within one another

    def enter(self, depth: int) -> None:
        """Go to so many tables deep: close what is deeper, open what is missing."""
        while len(self._rows) > depth:
            row = self._rows[-1]
            rest = "\n".join(row.cell.close())
            if rest:
                row.cells.append(rest)
            self.end_row()
        while len(self._rows) < depth:
            self._rows.append(_Row())

    @property
    def block(self) -> Block:
        """Where paragraphs go: the innermost open cell, or the body."""
        return self._rows[-1].cell if self._rows else self._body

    def end_cell(self) -> None:
        """End the innermost open cell."""
        row = self._rows[-1]
        row.cells.append("\n".join(row.cell.close()))
        row.cell = Block()

    def end_row(self, *, deleted: bool = False) -> None:
        """End the innermost open row."""
        row = self._rows.pop()
        if not deleted and any(row.cells):
            self.block.add("\t".join(row.cells))

    def lines(self) -> list[str]:
        """Return the lines, empty ones included."""
        self.enter(0)
        if self._body.unfinished:
            self._body.add("")
        return self._body.lines
