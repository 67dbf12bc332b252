"""What a browser sends, as texts that can be kept and shown."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from nhsa_nlp.desk.web.guard import UPLOAD_BYTES, content_type

_MOST_FILES = 1_000
_MOST_FIELDS = 3_000


async def read_form(request: Request, *, files: int = _MOST_FILES, fields: int = _MOST_FIELDS) -> FormData:
    """Return the form of a request: names and values are UTF-8, unless a multipart one names its charset.

    Parameters
    ----------
    files, fields
        How many there may be at most.

    Raises
    ------
    HTTPException
        If it is broken, or has more of them.
    ClientDisconnect
        If it did not come whole.
    """
    if content_type(request.headers) == "application/x-www-form-urlencoded":
        # Starlette would read its bytes as Latin-1.
        return await run_in_threadpool(_urlencoded, await request.body(), fields)
    form = await request.form(max_files=files, max_fields=fields, max_part_size=UPLOAD_BYTES)
    for _, item in form.multi_items():
        if isinstance(item, UploadFile):
            item.filename = item.filename and _clean(item.filename)
    return FormData(
        [(name, _clean(item) if isinstance(item, str) else item) for name, item in form.multi_items()]
    )


def _urlencoded(body: bytes, fields: int) -> FormData:
    try:
        found = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=fields)
    except ValueError as error:  # more fields
        raise HTTPException(400) from error
    return FormData([(name, _clean(value)) for name, value in found])


def read_query(request: Request) -> dict[str, str]:
    """Return what the address of a request says."""
    return {name: _clean(value) for name, value in request.query_params.items()}


def _clean(text: str) -> str:
    """Replace what is no character of a text: NUL, and halves of surrogate pairs, which charsets can hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
