"""Optical character recognition of one page, by RapidOCR with the models inside its package.

The steps are those of PP-OCR (Du et al. 2020, arXiv:2009.09941): find lines, crop each, read each.
Which way up a page is, is decided for the page as a whole, because a single short line is easily
taken for one upside down. Nothing is downloaded and nothing is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.extras import how_to_install
from nhsa_nlp.io.documents.page_layout import TextLine
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from PIL.Image import Image

SHORT_SIDE = 1_654
"""Pixels of the shorter side a page is read at: A4 at 200 dpi."""

LONGEST = 5
"""How many times as long the longer side may be; a still longer page is read at a lower resolution."""

_FINDING_SIDE = 905  # lines are found on a smaller image, which is as good and three times as fast
_LEAST_SIDE = 736  # PP-OCR blows up what is smaller, however long the other side
_MIN_SCORE = 0.5
_LEAST_HEIGHT = 8  # pixels below which no character can be made out
_JUDGES = 9  # the longest lines say whether the page is upside down
_TALL = 1.5
_MOST_THREADS = 4
_NO_MEMORY = re.compile("bad_alloc|failed to allocate|insufficient memory", re.IGNORECASE)


def read_page(image: Image, source: str) -> list[TextLine]:
    """Return the lines of a page with their boxes on the page set upright, in no particular order.

    Parameters
    ----------
    image
        The page in RGB, turned by any multiple of 90° and askew by a few degrees at most.
    source
        The file, and the page if there are several, for errors.

    Raises
    ------
    InputError
        If the extra ``ocr`` is not installed, or not as a whole.
    MemoryError
        If there is not enough memory.
    """
    check_installed(source)
    with _memory_error():
        return _lines(image, source)


@contextmanager
def _memory_error() -> Iterator[None]:
    """Raise MemoryError where ONNX Runtime or OpenCV lacks memory, as only the words of its error say."""
    try:
        yield
    except Exception as error:
        if _NO_MEMORY.search(str(error)):
            raise MemoryError from error
        raise


def _lines(image: Image, source: str) -> list[TextLine]:
    import numpy as np

    try:
        engine = _engine()
    except ImportError as error:
        raise InputError(
            "needs OCR, which cannot be loaded ({error}); install OCR: {command}",
            source,
            cause=Cause.NEEDS_OCR,
            error=reason_of(error),
            command=how_to_install("ocr"),
        ) from error
    except FileNotFoundError as error:
        raise InputError(
            "needs OCR, which lacks its model {error}; install OCR: {command}",
            source,
            cause=Cause.NEEDS_OCR,
            error=error,
            command=how_to_install("ocr"),
        ) from error
    if min(image.size) < _LEAST_HEIGHT:
        return []
    page = _resized(image, min(1.0, scale_for(*image.size)))
    boxes = _find(engine, page)
    if not len(boxes):
        return []
    sides = np.linalg.norm(boxes - np.roll(boxes, -1, axis=1), axis=2)  # top, right, bottom, left
    if np.median(sides[:, 1] / np.maximum(sides[:, 0], 1)) > _TALL:
        page = page.rotate(90, expand=True)
        boxes = _find(engine, page)
        if not len(boxes):
            return []
    pixels = np.asarray(page)
    lengths = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    crops = [_crop(pixels, box) for box in boxes]
    judges = np.argsort(-lengths)[:_JUDGES]
    against = sum(_is_upside_down(engine, crops[index]) for index in judges)
    if against * 2 > len(judges):
        height, width = pixels.shape[:2]
        boxes = (np.array([width, height]) - boxes)[:, [2, 3, 0, 1]]
        crops = [crop[::-1, ::-1].copy() for crop in crops]
    return _set_upright(boxes, [_read_line(engine, crop) for crop in crops])


def check_installed(source: str, why: str = Message("has no text that can be read as it is")) -> None:
    """Raise InputError if the extra ``ocr`` is not installed; ``source`` is what needs it, and ``why``."""
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        raise InputError(
            "{why}; install OCR: {command}",
            source,
            cause=Cause.NEEDS_OCR,
            why=why,
            command=how_to_install("ocr"),
        )


def scale_for(width: float, height: float) -> float:
    """Return the scale at which a page, measured in any unit, is read."""
    short, long = sorted((max(width, 1e-6), max(height, 1e-6)))
    return min(SHORT_SIDE / short, LONGEST * SHORT_SIDE / long)


def name_pages(numbers: Iterable[int]) -> str:
    """Return a phrase such as ``pages 1, 3-5``; the numbers are rising."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    if len(runs) == len(runs[0]) == 1:
        return Message("page {number}", number=named)
    return Message("pages {numbers}", numbers=named)


# --- the engine -------------------------------------------------------------------------------


def _threads() -> int:
    """Return how many threads to use: OMP_NUM_THREADS says so; a worker process has one."""
    import multiprocessing

    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted):
        return min(int(wanted), os.cpu_count() or 1)
    if multiprocessing.parent_process() is not None:
        return 1
    return min(os.cpu_count() or 1, _MOST_THREADS)


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Load the engine, once per process."""
    # Before the import: else ONNX Runtime keeps an identifier of the machine and reports its use.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import cv2
    import onnxruntime
    import rapidocr
    from rapidocr.inference_engine.base import FileInfo, InferSession
    from rapidocr.utils.parse_parameters import ParseParams

    onnxruntime.disable_telemetry_events()  # if it was imported before
    package = Path(rapidocr.__file__).parent
    defaults = ParseParams.load(package / "config.yaml")
    threads = _threads()
    cv2.setNumThreads(threads)
    params: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.text_score": 0.0,
        "Global.max_side_len": 10**6,  # images come in the size they are to be read at
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for task in ("Det", "Cls", "Rec"):
        own = defaults[task]
        info = FileInfo(own.engine_type, own.ocr_version, own.task_type, own.lang_type, own.model_type)
        model = package / "models" / Path(InferSession.get_model_url(info)["model_dir"]).name
        # By its path: by its name it would be downloaded if it were missing.
        if not model.is_file():
            raise FileNotFoundError(model.name)
        params[f"{task}.model_path"] = str(model)
    return rapidocr.RapidOCR(params=params)


def _find(engine: Any, page: Image) -> Any:
    """Return the corners of the lines: float array (lines, 4, 2), clockwise from the upper left."""
    import numpy as np

    small = _resized(page, min(1.0, scale_for(*page.size) * _FINDING_SIDE / SHORT_SIDE))
    pixels = np.asarray(small)[:, :, ::-1]
    missing = [(0, max(0, _LEAST_SIDE - size)) for size in pixels.shape[:2]]
    pixels = np.pad(pixels, [*missing, (0, 0)], constant_values=255)
    found = engine(pixels, use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None or not len(found.boxes):
        return np.empty((0, 4, 2), dtype=np.float32)
    boxes = np.asarray(found.boxes, dtype=np.float32) * (page.width / small.width)
    # A hairline would become a strip of endless length at the height lines are read at.
    narrow = np.linalg.norm(boxes - np.roll(boxes, -1, axis=1), axis=2).min(axis=1)
    return boxes[narrow >= _LEAST_HEIGHT]


def _is_upside_down(engine: Any, crop: Any) -> bool:
    label, score = engine(crop, use_det=False, use_cls=True, use_rec=False).cls_res[0]
    return bool(label == "180" and score > 0.5)


def _read_line(engine: Any, crop: Any) -> str:
    found = engine(crop, use_det=False, use_cls=False, use_rec=True)
    if not found.txts or found.scores[0] < _MIN_SCORE:
        return ""
    return str(found.txts[0]).strip()


# --- geometry ---------------------------------------------------------------------------------


def _resized(image: Image, scale: float) -> Image:
    from PIL.Image import Resampling

    if scale >= 1:
        return image
    size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    return image.resize(size, Resampling.LANCZOS)


def _crop(pixels: Any, box: Any) -> Any:
    """Cut a line out of a page and set it straight; blue, green, red, as RapidOCR has it."""
    import cv2
    import numpy as np

    width = max(int(np.linalg.norm(box[1] - box[0])), int(np.linalg.norm(box[2] - box[3])), 1)
    height = max(int(np.linalg.norm(box[3] - box[0])), int(np.linalg.norm(box[2] - box[1])), 1)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(box, dtype=np.float32), target)
    crop = cv2.warpPerspective(
        pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC
    )
    return np.ascontiguousarray(crop[:, :, ::-1])


def _set_upright(boxes: Any, texts: list[str]) -> list[TextLine]:
    """Turn the boxes by the slant that most of them have, and give each its text."""
    import numpy as np

    along = boxes[:, 1] - boxes[:, 0]
    lengths = np.linalg.norm(along, axis=1)
    slants = np.arctan2(along[:, 1], along[:, 0])
    slant = float(np.median(slants[lengths >= np.median(lengths)]))
    turn = np.array([[np.cos(slant), -np.sin(slant)], [np.sin(slant), np.cos(slant)]])
    straight = boxes @ turn
    return [
        TextLine(
            float(box[[0, 3], 0].mean()),
            float(box[[0, 1], 1].mean()),
            float(box[[1, 2], 0].mean()),
            float(box[[2, 3], 1].mean()),
            text,
        )
        for box, text in zip(straight, texts, strict=True)
        if text
    ]
