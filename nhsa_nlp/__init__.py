"""nhsa-nlp: topic labels, policy titles, document numbers and quantities of health-insurance documents.

>>> import nhsa_nlp
>>> nlp = nhsa_nlp.load()
>>> doc = nlp("国家医保局印发《关于做好医保工作的通知》（医保发〔2021〕5号），安排资金316.26亿元。")
>>> [(ent.text, ent.label_) for ent in doc.ents][1:]
[('医保发〔2021〕5号', 'DOC_NO'), ('316.26亿元', 'QUANTITY')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from nhsa_nlp.pipeline.analyser import load_analyser as load_analyser
    from nhsa_nlp.pipeline.frames import label_column as label_column
    from nhsa_nlp.pipeline.language import load as load
    from nhsa_nlp.version import __version__ as __version__

__all__ = ["label_column", "load", "load_analyser"]

# spaCy takes a second to import, and --help does not need it.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "pipeline.analyser": ("load_analyser",),
        "pipeline.frames": ("label_column",),
        "pipeline.language": ("load",),
        "version": ("__version__",),
    },
)
