"""Groups of documents: same matter in other words, precision and recall; speed and memory.

The texts are those of ``training/data/proposals.jsonl``. Matters (``group``) are divided at random into two
halves. How rare pairs of characters are is counted in one half, and the other, whose matters it has not
seen, is grouped; then the other way round.

Three measures, of the pairs that are found alike and of the pairs within the groups made of them:

- by ``group``, all pairs. A group is a theme with several different requests in it, as its writer called
  it, and other writers call the same matter otherwise, so precision is far too low and so is recall;
- by ``group``, only pairs of the same writer, who gave different matters different names;
- by reading: ``same_matter.jsonl`` has pairs that one reader, a language model, judged without seeing
  score, writer or group: could one reply answer both? Pairs were drawn by score, samples 1 to 3 while the
  method and the threshold were chosen, sample 4 for confirmation from the pairs lead and member that a
  slightly lower threshold (0.04) proposed and that had not been read before; the threshold was then
  raised to the one shipped. How many pairs nobody has found is not known.

The shipped counts have seen all proposals, and so are not measured here. Of replies it is counted how many
pairs are proposed that are no near-duplicates, in halves in the same way.

    python benchmarks/groups.py             # precision and recall
    python benchmarks/groups.py --speed     # 20,000 documents
    python benchmarks/groups.py --learn     # count again what is shipped
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from nhsa_nlp.comparison import groups
from nhsa_nlp.comparison.matters import Matters, Rarity, resource_text
from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.splits import near_duplicate_pairs

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "training" / "data"
RESOURCE = HERE.parent / "nhsa_nlp" / "comparison" / "resources" / "bigrams.txt"
THRESHOLDS = (0.035, 0.04, 0.045, 0.05, 0.055, 0.06)
SEEDS = 5


def main() -> None:
    """Run what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--speed", action="store_true", help="time and memory of 20,000 documents")
    parser.add_argument("--learn", action="store_true", help="write the counts that are shipped")
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    if options.learn:
        write_text(RESOURCE, resource_text(learn()))
    elif options.speed:
        measure_speed(options.documents)
    else:
        measure_matters()
        measure_replies()


def learn() -> Rarity:
    """Count in the proposals, the documents of bureaus and the replies."""
    written = [text for name in ("proposals", "documents") for _, text in read(name)]
    return Rarity.learn(written, replies())


def replies() -> list[str]:
    """Return the replies of the training data."""
    return [reply.text for reply in read_replies(DATA / "replies.tsv")]


def read(name: str) -> list[tuple[dict[str, str], str]]:
    """Return the items of a file of the training data, each with its title and text in one."""
    lines = (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [(item, f"{item['title']}\n{item['text']}") for item in map(json.loads, lines)]


def measure_matters() -> None:
    """Print precision and recall at several thresholds."""
    items, texts = zip(*read("proposals"), strict=True)
    names = sorted({item["group"] for item in items})
    place = {item["id"]: index for index, item in enumerate(items)}
    lines = (HERE / "same_matter.jsonl").read_text("utf-8").splitlines()
    judged = [
        (place[item["one"]], place[item["other"]], item["sample"], item["same"])
        for item in map(json.loads, lines)
    ]
    counts: defaultdict[tuple[float, str], list[tuple[int, int, int]]] = defaultdict(list)
    likeness: defaultdict[tuple[int, int, int, bool], list[float]] = defaultdict(list)
    for seed in range(SEEDS):
        chosen = set(random.Random(seed).sample(names, len(names) // 2))  # noqa: S311 - an experiment
        halves = [[i for i, item in enumerate(items) if (item["group"] in chosen) == side] for side in (0, 1)]
        for learnt, tested in (halves, halves[::-1]):
            matters = Matters((texts[i] for i in tested), Rarity.learn(texts[i] for i in learnt))
            alike = [(tested[a], tested[b], score) for a, b, score in matters.alike(min(THRESHOLDS))]
            for threshold in THRESHOLDS:
                pairs = [(a, b) for a, b, score in alike if score >= threshold]
                links: defaultdict[int, dict[int, float]] = defaultdict(dict)
                for a, b, score in alike:
                    if score >= threshold:
                        links[a][b] = links[b][a] = score
                stars = groups.stars(links, texts)
                inside = [pair for lead, star in stars.items() for pair in combinations([lead, *star], 2)]
                for kind, found in (("pairs", pairs), ("groups", inside)):
                    counts[threshold, kind].append(agreement(found, items, tested))
                    own = [(a, b) for a, b in found if items[a]["writer"] == items[b]["writer"]]
                    counts[threshold, f"{kind} of one writer"].append(agreement(own, items, tested, own=True))
            numbers = {index: number for number, index in enumerate(tested)}
            for one, other, sample, same in judged:
                if one in numbers and other in numbers:
                    score = matters.likeness(numbers[one], numbers[other])
                    likeness[one, other, sample, same].append(score)
    print(f"{len(texts)} proposals, halves of the matters, {SEEDS} times; shipped: {groups.SAME_MATTER}")
    for (threshold, kind), runs in counts.items():
        right, total, existing = map(sum, zip(*runs, strict=True))
        precision, recall = right / max(1, total), right / existing
        f1 = 2 * right / (total + existing)
        found_pairs = total / len(runs)
        print(
            f"  ≥ {threshold}: {kind:20} {found_pairs:6.0f} a half, by group: precision {precision:.3f} "
            f"recall {recall:.4f} F1 {f1:.4f}"
        )
    print("by reading: precision (pairs read)")
    for threshold in THRESHOLDS:
        cells = []
        for sample in (1, 2, 3, 4):
            answers = [k[3] for k, v in likeness.items() if k[2] == sample and np.mean(v) >= threshold]
            low, high = wilson(sum(answers), len(answers))
            cells.append(f"sample {sample}: {np.mean(answers):.2f} [{low:.2f}, {high:.2f}] ({len(answers)})")
        print(f"  ≥ {threshold}:", "; ".join(cells))


def measure_replies() -> None:
    """Print how many replies are alike without being near-duplicates, with set phrases and without.

    Words and phrases are counted in one half of the replies, beside the other texts; the other half is
    grouped.
    """
    written, all_replies = [text for name in ("proposals", "documents") for _, text in read(name)], replies()
    counts: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for seed in range(SEEDS):
        chosen = set(random.Random(seed).sample(range(len(all_replies)), len(all_replies) // 2))  # noqa: S311
        halves = [[text for i, text in enumerate(all_replies) if (i in chosen) == side] for side in (0, 1)]
        for learnt, texts in (halves, halves[::-1]):
            near = {(one, other) for one, other, _ in near_duplicate_pairs(texts, 0.5)}
            rarity = Rarity.learn(written, learnt)
            plain = Rarity(rarity.documents, rarity.counts, rarity.typical)
            for name, known in (("as any text", plain), ("without set phrases", rarity)):
                alike = Matters(texts, known).alike(groups.SAME_MATTER)
                links: defaultdict[int, dict[int, float]] = defaultdict(dict)
                for one, other, score in alike:
                    links[one][other] = links[other][one] = score
                stars = groups.stars(links, texts)
                others = sum((one, other) not in near for one, other, _ in alike)
                counts[name].append((others, len(stars), len(stars) + sum(map(len, stars.values()))))
    for name, runs in counts.items():
        pairs, number, inside = (sum(column) / len(runs) for column in zip(*runs, strict=True))
        print(
            f"{len(all_replies) // 2} replies {name}: {pairs:.0f} pairs that are no near-duplicates, "
            f"{number:.0f} groups with {inside:.0f} of them"
        )


def agreement(
    pairs: Sequence[tuple[int, int]],
    items: Sequence[dict[str, str]],
    tested: Sequence[int],
    *,
    own: bool = False,
) -> tuple[int, int, int]:
    """Return how many pairs are of one group, how many there are, and how many are of one group in all."""
    sizes: defaultdict[tuple[str, str], int] = defaultdict(int)
    for index in tested:
        sizes[items[index]["group"], items[index]["writer"] if own else ""] += 1
    right = sum(items[a]["group"] == items[b]["group"] for a, b in pairs)
    return right, len(pairs), sum(size * (size - 1) // 2 for size in sizes.values())


def wilson(right: int, total: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927)."""
    share, z = right / total, 1.96
    middle, half = (
        share + z * z / (2 * total),
        z * np.sqrt(share * (1 - share) / total + z * z / total**2 / 4),
    )
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def measure_speed(number: int) -> None:
    """Group documents of some 800 characters made at random; every fifth is a changed copy."""
    texts = list(made(number))
    before = time.process_time()
    found = groups.group_documents(texts)
    seconds = time.process_time() - before
    size = sum(map(len, texts))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    members = [member.relation for group in found for member in group.members]
    print(
        f"{number:,} documents, {size:,} characters: {seconds:.0f} s of processor time, "
        f"peak {memory:.0f} MB; {len(found)} groups, {members.count('near_duplicate')} near-duplicates, "
        f"{members.count('same_matter')} of the same matter"
    )


def made(number: int) -> Iterator[str]:
    """Yield documents of 200 to 1,500 characters, each drawn as in the training data after two others."""
    rng = random.Random(0)  # noqa: S311 - an experiment
    following: defaultdict[str, list[str]] = defaultdict(list)
    for name in ("proposals", "documents"):
        for _, text in read(name):
            for start in range(len(text) - 2):
                following[text[start : start + 2]].append(text[start + 2])
    beginnings = [pair for pair, chars in following.items() if len(chars) > 5]
    earlier: list[str] = []
    for index in range(number):
        if index % 5 == 4:
            yield "".join(part for part in rng.choice(earlier).split("，") if rng.random() > 0.1)
            continue
        text = rng.choice(beginnings)
        length = rng.randint(200, 1500)
        while len(text) < length:
            text += rng.choice(following.get(text[-2:]) or following[rng.choice(beginnings)])
        earlier.append(text)
        yield text


if __name__ == "__main__":
    main()
