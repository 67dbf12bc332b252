"""nhsa-nlp: topic labels, policy titles, document numbers and quantities of health-insurance documents.

>>> import nhsa_nlp
>>> nlp = nhsa_nlp.load()
>>> doc = nlp("国家医保局印发《关于做好医保工作的通知》（医保发〔2021〕5号），安排资金316.26亿元。")
>>> [(ent.text, ent.label_) for ent in doc.ents][1:]
[('医保发〔2021〕5号', 'DOC_NO'), ('316.26亿元', 'QUANTITY')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nhsa_nlp.pipeline.analyser import load_analyser as load_analyser
    from nhsa_nlp.pipeline.frames import label_column as label_column
    from nhsa_nlp.pipeline.language import load as load

__all__ = ["label_column", "load", "load_analyser"]


def __getattr__(name: str) -> Any:  # spaCy takes a second to import, and --help does not need it
    if name == "load":
        from nhsa_nlp.pipeline.language import load

        return load
    if name == "load_analyser":
        from nhsa_nlp.pipeline.analyser import load_analyser

        return load_analyser
    if name == "label_column":
        from nhsa_nlp.pipeline.frames import label_column

        return label_column
    if name == "__version__":
        from importlib.metadata import version

        return version("nhsa-nlp")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:  # what help() lists
    return sorted({*globals(), *__all__})
