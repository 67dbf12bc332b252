"""Joining the citations of an archive into policies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nhsa_nlp.archive.policies.identity.damage import is_damage, one_edit_apart, words
from nhsa_nlp.archive.policies.identity.issuers import (
    IssuedNumber,
    full_name,
    is_local,
    is_misreading,
    issuer_of_number,
    read_number,
    without_office,
)
from nhsa_nlp.archive.policies.identity.names import PolicyName, bare_title, is_generic, read_name


@dataclass(frozen=True, slots=True)
class Citation:
    """A way in which a policy is cited, and how often.

    Attributes
    ----------
    title
        The full title as the text gives it, with or without title marks.
    number
        The document number given with it.
    """

    title: str
    number: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy and all that cites it; unknown is None or empty, never a guess.

    Attributes
    ----------
    title
        The title as it is written most often, of the undamaged ones.
    issuers
        Who issued it: the body whose number it bears, else those its title names.
    year
        The year of its number, else the only year in its title.
    drafts
        How many of its citations are of a draft (征求意见稿, 草案).
    members
        Indices of its citations in the sequence given to `identify`, rising.
    """

    title: str
    number: str | None
    issuers: tuple[str, ...]
    year: int | None
    citations: int
    drafts: int
    members: tuple[int, ...]


@dataclass(slots=True)
class _Form:
    """Citations that agree in all that identifies a policy."""

    name: PolicyName
    number: IssuedNumber | None
    members: list[int] = field(default_factory=list)
    weight: int = 0

    @property
    def issuers(self) -> frozenset[str]:
        """Who issued it, without their offices: from the title and from the number."""
        names = {without_office(name) for name in self.name.issuers}
        if self.number and (issuer := issuer_of_number(self.number)):
            names.add(without_office(full_name(issuer)))
        return frozenset(names)


@dataclass(slots=True)
class _Group:
    """Forms of one policy."""

    core: str
    edition: str
    forms: list[_Form] = field(default_factory=list)
    issuers: set[str] = field(default_factory=set)

    def add(self, form: _Form) -> None:
        self.forms.append(form)
        self.issuers |= form.issuers


_DISTINCTIVE = 10  # characters of a name that two documents of one year do not share by chance
_COMPARED = 8  # titles under one number that a further one is compared with


def identify(citations: Sequence[Citation]) -> list[Policy]:
    """Join citations of the same policy; their order does not change the result, except in ``members``.

    1. Titles with the same `canonical_key` form a family, together with those of which one character
       was damaged (see `damage`).
    2. A family is split by document numbers and issuers. A citation that gives neither belongs to the
       one policy of its family, or to the one that is not local; if there are several, it stays apart.
    3. Policies with the same document number are joined, unless their titles contradict each other.

    Returns
    -------
    list of Policy
        The most cited first. Each citation is a member of exactly one.
    """
    families = _families(_forms(citations))
    groups = [group for family in families for group in _split(family)]
    policies = [_policy(forms, citations) for forms in _join_by_number(groups)]
    return sorted(policies, key=lambda policy: (-policy.citations, policy.title, policy.number or ""))


# --- families: titles with the same name ---------------------------------------------------------


def _forms(citations: Sequence[Citation]) -> list[_Form]:
    names: dict[str, PolicyName] = {}
    forms: dict[tuple[str, tuple[str, ...], IssuedNumber | None, bool, bool], _Form] = {}
    for index, citation in enumerate(citations):
        name = names.get(citation.title) or names.setdefault(citation.title, read_name(citation.title))
        number = read_number(citation.number) or name.number
        same = (name.key, name.issuers, number, name.draft, name.whole)
        form = forms.setdefault(same, _Form(name, number))
        form.members.append(index)
        form.weight += citation.count
    return list(forms.values())


def _families(forms: list[_Form]) -> list[list[_Form]]:
    """Group forms by key, the damaged keys with the one they were; the undamaged forms first."""
    by_key: dict[str, list[_Form]] = defaultdict(list)
    for form in forms:
        by_key[form.name.key].append(form)
    weights = {key: sum(form.weight for form in members) for key, members in by_key.items()}
    keys = sorted(by_key, key=lambda key: (-weights[key], -len(key), key))
    roots = {keys[damaged]: keys[model] for damaged, model in _undamaged(keys, by_key).items()}
    families: dict[str, list[_Form]] = defaultdict(list)
    for key in sorted(by_key, key=lambda key: (roots.get(key, key) != key, key)):
        families[roots.get(key, key)] += sorted(by_key[key], key=_order)
    return list(families.values())


def _order(form: _Form) -> tuple[int, tuple[str, ...], str]:
    return -form.weight, form.name.issuers, str(form.number or "")


def _undamaged(keys: list[str], by_key: dict[str, list[_Form]]) -> dict[int, int]:
    """Return for each damaged key the one it was, both as indices; the most cited keys come first."""
    pairs: set[tuple[int, int]] = set()
    # Names are compared within an edition; whole titles, which contain theirs, with all others.
    by_edition: dict[str, dict[str, int]] = defaultdict(dict)
    plain: dict[str, int] = {}
    for index, key in enumerate(keys):
        name = by_key[key][0].name
        by_edition[name.edition][name.core] = index
        for form in by_key[key]:
            plain.setdefault(form.name.plain, index)
    for compared in (*by_edition.values(), plain):
        texts = list(compared)
        for model, damaged in one_edit_apart(texts):
            pair = compared[texts[model]], compared[texts[damaged]]
            if pair[0] != pair[1] and pair not in pairs and is_damage(texts[model], texts[damaged]):
                pairs.add(pair)
    models: dict[int, int] = {}
    # A damaged title is not a model for another: what differs in two characters is not joined by a chain.
    for pair in sorted((min(pair), max(pair)) for pair in pairs):
        if not models.keys() & set(pair):
            models[pair[1]] = pair[0]
    return models


# --- the policies of a family: numbers and issuers -----------------------------------------------


def _split(family: list[_Form]) -> list[_Group]:
    """Split titles with the same name by what else is known of them."""
    name = family[0].name
    generic = is_generic(name.core)
    groups: list[_Group] = []

    def open_group() -> _Group:
        groups.append(_Group(name.core, name.edition))
        return groups[-1]

    # By number.
    numbered: dict[IssuedNumber, _Group] = defaultdict(open_group)
    readings = _Readings()
    is_distinctive = not generic and len(name.core) >= _DISTINCTIVE
    for form in family:
        if form.number:
            numbered[readings.model(form.number) if is_distinctive else form.number].add(form)
    # By issuer. A generic title may be another document of the same issuer.
    by_issuer: dict[str, list[_Group]] = defaultdict(list)
    if not generic:
        for group in groups:
            for issuer in group.issuers:
                by_issuer[issuer].append(group)
    unknown = [group for group in groups if not group.issuers and not generic]
    ambiguous: dict[frozenset[str], _Group] = defaultdict(open_group)
    for form in family:
        if form.number or not form.name.issuers:
            continue
        hosts = {id(group): group for issuer in form.issuers for group in by_issuer[issuer][:2]}
        if not hosts and len(unknown) == 1:
            hosts[0] = unknown.pop()
        if len(hosts) > 1:
            ambiguous[form.issuers].add(form)
            continue
        host = next(iter(hosts.values())) if hosts else open_group()
        host.add(form)
        for issuer in form.issuers:
            if all(group is not host for group in by_issuer[issuer][:2]):
                by_issuer[issuer].append(host)
    # By name alone.
    bare = [form for form in family if not form.number and not form.name.issuers]
    if bare:
        likely = groups if len(groups) == 1 else [g for g in groups if not any(map(is_local, g.issuers))]
        host = likely[0] if len(likely) == 1 and not generic else open_group()
        for form in bare:
            host.add(form)
    return groups


class _Readings:
    """The numbers of one title; a misread one is replaced by the one it was."""

    def __init__(self) -> None:
        self._models: dict[IssuedNumber, IssuedNumber] = {}
        self._alike: dict[tuple[str, str, str], IssuedNumber] = {}

    def model(self, number: IssuedNumber) -> IssuedNumber:
        """Return the number that stands for ``number``; the most cited must come first."""
        if number in self._models:
            return self._models[number]
        places = [("", number.year, number.serial)] + [
            (number.code, number.year, number.serial[:i] + "*" + number.serial[i + cut :])
            for cut in (0, 1)
            for i in range(len(number.serial) + 1 - cut)
        ]
        for place in places:
            other = self._alike.get(place)
            if other is not None and is_misreading(number, other):
                self._models[number] = other
                return other
        for place in places:
            self._alike.setdefault(place, number)
        self._models[number] = number
        return number


# --- the same number on different titles ---------------------------------------------------------


def _join_by_number(groups: list[_Group]) -> Iterable[list[_Form]]:
    """Yield the forms of each policy: groups that share a number, unless their titles contradict."""
    parent = list(range(len(groups)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    holders: dict[IssuedNumber, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        for number in sorted({form.number for form in group.forms if form.number}):
            holders[number].append(index)
    for indices in holders.values():
        # The longest title first: those of attachments and shortened ones are parts of it.
        indices.sort(key=lambda i: (-len(groups[i].core), groups[i].core, groups[i].edition))
        models: list[int] = []
        for index in indices:
            for model in models[:_COMPARED]:
                if not _contradict(groups[model], groups[index]):
                    parent[root(index)] = root(model)
                    break
            else:
                models.append(index)
    joined: dict[int, list[_Form]] = defaultdict(list)
    for index, group in enumerate(groups):
        joined[root(index)] += group.forms
    return joined.values()


_COMMON_WORDS = "意见 办法 通知 公告 方案 规定 工作 实施 指导 若干 暂行 试行 关于 有关 印发 进一步 全面"
_COMMON = frozenset(_COMMON_WORDS.split())
_SHARED = 0.5  # share of the shorter name's character pairs that the longer one must have
_MOSTLY = 0.8  # share of its words above which a name may differ by one of them


def _contradict(one: _Group, other: _Group) -> bool:
    """Tell whether two titles with the same number cannot be the same document."""
    if one.edition and other.edition and one.edition != other.edition:
        return True
    if is_generic(one.core) or is_generic(other.core):
        return False
    digits = [set(re.findall("[0-9]+", core)) for core in (one.core, other.core)]
    if digits[0] and digits[1] and not (digits[0] <= digits[1] or digits[1] <= digits[0]):
        return True
    pairs = [set(pairwise(core)) for core in (one.core, other.core)]
    smaller = min(map(len, pairs))
    if smaller and len(pairs[0] & pairs[1]) / smaller < _SHARED:
        return True
    # Words on both sides that the other lacks: 《互联网诊疗管理办法》 and 《互联网医院管理办法》.
    said = [{word for word in words(core) if len(word) > 1} - _COMMON for core in (one.core, other.core)]
    if not (said[0] - said[1] and said[1] - said[0]):
        return False
    shared = sum(map(len, said[0] & said[1]))
    return shared < _MOSTLY * min(sum(map(len, words)) for words in said)


# --- describing a policy -------------------------------------------------------------------------


def _policy(forms: list[_Form], citations: Sequence[Citation]) -> Policy:
    keys: Counter[str] = Counter()
    numbers: Counter[IssuedNumber] = Counter()
    issuers: Counter[tuple[str, ...]] = Counter()
    for form in forms:
        keys[form.name.key] += form.weight
        if form.number:
            numbers[form.number] += form.weight
        if form.name.issuers:
            issuers[form.name.issuers] += form.weight
    title = _title(forms, keys, citations)
    number = min(numbers, key=lambda n: (-numbers[n], n)) if numbers else None
    issuer = issuer_of_number(number) if number else None
    named = min(issuers, key=lambda names: (-issuers[names], names)) if issuers else ()
    return Policy(
        title=title,
        number=str(number) if number else None,
        issuers=(issuer,) if issuer else named,
        year=_year(number, title),
        citations=sum(form.weight for form in forms),
        drafts=sum(form.weight for form in forms if form.name.draft),
        members=tuple(sorted(index for form in forms for index in form.members)),
    )


def _title(forms: list[_Form], keys: Counter[str], citations: Sequence[Citation]) -> str:
    """Choose the title to show: not a draft's, not a damaged or half one; of the rest the most cited."""
    if len(keys) > 1:
        cores = {form.name.key: form.name.core for form in forms}
        # Of keys cited equally often, the one in fewer words: damage breaks words.
        best = min(keys, key=lambda key: (is_generic(cores[key]), -keys[key], len(words(cores[key])), key))
    else:
        (best,) = keys
    rank = {id(form): (form.name.draft, form.name.key != best, not form.name.whole) for form in forms}
    lowest = min(rank.values())
    titles: Counter[str] = Counter()
    for form in forms:
        if rank[id(form)] == lowest:
            for index in form.members:
                titles[bare_title(citations[index].title)] += citations[index].count
    return min(titles, key=lambda title: (-titles[title], title))


def _year(number: IssuedNumber | None, title: str) -> int | None:
    if number and number.year:
        return int(number.year)
    years = set(re.findall("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", title))
    return int(years.pop()) if len(years) == 1 else None
