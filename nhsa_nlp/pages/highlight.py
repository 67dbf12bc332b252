"""A record and its text as one web page: the topic on top, the entities coloured in the raw text.

The page stands alone: no script, nothing from outside, and a content security policy that
forbids both. Documents are untrusted, so every piece of them is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from nhsa_nlp.record import (
    EntityRecord,
    LetterRecord,
    QuantityRecord,
    Record,
    Scalar,
    TopicRecord,
    is_doc_no,
    is_policy,
    is_quantity,
)

if TYPE_CHECKING:
    from nhsa_nlp.topic.model import SectionTopic

_KINDS = {"POLICY": "政策", "DOC_NO": "文号", "QUANTITY": "数量"}
_OPERATORS = {"eq": "", "approx": "≈ ", "gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ ", "range": ""}
_LETTER_FIELDS = {
    "number": "文号",
    "issuer": "发文机关",
    "date": "日期",
    "session": "会议",
    "proposal_number": "建议/提案号",
    "proposal_category": "提案类别",
    "addressee": "收件人",
    "subject": "案由",
}
_LETTER_KINDS = {"reply": "答复", "notice": "通知", "other": "其他"}
_LETTER_BODIES = {"npc": "人大建议", "cppcc": "政协提案"}
_REASONS = {
    "low_confidence": "把握不足",
    "out_of_scope": "似与医保、医疗、医药无关，或不是中文",
    "too_short": "文字过少",
}

# displaCy fills the template with str.format; the class carries the colour, so that dark and
# light pages differ.
_ENTITY = '<mark class="{label}" title="{tip}">{text}<span class="note"><b>{kind}</b>{note}</span></mark>'

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2127; --paper: #fff; --faint: #5c6570; --line: #d5dae0;
  --policy: #cfe3ff; --doc-no: #ffe2b8; --quantity: #cdeed3; --warn: #fff1c2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --paper: #16191d; --faint: #9aa4b0;
  --line: #3a414a; --policy: #1f4172; --doc-no: #6b4512; --quantity: #1d5230; --warn: #5a4a10; } }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --faint: #444; --line: #aaa;
  --policy: #cfe3ff; --doc-no: #ffe2b8; --quantity: #cdeed3; --warn: #fff1c2; }
  mark, .review { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
body { margin: 2rem auto; max-width: 54rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .3rem; }
.faint, footer { color: var(--faint); font-size: .85rem; }
.review { background: var(--warn); padding: .3rem .7rem; border-radius: .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; }
dt { color: var(--faint); } dd { margin: 0; } meter { width: 8rem; vertical-align: middle; }
.entities { white-space: pre-wrap; line-height: 2 !important; border-top: 1px solid var(--line);
  margin-top: 1.5rem; padding-top: 1rem; unicode-bidi: isolate; }
mark { color: inherit; padding: .1em .25em; border-radius: .3em; unicode-bidi: isolate;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.POLICY { background: var(--policy); } .DOC_NO { background: var(--doc-no); }
.QUANTITY { background: var(--quantity); }
.note { font-size: .72em; margin-left: .35em; opacity: .85; } .note b { margin-right: .3em; }
footer { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: .5rem; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
{header}
</header>
<main>
{text}
</main>
<footer>{footer}</footer>
</body>
</html>
"""


def render(record: Record, text: str, sections: Sequence[SectionTopic] = ()) -> str:
    """Render a document as a self-contained HTML page.

    Parameters
    ----------
    record
        What was found in the document.
    text
        Its raw text, the one the record's offsets point into.
    sections
        What its sections are about, from `nhsa_nlp.topic.TopicModel.sections`.

    Returns
    -------
    str
        The page, in Chinese.

    Raises
    ------
    ValueError
        If an entity of ``record`` does not stand in ``text``.
    """
    from spacy import displacy

    entities = record["entities"]
    for entity in entities:
        if text[entity["start"] : entity["end"]] != entity["text"]:
            raise ValueError(
                f"the record is not of this text: {entity['text']!r} is not at {entity['start']}"
            )
    marked = displacy.render(
        {"text": text, "ents": [_displacy_entity(entity) for entity in entities], "title": None},
        style="ent",
        manual=True,
        jupyter=False,
        options={"template": _ENTITY},
    )
    model = record["model"]
    return _PAGE.format(
        title=escape(record["id"]),
        style=_STYLE,
        header="\n".join(
            [
                f'<p class="faint">{escape(record["source"])}</p>',
                *(_topic(record["topic"]) if record["topic"] else ["<h1>主题未判定</h1>"]),
                *(_letter(record["letter"]) if record["letter"] else []),
                *_sections(sections),
                _legend(entities),
            ]
        ),
        text=marked,
        footer=escape(
            f"{record['chars']} 字 · SHA-256 {record['sha256']} · "
            f"nhsa-nlp，模型 {model['name']} {model['version']}"
        ),
    )


def _displacy_entity(entity: EntityRecord) -> dict[str, object]:
    note = _note(entity)
    return {
        "start": entity["start"],
        "end": entity["end"],
        "label": entity["label"],
        "params": {
            "kind": escape(_KINDS.get(entity["label"], entity["label"])),
            "note": escape(note),
            "tip": escape(entity["title"] if is_policy(entity) else note),
        },
    }


def _note(entity: EntityRecord) -> str:
    """Return what is known of an entity beyond its own text."""
    if is_quantity(entity):
        return _quantity(entity)
    if is_doc_no(entity):
        return "" if entity["normalized"] == entity["text"] else entity["normalized"]
    if is_policy(entity):
        ref = f"《{entity['ref']}》" if entity["alias"] and entity["ref"] else ""
        return " ".join(part for part in (ref, entity["doc_no"]) if part)
    return ""


def _quantity(entity: QuantityRecord) -> str:
    value = entity["value"]
    if value is None:
        return f"? {entity['unit']}"
    if isinstance(value, list):
        number = ("–" if entity["op"] == "range" else " : ").join(_number(part) for part in value)
    else:
        number = _number(value)
    return f"{_OPERATORS[entity['op']]}{number} {entity['unit']}".rstrip()


def _number(value: Scalar) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,.10g}"


def _topic(topic: TopicRecord) -> list[str]:
    probability = "" if topic["probability"] is None else f" <small>{topic['probability']:.0%}</small>"
    lines = [f"<h1>{escape(topic['label'] or '未判定')}{probability}</h1>"]
    if topic["review"]:
        lines.append(f'<p class="review">需人工复核：{escape(_reason(topic["reason"]))}</p>')
    if topic["alternatives"]:
        others = "，".join(f"{escape(a['label'])} {a['probability']:.0%}" for a in topic["alternatives"])
        lines.append(f'<p class="faint">其他可能：{others}</p>')
    lines.append("<h2>领域与依据</h2>\n<dl>")
    for facet, probability_of_facet in topic["facets"].items():
        words = "、".join(
            f"{escape(word)}（{weight:+.2f}）" for word, weight in _evidence_words(topic, facet).items()
        )
        lines.append(
            f'<dt>{escape(facet)}</dt><dd><meter min="0" max="1" value="{probability_of_facet:.3f}"></meter> '
            f'{probability_of_facet:.0%} <span class="faint">{words}</span></dd>'
        )
    lines.append("</dl>")
    return lines


def _reason(reason: str | None) -> str:
    """Say in Chinese why a document is to be reviewed; the word of the record stays, to search for."""
    if reason is None:
        return "原因未注明"
    return f"{_REASONS[reason]}（{reason}）" if reason in _REASONS else reason


def _evidence_words(topic: TopicRecord, facet: str) -> dict[str, float]:
    """Return the words that spoke for or against a facet, each once, the weightiest first."""
    words: dict[str, float] = {}
    for item in topic["evidence"]:
        if item["facet"] == facet and abs(item["weight"]) > abs(words.get(item["text"], 0.0)):
            words[item["text"]] = item["weight"]
    return dict(sorted(words.items(), key=lambda item: -abs(item[1])))


def _letter(letter: LetterRecord) -> list[str]:
    kind = _LETTER_KINDS[letter["kind"]]
    if letter["body"] is not None:
        kind += f"（{_LETTER_BODIES[letter['body']]}）"
    values = {"公文": kind}
    for field, name in _LETTER_FIELDS.items():
        value = letter[field]  # type: ignore[literal-required]
        if value is not None:
            values[name] = str(value)
    if letter["consulted"]:
        values["会办单位"] = "、".join(letter["consulted"])
    if letter["sections"]:
        values["章节"] = "；".join(section["title"] for section in letter["sections"])
    rows = [f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in values.items()]
    return ["<h2>公文要素</h2>\n<dl>", *rows, "</dl>"]


def _sections(sections: Sequence[SectionTopic]) -> list[str]:
    rows = []
    for section in sections:
        facets = "，".join(f"{escape(facet)} {p:.0%}" for facet, p in section["facets"].items() if p >= 0.5)
        rows.append(f"<dt>{facets or '—'}</dt><dd>{escape(section['title'])}</dd>")
    return ["<h2>各节领域</h2>\n<dl>", *rows, "</dl>"] if rows else []


def _legend(entities: list[EntityRecord]) -> str:
    counts: Counter[str] = Counter(entity["label"] for entity in entities)
    names = {**_KINDS, **{label: label for label in sorted(counts) if label not in _KINDS}}
    marks = (
        f'<mark class="{escape(label)}">{escape(name)} {counts[label]}</mark>'
        for label, name in names.items()
    )
    return f"<h2>实体</h2>\n<p>{' '.join(marks)}</p>"
