import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import nhsa_nlp
from nhsa_nlp.io import Document
from nhsa_nlp.pipeline import records
from nhsa_nlp.pipeline.extensions import register

TEXT = "国家医保局印发《关于做好医保工作的通知》（医保发〔2021〕5号），安排医疗救助资金316.26亿元。"


def test_a_document_carries_everything(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert [(e.text, e.label_) for e in doc.ents] == [
        ("《关于做好医保工作的通知》", "POLICY"),
        ("医保发〔2021〕5号", "DOC_NO"),
        ("316.26亿元", "QUANTITY"),
    ]
    policy, number, quantity = doc.ents
    assert policy._.policy == {
        "title": "关于做好医保工作的通知",
        "alias": False,
        "ref": None,
        "doc_no": "医保发〔2021〕5号",
    }
    assert number._.normalized == "医保发〔2021〕5号"
    assert quantity._.quantity == {"value": 31626000000, "unit": "元", "op": "eq"}
    assert policy._.quantity is None
    assert set(doc.cats) == {"医保", "医疗", "医药"}
    assert doc._.topic["facets"] == pytest.approx(doc.cats)
    assert doc._.letter["kind"] == "other"


def test_the_record_is_json_and_follows_the_contract(nlp: Language, letters: dict[str, str]) -> None:
    documents = [Document(id=name, source=f"{name}.txt", text=text) for name, text in letters.items()]
    for record, document in zip(records(nlp, documents), documents, strict=True):
        assert json.loads(json.dumps(record, ensure_ascii=False)) == record
        assert list(record) == ["id", "source", "sha256", "chars", "topic", "entities", "letter", "model"]
        assert (record["id"], record["chars"]) == (document.id, len(document.text))
        assert record["model"]["name"] == "default"
        assert record["topic"] is not None
        for piece in [*record["entities"], *record["topic"]["evidence"]]:
            assert piece["text"] == document.text[piece["start"] : piece["end"]]
        assert record["letter"] is not None
        for section in record["letter"]["sections"]:
            assert 0 <= section["start"] < section["end"] <= len(document.text)


def test_sections_are_read_by_themselves_where_asked(nlp: Language, letters: dict[str, str]) -> None:
    text = letters["npc-13-4-2020"]
    assert nlp(text)._.topic_sections is None
    topic: Any = nlp.get_pipe("topic")
    topic.sections = True
    try:
        doc = nlp(text)
    finally:
        topic.sections = False
    assert [s["title"] for s in doc._.topic_sections] == [s["title"] for s in doc._.letter["sections"]]
    assert all(set(s["facets"]) <= set(doc.cats) for s in doc._.topic_sections)
    assert any(s["facets"] for s in doc._.topic_sections)
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.topic_sections == doc._.topic_sections


def test_bytes_and_docbin_keep_everything(nlp: Language) -> None:
    doc = nlp(TEXT + "限额3-5万元。")
    copies = [Doc(nlp.vocab).from_bytes(doc.to_bytes())]
    copies += DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    for copy in copies:
        assert copy._.record == doc._.record
        assert [e._.quantity for e in copy.ents] == [e._.quantity for e in doc.ents]
        assert [e._.policy for e in copy.ents] == [e._.policy for e in doc.ents]


def test_batches_and_processes_change_nothing(nlp: Language, letters: dict[str, str]) -> None:
    texts = [*letters.values(), "", " ", TEXT]
    alone = [nlp(text)._.record for text in texts]
    assert [doc._.record for doc in nlp.pipe(texts, batch_size=2)] == alone
    assert [doc._.record for doc in nlp.pipe(texts, batch_size=2, n_process=2)] == alone


@pytest.mark.parametrize("text", ["", " ", "\n\n", "。", "\x00", "🎉" * 10])
def test_odd_documents(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert doc._.entities == []


def test_spacy_alone_loads_the_folder(tmp_path: Path, nlp: Language) -> None:
    nlp.to_disk(tmp_path / "saved")
    program = (
        "import spacy, sys, json; nlp = spacy.load(sys.argv[1]);"
        "print(json.dumps([[e.text, e.label_] for e in nlp(sys.argv[2]).ents]))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, str(tmp_path / "saved"), TEXT],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout) == [[e.text, e.label_] for e in nlp(TEXT).ents], done.stderr


def test_the_components_cut_the_words_of_another_tokenizer() -> None:
    other = spacy.blank("zh")
    component = other.add_pipe("nhsa_entities")
    doc = component(Doc(other.vocab, words=["1", "年内", "报销", "50%以上"], spaces=[False] * 4))
    assert [(e.text, e._.quantity["op"]) for e in doc.ents] == [("1年", "le"), ("50%", "ge")]
    assert doc.text == "1年内报销50%以上"


def test_other_entities_are_kept(nlp: Language) -> None:
    other = nhsa_nlp.load()
    ruler: Any = other.add_pipe("entity_ruler", before="entities")
    ruler.add_patterns(
        [{"label": "AGENCY", "pattern": "国家医保局"}, {"label": "QUANTITY", "pattern": "救助资金"}]
    )
    doc = other(TEXT)
    labels = [e.label_ for e in doc.ents]
    assert labels.count("POLICY") == labels.count("DOC_NO") == labels.count("QUANTITY") == 1


def test_a_component_without_a_model_says_what_to_do() -> None:
    from nhsa_nlp.errors import BundleError

    made = spacy.blank("zh")
    made.add_pipe("nhsa_topic")
    with pytest.raises(BundleError, match="nhsa-nlp train topic"):
        made("医保")


def test_registering_twice_is_harmless_and_foreign_names_are_refused() -> None:
    register()
    register()
    Span.remove_extension("quantity")
    Span.set_extension("quantity", default="foreign")
    try:
        with pytest.raises(RuntimeError, match=r"Span\._\.quantity"):
            register()
    finally:
        Span.remove_extension("quantity")
        register()


def test_every_entry_point_loads() -> None:
    from importlib.metadata import entry_points

    ours = [e for group in ("spacy_factories", "spacy_tokenizers") for e in entry_points(group=group)]
    names = {e.name for e in ours if e.value.startswith("nhsa_nlp.") and e.load()}
    components = {"nhsa_letter", "nhsa_topic", "nhsa_entities", "nhsa_figures"}
    assert names == components | {"nhsa_tokenizer.v1", "nhsa_tokenizer.v2"}


def test_figures_go_with_the_document() -> None:
    import spacy
    from spacy.tokens import Doc

    from nhsa_nlp.pipeline.language import load

    nlp = load()
    text = "2021年，全市参保300万人，比上年增长2%。"
    assert nlp(text)._.figures is None
    nlp.add_pipe("nhsa_figures")
    figures = nlp(text)._.figures
    assert [(figure["role"], figure["base"]) for figure in figures] == [
        ("reported", None),
        ("change", "上年"),
    ]
    kept = Doc(spacy.blank("zh").vocab).from_bytes(nlp(text).to_bytes())
    assert kept._.figures == figures
