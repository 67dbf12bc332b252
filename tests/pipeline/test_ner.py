from typing import Any

import pytest

from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.pipeline.ner import train_ner


def annotated(number: int, name: str) -> AnnotatedText:
    text = f"国家医保局会同{name}印发通知。" * 3
    width = len(text) // 3
    entities = tuple(
        EntityAnnotation(i * width + 7, i * width + 7 + len(name), "POLICY", name, alias=False)
        for i in range(3)
    )
    return AnnotatedText(f"d{number}", text, entities)


@pytest.fixture(scope="module")
def documents() -> list[AnnotatedText]:
    names = ["财政部", "民政部", "教育部", "公安部", "水利部", "商务部", "科技部", "司法部"]
    return [annotated(i, name) for i, name in enumerate(names)]


def test_it_learns(documents: list[AnnotatedText]) -> None:
    nlp = train_ner(documents, seed=1, epochs=15)
    doc = nlp("国家医保局会同交通部印发通知。")
    assert [(e.text, e.label_) for e in doc.ents] == [("交通部", "POLICY")]


def test_the_seed_decides(documents: list[AnnotatedText]) -> None:
    def weights(seed: int) -> bytes:
        ner: Any = train_ner(documents, seed=seed, epochs=2).get_pipe("ner")
        return bytes(ner.to_bytes(exclude=["cfg", "vocab"]))

    assert weights(1) == weights(1)
    assert weights(1) != weights(2)
