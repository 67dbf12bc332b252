"""A callable that labels a table batch by batch: for ``map_batches`` of Ray Data, ``map`` of datasets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nhsa_nlp.batch.failures import refusal

if TYPE_CHECKING:
    from nhsa_nlp.pipeline.records import Analyser

Batch = TypeVar("Batch")

_COLUMNS = ("nhsa_label", "nhsa_probability", "nhsa_review", "nhsa_record", "nhsa_failure")


class Labeller:
    """Label a batch: the same batch, with columns added.

    ``nhsa_label``, ``nhsa_probability`` and ``nhsa_review`` describe the topic, ``nhsa_record`` is the
    whole record as JSON. ``nhsa_failure`` says in one line why a row has no record, and is null otherwise;
    a bad row never raises. An instance can be pickled; each process loads the model at its first call.

    Parameters
    ----------
    bundle
        The model bundle; ``None`` for the shipped one.
    text_column
        The column with the texts.
    id_column
        The column with the ids of the records; ``None`` numbers the rows of each batch from 1.

    Examples
    --------
    >>> batch = Labeller()({"text": ["安排医疗救助资金316.26亿元。", None]})
    >>> batch["nhsa_failure"]
    [None, 'has no text']
    """

    def __init__(
        self, bundle: str | Path | None = None, text_column: str = "text", id_column: str | None = None
    ):
        self.bundle = bundle
        self.text_column = text_column
        self.id_column = id_column
        self._analyser: Analyser | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return all but the loaded model."""
        return {**self.__dict__, "_analyser": None}

    def __call__(self, batch: Batch) -> Batch:
        """Label a batch.

        Parameters
        ----------
        batch
            A pandas ``DataFrame``, a pyarrow ``Table``, or a mapping of columns (lists or NumPy arrays).

        Returns
        -------
        Batch
            One of the same type.

        Raises
        ------
        KeyError
            If it lacks a column.
        TypeError
            If it is not a batch but, for example, a single row.
        BundleError
            If the model cannot be loaded.
        """
        table: Any = batch
        kind = type(batch).__module__.partition(".")[0]
        if not isinstance(batch, Mapping) and kind not in ("pandas", "pyarrow"):
            raise TypeError(f"a batch is a DataFrame, a Table or a mapping of columns, not {type(batch)}")
        texts = table[self.text_column]
        if isinstance(texts, str):
            raise TypeError(f"{self.text_column} is one text, not a column; map with batched=True")
        new = self._label(_values(texts), None if self.id_column is None else _values(table[self.id_column]))
        result: Batch
        if kind == "pyarrow":
            result = _extend_arrow(table, new)
        elif kind == "pandas":
            result = table.assign(**new)
        elif isinstance(texts, list):
            result = {**table, **new}  # type: ignore[assignment]
        else:
            result = {**table, **{name: _object_array(column) for name, column in new.items()}}  # type: ignore[assignment]
        return result

    def _label(self, texts: Sequence[Any], ids: Sequence[Any] | None) -> dict[str, list[Any]]:
        names = range(1, len(texts) + 1) if ids is None else ids
        rows = [self._row(str(name), text) for name, text in zip(names, texts, strict=True)]
        return {name: [row[at] for row in rows] for at, name in enumerate(_COLUMNS)}

    def _row(self, id_: str, text: Any) -> tuple[Any, ...]:
        from nhsa_nlp.batch.given import check_given_text, valid_unicode
        from nhsa_nlp.errors import InputError
        from nhsa_nlp.io import Document, Unreadable
        from nhsa_nlp.pipeline.records import label_document

        if self._analyser is None:
            import nhsa_nlp

            self._analyser = nhsa_nlp.load_analyser(self.bundle)
        id_ = valid_unicode(id_)
        try:
            record = label_document(self._analyser, Document(id_, "", check_given_text(text)))
        except InputError as error:
            return None, None, None, None, refusal(Unreadable(id_, "", error)).reason
        except Exception as error:  # noqa: BLE001 - one row must not end the job
            return None, None, None, None, " ".join(f"{type(error).__name__}: {error}".split())[:500]
        topic: Mapping[str, Any] = record["topic"] or {}
        shown = (topic.get(name) for name in ("label", "probability", "review"))
        return (*shown, json.dumps(record, ensure_ascii=False), None)


def _values(column: Any) -> list[Any]:
    return list(column.to_pylist() if hasattr(column, "to_pylist") else column)


def _object_array(column: list[Any]) -> Any:
    import numpy as np

    array = np.empty(len(column), dtype=object)
    array[:] = column
    return array


def _extend_arrow(table: Any, columns: dict[str, list[Any]]) -> Any:
    import pyarrow as pa

    kinds = (pa.string(), pa.float64(), pa.bool_(), pa.string(), pa.string())
    for (name, column), kind in zip(columns.items(), kinds, strict=True):
        table = table.append_column(name, pa.array(column, kind))
    return table
