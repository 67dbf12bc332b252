"""Processor time of the grammar on texts that repeat one piece, the worst texts there are for it.

    python benchmarks/repeated_pieces.py [--drawn N] [--only PIECE ...]

Each piece, and with ``--drawn`` as many more that are put together of two or three of them, is repeated to
200,000 bytes of UTF-8, the five slowest once more to a million. Printed are seconds a megabyte, slowest
first, after those of the replies, which tell how fast the machine is. A pattern that begins at each
repetition and reads on to the end of the text is a hundred times as slow as one that stops; no document looks
like this, but a hostile one may.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from nhsa_nlp.data.corpus import read_labelled_table
from nhsa_nlp.entities.grammar import find_entities

REPLIES = Path(__file__).parent.parent / "training/data/replies.tsv"
SHORT, LONG = 200_000, 1_000_000  # bytes
ROUNDS = 3
WORST = 5
PIECES = """
一 1 十 百 万 亿 元 年 月 日 号 第 条 《 》 （ 〔 % 、 。 - ～ 的 和
1年 一个 第一 二十 10 1% 3- 万元 1、 一、 年- 《一 》《 《》 （1 〔1 医保 通知 关于 至少 以上
三个月 二十% 每人 每年 第1条 1万元 5‰～ 不低于 每人每 2020年 1元/ 《通知 通知》 局、部
每人每年 国办发〔 〔2020〕 1月2日 10%至 0.5个 三分之一 由1元 提高到1 医保发号 「关于」
2020年1 每人每年1 超过1000元 《关于1》 从1%到2% 医保发〔1 国家医疗保障 关于…的通知 1.2.3.
""".split()  # noqa: SIM905


def drawn(count: int) -> list[str]:
    """Return pieces of two or three of the others, always the same."""
    rng = random.Random(0)  # noqa: S311
    return ["".join(rng.sample(PIECES, rng.randint(2, 3))) for _ in range(count)]


def seconds(texts: Sequence[str]) -> float:
    """Return the processor time a megabyte, the least of up to three rounds."""
    size = sum(len(text.encode("utf-8")) for text in texts)
    found: list[float] = []
    while len(found) < ROUNDS and sum(found) < 1:
        began = time.process_time()
        for text in texts:
            find_entities(text)
        found.append(time.process_time() - began)
    return min(found) * 1e6 / size


def repeated(piece: str, size: int) -> list[str]:
    """Return the text of a piece."""
    return [piece * (size // len(piece.encode("utf-8")))]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--drawn", type=int, default=0, metavar="N")
    parser.add_argument("--only", nargs="+", metavar="PIECE", default=PIECES)
    arguments = parser.parse_args()
    replies = [reply.text for reply in read_labelled_table(REPLIES)]
    print(f"the replies\t{seconds(replies):.2f}", flush=True)
    pieces = [*arguments.only, *drawn(arguments.drawn)]
    ranked = sorted(((seconds(repeated(piece, SHORT)), piece) for piece in pieces), reverse=True)
    print(f"{len(ranked)} pieces, seconds a megabyte at {SHORT:,} bytes and at {LONG:,}")
    for number, (took, piece) in enumerate(ranked):
        at_length = f"\t{seconds(repeated(piece, LONG)):.2f}" if number < WORST else ""
        print(f"{piece}\t{took:.2f}{at_length}", flush=True)


if __name__ == "__main__":
    main()
