"""Share of the values in Microsoft Recognizers-Text's test cases that the grammar reads.

The test cases are public: https://github.com/microsoft/Recognizers-Text, folder ``Specs``, MIT licence.
They are not kept here; give the script that folder or a directory with copies of its files::

    python benchmarks/recognizers_specs.py Recognizers-Text/Specs
    python benchmarks/recognizers_specs.py Recognizers-Text/Specs --verbose

Every JSON file below the directory that expects an ``age``, ``currency``, ``dimension``,
``temperature``, ``percentage`` or ``number`` is used; where there are folders named ``Chinese``, only
files inside them. An expected value counts as found if a quantity that overlaps its characters has that
value (a range: one of its two), in the same scale: 三千比特 is 3000 比特 here and 3 Kilobit there, 2‰ is
0.2%, 五分之一 is 20%. Units are not compared beyond that, because the two name them in different languages.

What the shares do not show: the cases of one file expect only that file's type, so nothing can be said
about precision; and a number alone (``两百``, type ``number``) is not a quantity by the annotation guide, so
for these the last column matters, the share of the expected numerals that ``parse_number`` reads.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.entities.expressions import plain_numerals
from nhsa_nlp.entities.quantities import find_quantities
from nhsa_nlp.errors import InputError
from nhsa_nlp.text import clean
from nhsa_nlp.text.numerals import parse_number

TYPES = frozenset({"age", "currency", "dimension", "temperature", "percentage", "number"})
TOLERANCE = 1e-6
_SCALE = {"‰": 0.1, "‱": 0.01, "公斤": 1000.0, "公里": 1000.0, "大卡": 1000.0}


@dataclass(frozen=True, slots=True)
class Case:
    """One expected value.

    Attributes
    ----------
    text
        The input.
    start, end
        Half-open code-point offsets of the expected mention.
    value
        Its value; a percentage of 50% is 50.
    unit
        Its unit in English; empty for numbers and percentages.
    kind
        What the test case calls it: ``age``, ``number`` …
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    kind: str

    @property
    def base(self) -> float:
        """The value in the base unit: that of 3 Kilometer is 3000."""
        return self.value * 1000 if self.unit.startswith("Kilo") else self.value

    def is_value(self, value: float, unit: str) -> bool:
        """Tell whether a quantity has this value, whatever the scale of its unit."""
        if self.kind == "number" and unit == "%":  # 五分之一: 0.2 there, 20.00 % here
            return _same(value, self.value * 100) or _same(value, round(self.value * 100, 2))
        scale = _SCALE.get(unit, 1000.0 if unit.startswith("千") else 1.0)
        return _same(value * scale, self.base)

    @property
    def surface(self) -> str:
        """The characters of the mention."""
        return self.text[self.start : self.end]


def read_cases(path: Path) -> list[Case]:
    """Read the expected values of one file; mentions without a value (a unit alone) are left out.

    Raises
    ------
    InputError
        If the file is not a list of test cases.
    """
    try:
        specs = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"not a JSON file of test cases ({error})", path) from error
    if not isinstance(specs, list):
        raise InputError("not a list of test cases; give files of Recognizers-Text's Specs", path)
    cases = []
    for spec in specs:
        results = spec.get("Results", []) if isinstance(spec, dict) else []
        cases += [
            case
            for result in results
            if isinstance(result, dict) and (case := _case(spec["Input"], result)) is not None
        ]
    return cases


def _case(text: str, result: dict[str, Any]) -> Case | None:
    resolution = result.get("Resolution") or {}
    if result.get("TypeName") not in TYPES or "Start" not in result:
        return None
    try:
        value = float(str(resolution.get("value")).rstrip("%"))
    except ValueError:
        return None
    # The offsets count UTF-16 units, and the last character is included.
    units = text.encode("utf-16-le")
    start = len(units[: 2 * result["Start"]].decode("utf-16-le", "ignore"))
    end = len(units[: 2 * (result["End"] + 1)].decode("utf-16-le", "ignore"))
    return Case(text, start, end, value, resolution.get("unit") or "", result["TypeName"])


def find(case: Case) -> tuple[bool, list[str]]:
    """Tell whether the expected value was found, and show what overlaps its characters."""
    view = clean(case.text)
    found, shown = False, []
    for quantity in find_quantities(view.text):
        start, end = view.to_raw(quantity.start, quantity.end)
        if start < case.end and case.start < end:
            shown.append(f"{case.text[start:end]}={'/'.join(map(str, quantity.value))} {quantity.unit}")
            found = found or any(case.is_value(float(value), quantity.unit) for value in quantity.value)
    return found, shown


def reads_numeral(case: Case) -> bool:
    """Tell whether `parse_number` gives the expected value of the mention alone."""
    try:
        return _same(float(parse_number(plain_numerals(clean(case.surface).text))), case.value)
    except ValueError:
        return False


def _same(value: float, expected: float) -> bool:
    return math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _files(directory: Path) -> Iterator[Path]:
    if not directory.is_dir():
        raise InputError("there is no such folder; give that of the specifications", directory)
    paths = sorted(directory.rglob("*.json"))
    chinese = [path for path in paths if "Chinese" in path.relative_to(directory).parts]
    yield from chinese or paths


def main(arguments: list[str] | None = None) -> int:
    """Print the table, and the misses if asked to; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path, help="folder with the JSON specifications")
    parser.add_argument("--verbose", action="store_true", help="list what is missed, to standard error")
    options = parser.parse_args(arguments)
    try:
        files = [(path, cases) for path in _files(options.directory) if (cases := read_cases(path))]
        if not files:
            raise InputError(
                "no test cases with numbers here; give the folder Specs of Recognizers-Text",
                options.directory,
            )
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("| file | values | found as quantity | numeral read |")
    print("| --- | ---: | ---: | ---: |")
    for path, cases in files:
        results = [find(case) for case in cases]
        found = sum(hit for hit, _ in results)
        read = sum(map(reads_numeral, cases)) if path.stem.startswith("Number") else None
        numerals = "" if read is None else f"{read / len(cases):.1%}"
        print(f"| {path.stem} | {len(cases)} | {found} ({found / len(cases):.1%}) | {numerals} |")
        if options.verbose:
            for case, (hit, shown) in zip(cases, results, strict=True):
                if not hit and (read is None or not reads_numeral(case)):
                    what = f"{case.surface} = {case.value:.12g} {case.unit}".rstrip()
                    print(
                        f"{path.stem}: {what}; read: {shown or 'nothing'}; in: {case.text}", file=sys.stderr
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
