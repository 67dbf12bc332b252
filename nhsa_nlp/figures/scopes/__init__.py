"""The place, group or institution that a figure is limited to."""
