from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import nhsa_nlp
from nhsa_nlp.desk import events
from nhsa_nlp.desk.accounts import add_user
from nhsa_nlp.desk.bundles import all_bundles, bundle_in_use, prepare_bundle, use_bundle
from nhsa_nlp.desk.decisions import CHOICES, Desk
from nhsa_nlp.desk.retraining import LEAST_DECISIONS, retrain
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import BundleError, InputError
from tests.desk.desks import PASSWORD, put
from tests.desk.web.offices import Browser, served

pytestmark = pytest.mark.usefixtures("chinese")

MATTERS = {
    "医保": ("异地就医直接结算", "居民医保缴费", "医保基金监管"),
    "医疗": ("乡村医生培训", "分级诊疗", "县级医院建设"),
    "医药": ("儿童用药审批", "中药材质量", "药品短缺供应"),
    "out_of_scope": ("农村公路建设", "城市绿化", "中小学校车"),
}
PLACES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"


def decide(store: Store, count: int) -> None:
    """Have an officer decide so many documents."""
    officer = Desk(store, "甲")
    for number in range(count):
        label = list(MATTERS)[number % len(MATTERS)]
        matter = MATTERS[label][number // len(MATTERS) % 3]
        place = PLACES[number % 16] + PLACES[number // 16]
        text = (
            f"关于{place}县{matter}的建议\n{place}县反映{matter}存在困难，建议有关部门加强{matter}工作。"
            + place * 9
        )
        officer.decide(put(store, f"d{number}", text), 0, label)


def test_too_few_decisions_are_refused(store: Store, tmp_path: Path) -> None:
    decide(store, 3)
    with pytest.raises(InputError, match=f"only 3 documents are decided; at least {LEAST_DECISIONS}"):
        retrain(store, tmp_path / "new")
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="exists already"):
        retrain(store, tmp_path / "there")
    assert not (tmp_path / "new").exists()


def test_all_of_one_label_are_refused(store: Store, tmp_path: Path) -> None:
    for number in range(LEAST_DECISIONS):
        Desk(store, "甲").decide(put(store, f"d{number}", f"第{number}件"), 0, "医保")
    with pytest.raises(InputError, match="same label"):
        retrain(store, tmp_path / "new")


@pytest.mark.slow
def test_a_bundle_is_trained_compared_shown_and_used(store: Store, tmp_path: Path) -> None:
    decide(store, 80)
    waiting = put(store, "new", "关于乡村医生培训的建议")
    for role in ("lead", "admin"):
        add_user(store, f"{role}一", role, PASSWORD)
    shipped = bundle_in_use(store.reading())
    assert shipped is not None
    said: list[str] = []

    def note(what: str, *_: object) -> None:
        said.append(what)

    found = retrain(store, tmp_path / "new", n_jobs=1, on_progress=note)
    assert (found["trained"] + found["held_out"], found["held_out"] > 10) == (80, True)
    assert found["against"] == f"{shipped['name']} {shipped['version']}"
    assert found["difference"] == pytest.approx(found["new"] - found["old"])
    assert 0 <= found["new"] <= 1
    assert "正在与现用模型包比较" in said
    topic = nhsa_nlp.load_analyser(tmp_path / "new")("关于乡村医生培训的建议")["topic"]
    assert topic is not None
    assert topic["label"] in (None, *CHOICES)

    new, old = all_bundles(store.reading())
    assert new["comparison"] == {name: value for name, value in found.items() if name != "bundle"}
    assert old["comparison"] is None
    in_use = bundle_in_use(store.reading())
    assert in_use is not None
    assert in_use["bundle"] == shipped["bundle"]  # nobody has chosen it yet

    app = served(store, accounts=True)
    lead, admin = Browser(app), Browser(app)
    for name, browser in (("lead一", lead), ("admin一", admin)):
        assert browser.log_in(name, PASSWORD).status_code == 303
    page = admin.get("/models").text
    assert f"{found['held_out']} 件中" in page
    assert f"用 {found['trained']} 件训练" in page
    assert "启用" in page
    assert ">启用<" not in lead.get("/models").text
    assert lead.post("/models", {"bundle": str(found["bundle"])}).status_code == 403
    assert admin.post("/models", {"bundle": str(found["bundle"])}).status_code == 303
    in_use = bundle_in_use(store.reading())
    assert in_use is not None
    assert in_use["bundle"] == found["bundle"]
    (event,) = store.reading().execute("SELECT * FROM events WHERE actor = 'admin一'").fetchall()
    assert (event["kind"], json.loads(event["after"])) == ("use_bundle", {"bundle": found["bundle"]})
    prepare_bundle(store, None)  # as the next start does: it stays in use
    in_use = bundle_in_use(store.reading())
    assert in_use is not None
    assert in_use["bundle"] == found["bundle"]
    assert waiting
    assert list(events.verify(store.reading())) == []

    manifest = tmp_path / "new" / "CARD.md"
    manifest.write_text("changed", "utf-8")
    check: Callable[[], None] = lambda: use_bundle(store, found["bundle"], "admin一")  # noqa: E731
    with pytest.raises((InputError, BundleError)):
        check()
