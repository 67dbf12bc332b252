"""A column of texts of pandas, polars, Arrow or Python in, a table of what was found in them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.writers.summary import cited
from nhsa_nlp.pipeline.analyser import load_analyser
from nhsa_nlp.pipeline.records import Analyser
from nhsa_nlp.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

_LETTER = ("kind", "subject", "number", "date", "issuer")


def label_column(texts: Iterable[str | None], bundle: str | Path | Analyser | None = None) -> Any:
    """Label a column of texts; the table has a row for each, in order.

    Parameters
    ----------
    texts
        A ``Series`` of pandas or polars, an array of Arrow, or any iterable of texts. What is missing, or
        no text, has a row of nulls.
    bundle
        The folder of a model bundle, or what `nhsa_nlp.load_analyser` returned; the shipped one if not given.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table
        As the column; of pandas with its index. Columns: ``label``, ``probability``, ``review``, ``reason``,
        the probability of each facet, ``policies``, ``doc_numbers`` and ``quantities`` (lists of strings,
        each once, as people write them), ``letter_kind`` …, and ``error``, why a text could not be labelled.

    Raises
    ------
    BundleError
        For a model that cannot be loaded.
    TypeError
        For a single text, a dictionary, a table, or what `nhsa_nlp.load` returned.

    Examples
    --------
    >>> import nhsa_nlp
    >>> table = nhsa_nlp.label_column(["国家医保局将完善医保支付政策，提高居民医保报销比例。", None])
    >>> table["label"].to_pylist()
    ['医保', None]
    """
    if isinstance(texts, (str, bytes, Mapping)):
        raise TypeError(f"{type(texts).__name__} is no column of texts; give a list of them")
    if hasattr(texts, "columns") or hasattr(texts, "column_names"):
        raise TypeError(f'{type(texts).__name__} is a table; give a column of texts, such as table["text"]')
    if hasattr(bundle, "pipe_names"):
        raise TypeError("the bundle is a pipeline of spaCy; give load_analyser(), not load()")
    analyser = bundle if callable(bundle) else load_analyser(bundle)
    rows = [_row(analyser, text) for text in texts]
    table = _table(rows)
    library = type(texts).__module__.partition(".")[0]
    if library == "pandas":
        frame = table.to_pandas()
        frame.index = texts.index  # type: ignore[attr-defined]
        return frame
    if library == "polars":
        import polars

        return polars.from_arrow(table)
    return table


def _row(analyser: Analyser, text: object) -> dict[str, Any]:
    if hasattr(text, "as_py"):  # of Arrow
        text = text.as_py()
    if not isinstance(text, str):
        return {}
    try:
        return _found(analyser(text))
    except InputError as error:
        return {"error": str(error)}


def _found(record: Record) -> dict[str, Any]:
    topic: dict[str, Any] = dict(record["topic"] or {})
    return {
        **{name: topic.get(name) for name in ("label", "probability", "review", "reason")},
        "facets": topic.get("facets", {}),
        **cited(record),
        **{f"letter_{name}": value for name, value in (record["letter"] or {}).items() if name in _LETTER},
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    facets = dict.fromkeys(name for row in rows for name in row.get("facets", ()))
    texts, listed = pa.string(), pa.list_(pa.string())
    columns: dict[str, pa.DataType] = {
        "label": texts,
        "probability": pa.float64(),
        "review": pa.bool_(),
        "reason": texts,
        **dict.fromkeys(facets, pa.float64()),
        **dict.fromkeys(("policies", "doc_numbers", "quantities"), listed),
        **{f"letter_{name}": texts for name in _LETTER},
        "error": texts,
    }
    flat = [{**row.get("facets", {}), **row} for row in rows]
    return pa.table({name: pa.array([row.get(name) for row in flat], kind) for name, kind in columns.items()})
