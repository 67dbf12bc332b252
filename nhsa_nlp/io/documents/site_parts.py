"""The parts of a web page that belong to its site, told by how the page is built.

Menus, lists of other pages and comments have names that say so in the `class` or `id` of their element,
or are many short blocks of one shape. What is long, and comes before any running text, is never taken
for one of these.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from nhsa_nlp.io.documents.furniture import is_prose
from nhsa_nlp.io.documents.html_lines import HtmlLine
from nhsa_nlp.text.patterns import longest_of, read_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORDS = read_words("nhsa_nlp.io.documents", "furniture.txt")
_SITE_NAMES = frozenset(_WORDS["site_names"].split())
_COMMENT_NAMES = frozenset(_WORDS["comment_names"].split())
_SITE_TAGS = frozenset(["nav", "footer", "aside"])
_NAME_PART = re.compile("[A-Z]?[a-z]+|[A-Z]+")
_REACTION = re.compile(longest_of(_WORDS["reactions"].split()))
_AROUND_REACTIONS = re.compile(r"[\W\d_]+|(?:今天|昨天|刚刚|分钟前|小时前|天前|月|日)")

# Characters: of prose that comes before comments, of a teaser, of a comment with its reactions.
_BEFORE_COMMENTS, _TEASER, _COMMENT = 50, 400, 1500
_TEASERS, _COMMENTS, _REACTIONS = 3, 2, 2
_HEADLINE, _SUMMARY = 6, 15  # characters, of the two lines of a teaser at least
_MOST_PROSE = 0.3  # of the page, in a part of the site
_LEAST_PROSE = 30  # characters that are left


def site_parts(tree: HtmlElement, lines: Sequence[HtmlLine]) -> set[HtmlElement]:
    """Return the elements of a page that belong to its site; none if little text would be left."""
    parts = _Parts(tree, lines)
    found = {element for element in tree.iter() if parts.is_part(element)} | parts.repeated()
    lost = sum(parts.prose[part] for part in found if not any(up in found for up in part.iterancestors()))
    return found if parts.prose[tree] - lost >= _LEAST_PROSE else set()


class _Parts:
    """Counts what each element of a page holds."""

    def __init__(self, tree: HtmlElement, lines: Sequence[HtmlLine]) -> None:
        self._tree = tree
        own: dict[HtmlElement, list[HtmlLine]] = defaultdict(list)
        for line in lines:
            own[line.block].append(line)
        self.prose = self._sums(own, _prose)
        self._length = self._sums(own, lambda line: len(line.text))
        self._links = self._sums(own, lambda line: line.is_link and len(line.text) >= _HEADLINE)
        self._plain = self._sums(own, lambda line: not line.is_link and len(line.text) >= _SUMMARY)
        self._reactions = self._sums(own, lambda line: _reactions(line.text))
        self._titled = {up for title in tree.iter("h1") for up in title.iterancestors()}
        self._before: dict[HtmlElement, int] = {}
        before = 0
        for element in tree.iter():
            self._before[element] = before
            before += sum(
                len(line.text) for line in own.get(element, ()) if is_prose(line.text, is_link=line.is_link)
            )

    def _sums(
        self, own: dict[HtmlElement, list[HtmlLine]], value: Callable[[HtmlLine], int]
    ) -> Counter[HtmlElement]:
        sums: Counter[HtmlElement] = Counter()
        for element in reversed(list(self._tree.iter())):
            sums[element] += sum(map(value, own.get(element, ())))
            parent = element.getparent()
            if parent is not None:
                sums[parent] += sums[element]
        return sums

    def is_part(self, element: HtmlElement) -> bool:
        """Tell whether an element is named as a part of the site."""
        if element.tag in ("html", "body", "main", "article") or element in self._titled:
            return False
        names = {
            part.lower()
            for name in (element.get("class", ""), element.get("id", ""))
            for part in _NAME_PART.findall(name)
        }
        is_short = self.prose[element] <= _MOST_PROSE * self.prose[self._tree]
        if names & _COMMENT_NAMES and self._before[element] >= _BEFORE_COMMENTS:
            return is_short or self._reactions[element] >= _REACTIONS
        return is_short and (element.tag in _SITE_TAGS or bool(names & _SITE_NAMES))

    def repeated(self) -> set[HtmlElement]:
        """Return the teasers of other pages, and the comments."""
        found: set[HtmlElement] = set()
        for parent in self._tree.iter():
            kinds: dict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
            for child in parent:
                kinds[child.tag, child.get("class", "")].append(child)
            for same in kinds.values():
                found.update(self._if_many(same, self._is_teaser, _TEASERS))
                found.update(self._if_many(same, self._is_comment, _COMMENTS))
        return found

    def _if_many(
        self, same: Iterable[HtmlElement], test: Callable[[HtmlElement], bool], least: int
    ) -> list[HtmlElement]:
        passed = [element for element in same if test(element)]
        return passed if len(passed) >= least else []

    def _is_teaser(self, element: HtmlElement) -> bool:
        return (
            1 <= self._links[element] <= 2 and self._plain[element] >= 1 and self._length[element] <= _TEASER
        )

    def _is_comment(self, element: HtmlElement) -> bool:
        return (
            self._reactions[element] >= _REACTIONS
            and self._length[element] <= _COMMENT
            and self._before[element] >= _BEFORE_COMMENTS
        )


def _prose(line: HtmlLine) -> int:
    return len(line.text) if is_prose(line.text, is_link=line.is_link) else 0


def _reactions(line: str) -> int:
    """Return how many buttons below a comment a line is made of: 举报 赞38 回复."""
    if len(line) > 40:
        return 0
    rest, count = _REACTION.subn("", line)
    return count if not _AROUND_REACTIONS.sub("", rest) else 0
