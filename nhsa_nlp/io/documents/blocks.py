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
