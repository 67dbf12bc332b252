"""The exit statuses of the command line."""

from __future__ import annotations

SOME_UNREAD = 1  # some documents could not be read; the rest is done
WRONG_USAGE = 2  # nothing, or not all, could be done: wrong options, paths, bundle or data
INTERNAL_ERROR = 70  # a fault of the program itself (EX_SOFTWARE of sysexits.h)
INTERRUPTED = 130  # Ctrl-C: 128 + SIGINT, as shells report it
BROKEN_PIPE = 141  # the reader of the output went away: 128 + SIGPIPE
