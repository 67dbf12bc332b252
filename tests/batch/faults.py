"""A pipeline in which a document can do to its process what hostile documents do: for the tests of runs."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

SLEEP, SEGFAULT, RAISE, MEMORY = "请睡觉", "请崩溃", "请报错", "请占用内存"
ONCE = "退出一次"
STUCK = "请卡住"  # in native code, and nothing else goes on
ABORT = "请中止"
BACKTRACE = "请回溯"
NAP = "请小睡"  # a second


def misbehave(doc: Doc) -> Doc:
    """Do what the text says."""
    if SLEEP in doc.text:
        time.sleep(60)
    if NAP in doc.text:
        time.sleep(1)
    if SEGFAULT in doc.text:
        ctypes.string_at(0)
    if BACKTRACE in doc.text:
        raise ValueError("RUST_BACKTRACE=" + os.environ["RUST_BACKTRACE"])
    if ABORT in doc.text:
        os.abort()
    if STUCK in doc.text:
        Path(doc.text.split()[-1]).write_text(str(os.getpid()))
        ctypes.PyDLL(None).sleep(60)
    if RAISE in doc.text:
        raise ValueError("two\nlines")
    if MEMORY in doc.text:
        bytearray(2_000_000_000)
    if ONCE in doc.text and count(doc.text.split()[-1]) == 1:
        os._exit(7)
    return doc


def count(marker: str) -> int:
    """Return how often this was called, by any process."""
    with open(marker, "a+b") as file:  # noqa: PTH123
        file.write(b".")
        return file.tell()


def load(bundle: str | None) -> Language:
    """Return a quick pipeline without a model that obeys the text."""
    import spacy
    from spacy.language import Language

    if not Language.has_factory("misbehave"):
        Language.component("misbehave", func=misbehave)
    nlp = spacy.blank("zh")
    nlp.add_pipe("misbehave")
    return nlp


def exhaust(bundle: str | None) -> Language:
    """Ask for more memory than any machine has."""
    raise AssertionError(len(bytearray(1 << 60)))


def refuse(bundle: str | None) -> Language:
    """Die as a model too large for the machine does; count it in the file given as the bundle."""
    if bundle is not None:
        count(bundle)
    os._exit(9)
