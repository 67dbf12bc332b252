"""Post comes in: files dropped on the page, pasted text, and how far they have been read."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, JSONResponse, Response

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.desk.intake import enter_file
from nhsa_nlp.desk.store import UPLOAD
from nhsa_nlp.desk.twins import closest_twins
from nhsa_nlp.desk.web.rendering import render
from nhsa_nlp.desk.web.visits import Visit
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import tr

_SHOWN = 100  # files
_LONGEST_TITLE = 40
_FILES = """
SELECT file, name, source, state, actor, received, repeated, alike, error, CASE state WHEN 'waiting' THEN
    (SELECT count(*) FROM documents d WHERE d.file = f.file) ELSE documents END AS documents
FROM files f ORDER BY file DESC LIMIT ?
"""

_DOCUMENTS = "SELECT file, doc FROM documents WHERE file IN (SELECT value FROM json_each(?))"


def intake(visit: Visit) -> Response:
    """Show what came in last, and where files can be dropped."""
    return visit.show("intake", **_state(visit))


def intake_state(visit: Visit) -> Response:
    """Show how far the files have been read: a part of the page."""
    return HTMLResponse(render("intake_state", path=visit.path, **_state(visit)))


def receive_files(visit: Visit) -> Response:
    """Keep files that were sent, to be read."""
    files = [item for item in visit.form.getlist("files") if isinstance(item, UploadFile) and item.filename]
    if not files:
        raise InputError("choose files")
    for item in files:
        with tempfile.NamedTemporaryFile(dir=visit.office.store.folder, prefix=UPLOAD) as copy:
            shutil.copyfileobj(item.file, copy)
            copy.flush()
            enter_file(visit.office.store, Path(copy.name), item.filename or "", visit.session.name)
    visit.office.intake.wake()
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"entered": len(files)})
    return visit.go("intake", "entered")


def receive_text(visit: Visit) -> Response:
    """Keep a text that was pasted, as a file of its own."""
    text, title = visit.field("text"), " ".join(visit.field("title").split())
    if not text.strip():
        raise InputError("paste a text")
    first = next(line.strip() for line in text.splitlines() if line.strip())
    name = "".join(char for char in (title or first) if char.isprintable() and char not in '/\\:*?"<>|')
    with tempfile.NamedTemporaryFile(dir=visit.office.store.folder, prefix=UPLOAD) as copy:
        copy.write((f"{title}\n{text}" if title else text).encode("utf-8", "replace"))
        copy.flush()
        shown = name[:_LONGEST_TITLE].strip(". ") or tr("pasted text")
        enter_file(visit.office.store, Path(copy.name), f"{shown}.txt", visit.session.name)
    visit.office.intake.wake()
    return visit.go("intake", "entered")


def _state(visit: Visit) -> dict[str, Any]:
    rows = visit.base.execute(_FILES, (_SHOWN,)).fetchall()
    single = [row["file"] for row in rows if row["documents"] == 1]
    docs = dict(visit.base.execute(_DOCUMENTS, (json.dumps(single),)).fetchall())
    twins = closest_twins(visit.base, docs.values(), earlier=True)
    counts = dict(visit.base.execute("SELECT state, count(*) FROM files GROUP BY 1").fetchall())
    return {
        "files": [
            {
                **dict(row),
                "errors": [Failure.from_json(each) for each in json.loads(row["error"] or "[]")],
                "twin": twins.get(docs.get(row["file"], 0)),
            }
            for row in rows
        ],
        "waiting": counts.get("waiting", 0),
        "read": counts.get("read", 0),
        "failed": counts.get("failed", 0),
        "inbox": None if visit.office.inbox is None else visit.office.inbox.folder,
    }
