import pytest

from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS
from nhsa_nlp.topic.model import TopicModel

REPLY = (
    "王某某代表：\n您提出的关于扩大门诊慢特病用药范围的建议收悉，现答复如下：\n"
    "我局高度重视门诊慢特病保障工作，指导各地将高血压、糖尿病门诊用药纳入医保支付范围。下一步，我们将继续完善门诊保障机制。\n"
    "感谢您对医疗保障工作的理解和支持。\n{issuer}\n2021年7月29日"
)
NOTICE = (
    "国家医疗保障局办公室关于做好医保药品目录落地工作的通知\n医保办发〔2021〕12号\n"
    "各省、自治区、直辖市医疗保障局：\n为做好医保药品目录落地工作，现就有关事项通知如下：\n"
    "一、及时挂网采购目录内药品。\n二、加强药品供应监测。\n国家医疗保障局办公室\n2021年7月29日"
)
PROPOSAL = "关于扩大门诊用药范围的建议\n我县不少老人因为药贵断断续续吃药。建议把降压药全部纳入门诊报销。"


@pytest.fixture(scope="module")
def inner(genre_model: TopicModel) -> GenreModel:
    assert isinstance(genre_model.inner, GenreModel)
    return genre_model.inner


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (REPLY.format(issuer="国家医疗保障局"), "reply"),
        (REPLY.format(issuer="青山县医疗保障局"), "text"),
        (REPLY.format(issuer="国家卫生健康委员会"), "text"),
        (NOTICE, "text"),
        (PROPOSAL, "text"),
        ("药太贵了", "title"),
        ("", "title"),
    ],
)
def test_the_genre_decides_on_the_model(
    genre_model: TopicModel, inner: GenreModel, text: str, kind: str
) -> None:
    document = genre_model.extract(text)
    assert inner.kind(document) == genre_model.kind(document) == kind
    assert inner.is_reply(document) == (kind == "reply")
    assert inner.model_of(document) is (inner.replies if kind == "reply" else inner.others)


def test_an_unsigned_reply_is_told_by_its_words(
    genre_model: TopicModel, inner: GenreModel, replies: tuple[list[str], list[str]]
) -> None:
    signed = [(text, text.rstrip().rfind("国家医疗保障局")) for text in replies[0]]
    unsigned = [genre_model.extract(text[:end]) for text, end in signed if end > len(text) - 60]
    told = [inner.is_reply(document) for document in unsigned if document.letter.record["issuer"] is None]
    assert len(told) >= 5
    assert all(told)


def test_genres_of_the_training_data(
    genre_model: TopicModel,
    inner: GenreModel,
    replies: tuple[list[str], list[str]],
    proposals: tuple[list[str], list[str]],
    documents: tuple[list[str], list[str]],
) -> None:
    assert all(inner.is_reply(genre_model.extract(text)) for text in replies[0][::3])
    others = [*proposals[0][::3], *documents[0]]
    assert not any(inner.is_reply(genre_model.extract(text)) for text in others)


def test_columns_are_those_of_the_model_that_reads(genre_model: TopicModel, inner: GenreModel) -> None:
    texts = [PROPOSAL, REPLY.format(issuer="国家医疗保障局"), NOTICE]
    found = genre_model.predict_proba(texts)
    assert genre_model.classes == SCOPED_LABELS
    assert found.shape == (3, len(SCOPED_LABELS))
    proposal, reply, notice = (genre_model.extract(text) for text in texts)
    assert found[1, : len(LABELS)].tolist() == inner.replies.predict([reply])[0].tolist()
    assert found[1, -1] == 0
    assert found[[0, 2]].tolist() == inner.others.predict([proposal, notice]).tolist()


def test_a_reply_is_never_out_of_scope(genre_model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    for text in replies[0][:20]:
        record = genre_model.analyse(text, top=0)
        assert record["label"] in LABELS
        assert record["reason"] in (None, "low_confidence")


def test_each_genre_is_explained_by_its_model(genre_model: TopicModel, inner: GenreModel) -> None:
    reply, proposal = (genre_model.extract(t) for t in (REPLY.format(issuer="国家医疗保障局"), PROPOSAL))
    for document, model in ((reply, inner.replies), (proposal, inner.others)):
        probabilities, terms, weights = inner.explain(document)
        assert probabilities.shape == (len(SCOPED_LABELS),)
        expected = model.explain(document)
        assert terms == expected[1]
        assert weights.tolist() == expected[2].tolist()


def test_classes_of_the_classifier(genre_classifier: TopicClassifier) -> None:
    assert tuple(genre_classifier.classes_) == SCOPED_LABELS
