"""A search that finds words of both languages: texts are cut as the package cuts them."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

from nhsa_nlp.text.segmenters import UserDictionary, make_dictionary_segmenter


class _Search(SearchChinese):
    language_name = "English"  # whose stemmer Sphinx gives to Chinese, but by a name that it has not
    # A run of Chinese characters in a query is cut into the longest words that the index has.
    js_splitter_code = r"""
var splitQuery = (query) => {
  const known = (word) => Search._index &&
    (Object.hasOwn(Search._index.terms, word) || Object.hasOwn(Search._index.titleterms, word));
  const cut = (run) => {
    const words = [];
    for (let start = 0; start < run.length; ) {
      let end = run.length;
      while (end > start + 1 && !known(run.slice(start, end))) end--;
      if (end > start + 1) words.push(run.slice(start, end));
      start = end;
    }
    return words.length ? words : [run];
  };
  return (query.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+/gu) ?? [])
    .flatMap((run) => (/\p{Script=Han}/u.test(run) ? cut(run) : [run]));
};
"""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__({"dict": "", **options})  # without a dictionary in memory twice
        self._segmenter = make_dictionary_segmenter("rjieba", UserDictionary())

    def split(self, input: str) -> list[str]:  # noqa: A002 - the name in Sphinx
        latin = self.latin1_letters.findall(input)
        self.latin_terms.update(latin)
        return [*self._segmenter.cut(input), *self._segmenter.cut_all(input), *latin]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register it in place of Sphinx's own search for Chinese."""
    app.add_search_language(_Search)
    return {"parallel_read_safe": True}
