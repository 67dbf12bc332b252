from __future__ import annotations

import json
from pathlib import Path

from nhsa_nlp.archive.policies import to_graphml
from tests.archive.policies.records import LAW, archive_of, policy, record


def test_graphml_is_read_by_networkx(tmp_path: Path) -> None:
    import networkx

    hostile = "<b>&\"'\x00\x1b\ud800]]></data>"
    letter = {"date": "2021-07-29", "issuer": "国家医疗保障局"}
    archive, found = archive_of(
        tmp_path,
        record("a", policy(LAW), policy(LAW), letter=letter),
        # json.dumps escapes what a file cannot hold.
        json.dumps(record(hostile, policy(LAW), policy(hostile, doc_no="国办发〔2021〕14号"), label=None)),
        record("c"),
    )
    path = tmp_path / "graph.graphml"
    path.write_text(to_graphml(found, archive.documents), "utf-8")
    graph = networkx.read_graphml(path)
    assert graph.is_directed()
    assert graph.nodes["d0"] == {
        "label": "a",
        "kind": "document",
        "source": "a.txt",
        "topic": "医保",
        "date": "2021-07-29",
        "issuer": "国家医疗保障局",
    }
    assert sorted(graph.edges(data="count")) == [("d0", "p0", 2), ("d1", "p0", 1), ("d1", "p1", 1)]
    assert graph.nodes["p1"]["label"].startswith("<b>&\"'\ufffd\ufffd")
    assert (graph.nodes["p1"]["year"], graph.nodes["p1"]["issuer"]) == (2021, "国务院办公厅")
    assert "year" not in graph.nodes["p0"]
    assert graph.degree("d2") == 0
