"""Characters a second on one core: nhsa-nlp, spaCy, Recognizers-Text and EDS-NLP on the same texts.

The peers are not dependencies; install them first (a row without its peer is left out)::

    pip install "recognizers-text-number-with-unit==1.0.2a2" "emoji<2" edsnlp
    python benchmarks/speed.py
    python benchmarks/speed.py --long          # also one line of 1 and of 10 million characters

Texts are the replies in ``training/data``. Every contestant is warmed up and then takes its turn in each
repetition; the median counts. Processor time is measured, of all threads together (there is one). Other
work on the machine changes it, but all contestants alike: trust the ratios, which are of the times within
a repetition (median, smallest to largest), more than the speeds. spaCy's Chinese models are not available
offline, so its default ``ner`` (tok2vec 96 wide, 4 deep) runs with random weights on the words of jieba; a
trained one does the same arithmetic, and its own segmenter, pkuseg, is slower than jieba. Recognizers-Text
runs its number, percentage, age, currency, dimension and temperature models. EDS-NLP runs the regular
expressions for titles, document numbers and quantities of ``batch_edsnlp.py``, without values. The peers do
only part of the work: none knows topics or the anatomy of a letter, so cleaning and grammar alone are
compared with them, too. Among the rows of parts, topic and letter each clean the text, which the pipeline
does once for all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = "nhsa-nlp: the whole pipeline"
GRAMMAR = "– cleaning and grammar"
DOCUMENT = 1_500  # characters
LONG = (1_000_000, 10_000_000)

Work = Callable[[str], object]


def nhsa_nlp_parts(bundle: Path | None) -> dict[str, Work]:
    """Return the pipeline and its parts, each as a function of a text."""
    import rjieba

    import nhsa_nlp
    from nhsa_nlp.entities.grammar import find_entities
    from nhsa_nlp.letter import parse_letter
    from nhsa_nlp.text import clean

    nlp = nhsa_nlp.load(bundle)
    model: Any = nlp.get_pipe("topic")
    return {
        PIPELINE: nhsa_nlp.load_analyser(bundle),
        "– the same as a pipeline of spaCy": nlp,
        "– cleaning": clean,
        GRAMMAR: find_entities,
        "– words (rjieba)": rjieba.cut,
        "– topic, probabilities only": lambda text: model.model.predict_proba([text]),
        "– topic with its evidence": model.model.analyse,
        "– letter": parse_letter,
    }


def spacy_ner() -> Work:
    """Return spaCy's Chinese pipeline with its default ``ner``, randomly initialised."""
    import spacy

    tokenizer = {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "jieba"}
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": tokenizer}})
    ner: Any = nlp.add_pipe("ner")
    for label in ("POLICY", "DOC_NO", "QUANTITY"):
        ner.add_label(label)
    nlp.initialize()
    return nlp


def recognizers_text() -> Work:
    """Return Recognizers-Text's Chinese models for numbers with and without units."""
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    numbers, units = NumberRecognizer(Culture.Chinese), NumberWithUnitRecognizer(Culture.Chinese)
    models = [
        numbers.get_number_model(),
        numbers.get_percentage_model(),
        units.get_age_model(),
        units.get_currency_model(),
        units.get_dimension_model(),
        units.get_temperature_model(),
    ]
    return lambda text: [model.parse(text) for model in models]


def eds_nlp() -> Work:
    """Return EDS-NLP's matcher of regular expressions, with sentences."""
    from batch_edsnlp import regex_pipeline

    nlp: Work = regex_pipeline()
    return nlp


PEERS: dict[str, Callable[[], Work]] = {
    "spaCy zh, default ner": spacy_ner,
    "Recognizers-Text": recognizers_text,
    "EDS-NLP, regular expressions": eds_nlp,
}


def _peer(name: str, build: Callable[[], Work]) -> dict[str, Work]:
    """Build a peer; empty where it is not installed."""
    try:
        return {name: build()}
    except ImportError as error:
        print(f"{name} is left out: {error} (see the top of {Path(__file__).name})", file=sys.stderr)
        return {}


def measure(works: dict[str, Work], texts: Sequence[str], repetitions: int) -> dict[str, list[float]]:
    """Return the seconds of each in each repetition, in which they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        for text in texts[: max(1, len(texts) // 10)]:
            work(text)
    for _ in range(repetitions):
        for name, work in works.items():
            began = time.process_time()
            for text in texts:
                work(text)
            seconds[name].append(time.process_time() - began)
    return seconds


def speed(texts: Sequence[str], seconds: Sequence[float]) -> float:
    """Return the median characters a second."""
    return sum(map(len, texts)) / statistics.median(seconds)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Say how many times as fast we are: the median of the repetitions, and the range."""
    found = [their / our for our, their in zip(ours, theirs, strict=True)]
    return f"{statistics.median(found):.1f} ({min(found):.1f} to {max(found):.1f})"


def measure_long(length: int, replies: Sequence[str]) -> tuple[float, float | None, int]:
    """Clean and search one line of the given length.

    Returns
    -------
    (float, float or None, int)
        Seconds; the peak memory of the process in megabytes (None where the system does not say),
        imports included; and the number of entities.
    """
    from nhsa_nlp.entities.grammar import find_entities

    line = "".join(replies)
    find_entities(line[:1000])
    line = (line * (length // len(line) + 1))[:length]
    began = time.process_time()
    found = len(find_entities(line))
    seconds = time.process_time() - began
    return seconds, _peak_memory(), found


def _peak_memory() -> float | None:
    """Return the peak memory of this process in megabytes, where the system reports it.

    Not ``resource.getrusage``: a child's begins at what its parent had.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.is_file() else None
    return int(found[1]) / 1024 if found else None


def print_speeds(works: dict[str, Work], replies: Sequence[str], repetitions: int) -> None:
    """Print the table of all contestants, then the speed on documents of one length."""
    seconds = measure(works, replies, repetitions)
    print(f"{len(replies)} replies, {sum(map(len, replies)):,} characters, median of {repetitions}\n")
    print("| | characters a second | the whole pipeline is … times as fast | cleaning and grammar are |")
    print("| --- | ---: | ---: | ---: |")
    for name, times in seconds.items():
        ratios = [ratio(seconds[ours], times) if name in PEERS else "" for ours in (PIPELINE, GRAMMAR)]
        print(f"| {name} | {speed(replies, times):,.0f} | {' | '.join(ratios)} |")
    line = iter("".join(replies))
    documents = list(iter(lambda: "".join(islice(line, DOCUMENT)), ""))[:-1]
    found = speed(documents, measure({PIPELINE: works[PIPELINE]}, documents, repetitions)[PIPELINE])
    print(
        f"\nDocuments of {DOCUMENT:,} characters: {found / DOCUMENT:,.0f} a second ({found:,.0f} characters)"
    )


def print_growth(replies: Sequence[str]) -> None:
    """Print time and memory on one long line; each length runs in its own process."""
    print("\n| one line of … characters | µs a character | peak memory, MB | entities |")
    print("| ---: | ---: | ---: | ---: |")
    for length in LONG:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, peak, found = pool.apply(measure_long, (length, replies))
        memory = "" if peak is None else f"{peak:,.0f}"
        print(f"| {length:,} | {seconds / length * 1e6:.2f} | {memory} | {found:,} |", flush=True)


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bundle", type=Path, help="model bundle (default: the one that is shipped)")
    parser.add_argument("--data", type=Path, default=ROOT / "training" / "data" / "replies.tsv")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="also measure the growth with one long line")
    parser.add_argument("--only", action="store_true", help="leave out the peers")
    options = parser.parse_args()

    from nhsa_nlp.data.corpus import read_replies
    from nhsa_nlp.errors import NhsaNlpError

    try:
        replies = [reply.text for reply in read_replies(options.data)]
        works = nhsa_nlp_parts(options.bundle)
    except NhsaNlpError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, build in () if options.only else PEERS.items():
        works |= _peer(name, build)
    print_speeds(works, replies, options.repetitions)
    if options.long:
        print_growth(replies)
    return 0


if __name__ == "__main__":
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # read when NumPy is imported, which main does
    sys.exit(main())
