import json
from dataclasses import replace

import pytest

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.topic.model import TopicModel
from tests.paths import TRAINING_DATA
from tests.trained import shared_classifier

HEADLINES = [  # labels other than the seven
    ("国足战平对手遗憾出局", "体育"),
    ("球队主场大胜领跑积分榜", "体育"),
    ("主教练确认前锋伤愈归队参加比赛", "体育"),
    ("决赛加时绝杀球队夺冠", "体育"),
    ("央行下调利率银行股大涨", "财经"),
    ("股市收盘上涨银行板块领涨", "财经"),
    ("基金经理看好银行股后市", "财经"),
    ("央行公布利率报告汇率走稳", "财经"),
    ("新电影票房破十亿导演致谢", "娱乐"),
    ("导演新片入围电影节", "娱乐"),
    ("歌手新专辑发布演唱会门票售罄", "娱乐"),
    ("电影节红毯众星云集导演亮相", "娱乐"),
]


@pytest.fixture(scope="session")
def replies() -> tuple[list[str], list[str]]:
    """Texts and labels of the training data."""
    rows = read_replies(TRAINING_DATA / "replies.tsv", labels=LABELS)
    return [row.text for row in rows], [row.label for row in rows]


def every_sixth(name: str) -> tuple[list[str], list[str]]:
    """Texts and labels of some of the documents that are labelled by the definitions."""
    lines = (TRAINING_DATA / name).read_text("utf-8").splitlines()[::6]
    rows = [json.loads(line) for line in lines]
    texts = [f"{row['title']}\n{row['text']}".strip() for row in rows]
    return texts, [row["label"] or row["scope"] for row in rows]


@pytest.fixture(scope="session")
def proposals() -> tuple[list[str], list[str]]:
    return every_sixth("proposals.jsonl")


@pytest.fixture(scope="session")
def documents() -> tuple[list[str], list[str]]:
    """Those of bureaus."""
    return every_sixth("documents.jsonl")


@pytest.fixture(scope="session")
def classifier(
    replies: tuple[list[str], list[str]], tmp_path_factory: pytest.TempPathFactory
) -> TopicClassifier:
    return shared_classifier(tmp_path_factory, "replies", *replies)


@pytest.fixture(scope="session")
def model(classifier: TopicClassifier) -> TopicModel:
    return classifier.model_


@pytest.fixture(scope="session")
def headline_classifier() -> TopicClassifier:
    texts, labels = zip(*HEADLINES, strict=True)
    return TopicClassifier().fit(list(texts), list(labels))


@pytest.fixture(scope="session")
def genre_classifier(
    replies: tuple[list[str], list[str]],
    proposals: tuple[list[str], list[str]],
    documents: tuple[list[str], list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> TopicClassifier:
    """Replies, proposals and documents; of the latter two a sixth."""
    parts = {"reply": replies, "proposal": proposals, "document": documents}
    return shared_classifier(
        tmp_path_factory,
        "genres",
        [text for texts, _ in parts.values() for text in texts],
        [label for _, labels in parts.values() for label in labels],
        [genre for genre, (texts, _) in parts.items() for _ in texts],
        trees=20,
        folds=2,
    )


@pytest.fixture(scope="session")
def genre_model(genre_classifier: TopicClassifier) -> TopicModel:
    return genre_classifier.model_


@pytest.fixture(scope="session")
def scoped_model(genre_model: TopicModel) -> TopicModel:
    """The part of the model above that reads proposals and documents."""
    assert isinstance(genre_model.inner, GenreModel)
    return replace(genre_model, inner=genre_model.inner.others)
