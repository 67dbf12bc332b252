"""The indicator of a figure: its own phrase, and what it inherits from the words before."""
