import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import nhsa_nlp
from nhsa_nlp.cli.app import app
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.pipeline.replay import SAMPLES, answers, differences
from nhsa_nlp.training.bundle import renew_answers


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The shipped bundle with what it answers written down."""
    copy = shutil.copytree(default_bundle_path(), tmp_path / "bundle")
    keep(copy, answers(nhsa_nlp.load_analyser(copy)))
    return copy


def keep(bundle: Path, replay: list[dict[str, Any]]) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "replay": replay}), "utf-8")


def verify(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, args)])


def test_a_bundle_that_answers_as_before(bundle: Path) -> None:
    result = verify(bundle)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[1] == f"{len(SAMPLES)} sample texts are answered as before"


def test_a_bundle_that_answers_otherwise(bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    changed = manifest["replay"]
    changed[1] = {**changed[1], "label": "体育"}
    changed[3] = {**changed[3], "entities": []}
    keep(bundle, changed)
    result = verify(bundle)
    assert result.exit_code == 2
    assert "sample 2: 体育" in result.stderr
    assert "(and 1 more)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_altered_file_is_found_first(bundle: Path) -> None:
    (bundle / "topic" / "weights.npz").write_bytes(b"")
    result = verify(bundle)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "topic/weights.npz was altered" in result.stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("data", {"topic": 5}),
        ("data", {"topic": {"files": ["replies.tsv"]}}),
        ("data", {"topic": {"files": {"replies.tsv": 1}}}),
        ("data", {"topic": {"labels": {"医保": "many"}}}),
        ("data", {"topic": {"texts": True}}),
        ("metrics", {"topic": [1]}),
        ("replay", [{"label": 5, "probability": 0.5, "entities": []}]),
        ("replay", [{"label": "医保", "probability": "0.5", "entities": []}]),
        ("replay", [{"label": "医保"}]),
        ("counts", {"replies": 1.5}),
        ("labels", {"topic": [1]}),
        ("warnings", {"topic": "none"}),
        ("files", {"config.cfg": {"sha256": 1, "bytes": 2}}),
        ("files", {"config.cfg": {"sha256": "", "bytes": 2.0}}),
        ("files", {"config.cfg": {}}),
    ],
)
def test_values_of_another_type_are_named(tmp_path: Path, key: str, value: Any) -> None:
    bundle = shutil.copytree(default_bundle_path(), tmp_path / "bundle")
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), "utf-8")
    result = verify(bundle)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"manifest.json: not a manifest ({key!r}: " in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_digits_that_differ_between_machines_are_no_difference() -> None:
    kept = [{"label": "a", "probability": 0.5, "entities": []}]
    assert list(differences(kept, [{**kept[0], "probability": 0.503}])) == []
    assert list(differences(kept, [{**kept[0], "probability": 0.6}])) == [
        "sample 1: a (0.5) has become a (0.6)"
    ]
    assert list(differences(kept, [])) == ["1 answers are kept, and there are 0 samples"]


def test_an_older_bundle_is_compared_by_the_samples_it_kept(bundle: Path) -> None:
    older = [
        {name: answer[name] for name in ("label", "probability", "entities")}
        for answer in json.loads((bundle / "manifest.json").read_text("utf-8"))["replay"][:12]
    ]
    keep(bundle, older)
    result = verify(bundle)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[1] == "12 sample texts are answered as before"
    keep(bundle, [*older[:11], {**older[11], "label": "医保", "probability": 0.5}])
    assert "sample 12: 医保 (0.5)" in verify(bundle).stderr


def test_the_samples_of_older_bundles_are_the_first_ones() -> None:
    digest = hashlib.sha256("\n".join(SAMPLES[:12]).encode()).hexdigest()
    assert digest == "b9fe1bb9106cd32973d74c4f23ecede85e5cd0b88eb3ba713990e38b7b99c73b"


@pytest.mark.parametrize(
    ("name", "other", "says"),
    [
        ("alternatives", {}, "other alternatives than before"),
        ("alternatives", {"医保": 0.4}, "other alternatives than before"),
        ("evidence", {"医保": 1.5}, "other evidence than before"),
        ("letter", None, "another kind of letter than before"),
        ("reason", "low_confidence", "None has become low_confidence"),
    ],
)
def test_all_that_is_kept_is_compared(name: str, other: Any, says: str) -> None:
    kept: dict[str, Any] = {
        "label": "a",
        "probability": 0.5,
        "reason": None,
        "letter": "reply",
        "entities": [],
        "alternatives": {"医保": 0.3},
        "evidence": {"医保": 2.5},
    }
    near = {**kept, "alternatives": {"医保": 0.301}, "evidence": {"医保": 2.49}}
    assert list(differences([kept], [near])) == []
    assert list(differences([kept], [{**kept, name: other}])) == [f"sample 1: {says}"]
    del kept[name]  # as an older version kept its answers
    assert list(differences([kept], [{**near, name: other}])) == []


def test_answers_are_renewed_without_training(bundle: Path) -> None:
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    manifest = read_manifest(bundle)
    keep(bundle, manifest.replay[:5])
    assert renew_answers(bundle) == manifest
    assert {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}.keys() == before.keys()
    for path, content in before.items():
        assert path.name == "manifest.json" or path.read_bytes() == content
    keep(bundle, [{**manifest.replay[0], "label": "体育"}])
    with pytest.raises(BundleError, match=r"no longer answers as it did \(sample 1: 体育"):
        renew_answers(bundle)
    assert len(read_manifest(bundle).replay) == 1


def test_the_shipped_bundle_keeps_the_answers_to_all_samples() -> None:
    kept = read_manifest(default_bundle_path()).replay
    assert len(kept) == len(SAMPLES)
    assert list(differences(kept, answers(nhsa_nlp.load_analyser()))) == []


def test_a_bundle_without_a_card_says_so(bundle: Path) -> None:
    (bundle / "CARD.md").unlink(missing_ok=True)
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"].pop("CARD.md", None)
    path.write_text(json.dumps(manifest), "utf-8")
    result = CliRunner().invoke(app, ["info", "--bundle", str(bundle), "--card"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no card" in result.stderr


def test_another_reason_for_no_label_is_another_answer() -> None:
    kept: dict[str, Any] = {"label": None, "probability": None, "reason": "out_of_scope", "entities": []}
    now = {**kept, "reason": "near_scope"}
    assert list(differences([kept], [now])) == ["sample 1: out_of_scope has become near_scope"]
    assert list(differences([kept], [kept])) == []
    del kept["reason"]  # as 0.2.0 kept its answers
    assert list(differences([kept], [now])) == []


def test_what_is_off_is_not_read_and_a_record_is_made_as_by_label(bundle: Path) -> None:
    (bundle / "ner" / "model").write_bytes(b"damaged")
    write_manifest(bundle, read_manifest(bundle))
    assert verify(bundle).exit_code == 0
    assert nhsa_nlp.load_analyser(bundle)("医保")["model"]["name"] == "default"


def test_a_topic_model_that_cannot_be_read_is_said_as_by_label(bundle: Path) -> None:
    (bundle / "topic" / "model.json").write_text("{}")
    write_manifest(bundle, read_manifest(bundle))
    with pytest.raises(BundleError) as caught:
        nhsa_nlp.load_analyser(bundle)
    result = verify(bundle)
    assert (result.exit_code, result.stderr) == (2, f"nhsa-nlp: error: {caught.value}\n")
