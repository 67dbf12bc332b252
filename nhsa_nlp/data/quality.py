"""What can be wrong with labelled texts, found out before anything is trained.

Mistakes are refused, all of them at once; what may be intended is a warning, which the bundle's card
repeats.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from nhsa_nlp.checks import show
from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic.labels import OUR_LABELS
from nhsa_nlp.topic.spelling import are_ours, folded, suggestion
from nhsa_nlp.translation import Message

_RARE = 10  # a label this many times rarer than one that looks like it is suspected to be a typo
_FEW = 2  # texts of a class; with fewer it cannot be both learned and tested
_ENOUGH_TO_JUDGE = 20  # rows; fewer are too few to judge a column by
_LONGEST_LABEL = 100  # characters
_NOT_SHOWN = ("Cc", "Cs", "Zl", "Zp")


def check_labelled(
    documents: Sequence[LabelledText],
    path: str | Path,
    labels: Sequence[str] = (),
    known: Sequence[InputError] = (),
) -> list[str]:
    """Check labelled texts.

    Parameters
    ----------
    path
        Where they come from, for the messages.
    labels
        The labels that may occur. If not given, they are the seven of `nhsa_nlp.topic.labels` and the two
        scopes where most of the texts have one of these, else whatever occurs.
    known
        Problems already found, to be reported with the rest.

    Returns
    -------
    list of str
        Warnings, a sentence each.

    Raises
    ------
    InputProblemsError
        If labels are misspelt, one label is written in several ways, there is only one class, or texts
        and labels are mixed up.
    """
    counts = Counter(document.label for document in documents)
    first: dict[str, int] = {}
    for document in documents:
        first.setdefault(document.label, document.line)
    allowed = tuple(labels) or (OUR_LABELS if are_ours(counts) else ())
    problems = [
        *known,
        *_mixed_up(documents, counts, path),
        *_no_names(first, path),
        *(_unknown(counts, first, allowed, path) if allowed else _variants(counts, first, path)),
    ]
    if len(counts) == 1 and not problems:
        (only,) = counts
        problems.append(
            InputError(
                "all {count} texts have the label {label}; two are needed",
                path,
                count=len(documents),
                label=show(only),
            )
        )
    if problems:
        raise InputProblemsError(problems)
    warnings = [] if allowed else list(suspicious_labels(counts))
    if allowed is not OUR_LABELS and (rare := [label for label, n in sorted(counts.items()) if n < _FEW]):
        warnings.append(
            Message(
                "labels with a single text, which cannot be tested: {some}; add texts or merge labels",
                some=_some(rare),
            )
        )
    if wordless := [document for document in documents if not _has_letter(document.text)]:
        lines = _some([str(document.line) for document in wordless])
        warnings.append(
            Message("{count} texts have no letter in them (lines {lines})", count=len(wordless), lines=lines)
        )
    return warnings + list(_duplicates(documents))


def leaked(documents: Sequence[LabelledText], test: Sequence[LabelledText]) -> list[int]:
    """Return which test texts (by position) are near-duplicates of a training text."""
    groups = near_duplicate_groups([document.text for document in (*documents, *test)])
    known = set(groups[: len(documents)].tolist())
    return [i for i, group in enumerate(groups[len(documents) :].tolist()) if group in known]


def suspicious_labels(counts: Counter[str]) -> Iterator[str]:
    """Yield a warning for each rare label that differs from a frequent one in a single character."""
    usual = [label for label, n in counts.most_common() if n >= _RARE]
    for label, number in sorted(counts.items()):
        near = [
            other
            for other in usual
            if counts[other] >= _RARE * number
            and min(len(label), len(other)) > 1
            and _one_apart(label, other)
        ]
        if near:
            yield (
                Message(
                    "the label {label} (rows: {rows}) looks like {near} (rows: {near_rows}); a typo?",
                    label=show(label),
                    rows=number,
                    near=show(near[0]),
                    near_rows=counts[near[0]],
                )
            )


def _unknown(
    counts: Counter[str], first: dict[str, int], allowed: Sequence[str], path: str | Path
) -> Iterator[InputError]:
    for label, number in counts.items():
        if label in allowed:
            continue
        meant = suggestion(label, allowed)
        advice = f"write {show(meant)}" if meant else Message("correct it")
        listed = ", ".join(map(show, allowed[:10])) + (" …" if len(allowed) > 10 else "")
        yield InputError(
            "unknown label {label} (rows: {rows}); {advice}. The labels are {listed}; name any others with "
            "--labels",
            path,
            first[label],
            label=show(label),
            rows=number,
            advice=advice,
            listed=listed,
        )


def _variants(counts: Counter[str], first: dict[str, int], path: str | Path) -> Iterator[InputError]:
    ways: dict[str, list[str]] = defaultdict(list)
    for label in sorted(counts, key=lambda name: (-counts[name], name != folded(name), name)):
        ways[folded(label)].append(label)
    for usual, *others in ways.values():
        for other in others:
            yield InputError(
                "the label {label} (rows: {rows}) differs from {usual} (rows: {usual_rows}) only in width, "
                "case or spaces; write {usual}",
                path,
                first[other],
                label=show(other),
                rows=counts[other],
                usual=show(usual),
                usual_rows=counts[usual],
            )


def _mixed_up(
    documents: Sequence[LabelledText], counts: Counter[str], path: str | Path
) -> Iterator[InputError]:
    total = len(documents)
    if total < _ENOUGH_TO_JUDGE:
        return
    texts = {document.text for document in documents}
    if 2 * len(counts) > total:
        yield InputError(
            "the column of labels has {count} different values in {total} rows, so it is hardly one; name "
            "the right one with --label-column",
            path,
            count=len(counts),
            total=total,
        )
    if 20 * len(texts) < total and len(texts) <= len(counts):
        yield InputError(
            "the column of texts has only {count} different values in {total} rows, so it is hardly one; "
            "name the right one with --text-column",
            path,
            count=len(texts),
            total=total,
        )
    wordless = sum(not _has_letter(document.text) for document in documents)
    if 2 * wordless > total:
        yield InputError(
            "{count} of {total} texts have no letter in them; name the right column with --text-column",
            path,
            count=wordless,
            total=total,
        )


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _no_names(first: dict[str, int], path: str | Path) -> Iterator[InputError]:
    """Refuse what no table, list or file of a tool could show as a label; the first stands for all."""
    for label, line in first.items():
        if len(label) > _LONGEST_LABEL:
            what = Message(
                "has {count:,} characters, and a label at most {limit}",
                count=len(label),
                limit=_LONGEST_LABEL,
            )
        elif any(unicodedata.category(char) in _NOT_SHOWN for char in label):
            what = Message("has a line break or control character in it")
        else:
            continue
        yield InputError(
            "the label {labels} {what}; correct it, or name another --label-column",
            path,
            line,
            labels=show(label),
            what=what,
        )
        return


def _one_apart(one: str, other: str) -> bool:
    """Tell whether one inserted, deleted or changed character, not a digit, makes the two equal."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    changed = one[start : start + 1] + other[start : start + 1]
    if any(char.isdigit() for char in changed):
        return False  # 第1类 and 第2类 are two classes
    rests = (one[start:], other[start:])
    return rests[0][1:] == rests[1][1:] or rests[0][1:] == rests[1] or rests[0] == rests[1][1:]


def _duplicates(documents: Sequence[LabelledText]) -> Iterator[str]:
    copies: dict[str, list[LabelledText]] = defaultdict(list)
    for document in documents:
        copies[document.text.strip()].append(document)
    repeated = [group for group in copies.values() if len(group) > 1]
    same = sum(len(group) - 1 for group in repeated)
    if same:
        yield Message("{count} texts are exact copies of others", count=same)
    differing = [group for group in repeated if len({d.label for d in group}) > 1]
    if differing:
        lines = [" and ".join(str(d.line) for d in group[:3]) for group in differing]
        yield Message(
            "{count} texts occur with different labels, such as those on lines {lines}",
            count=len(differing),
            lines=_some(lines),
        )
    members: dict[int, list[LabelledText]] = defaultdict(list)
    for document, group in zip(documents, near_duplicate_groups([d.text for d in documents]), strict=True):
        members[int(group)].append(document)
    near = [g for g in members.values() if len({d.text.strip() for d in g}) > 1]
    apart = [g for g in near if len({d.label for d in g}) > 1]
    if near:
        yield (
            Message(
                "{near} groups of texts share half their text or more; {apart} of these groups have "
                "different labels",
                near=len(near),
                apart=len(apart),
            )
        )


def _some(items: Sequence[str]) -> str:
    return ", ".join(items[:5]) + (" …" if len(items) > 5 else "")
