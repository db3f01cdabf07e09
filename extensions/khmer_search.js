// @ts-check
"use strict";
// Khmer in the browser, for khmer_search.py, which writes its tables, KHMER, above this. It is a
// part of Sphinx's language_data.js.

/**
 * @typedef {{SAME: Record<string, string>, FOLDS: [string, string][], CLUSTER: string,
 *   WORD: string, LONGEST_NUMBER: number}} Tables
 */

const khmerSearch = (() => {
  const { SAME, FOLDS, CLUSTER, WORD, LONGEST_NUMBER } = /** @type {Tables} */ (
    // @ts-expect-error: khmer_search.py writes it
    KHMER
  );
  const cluster = new RegExp(CLUSTER, "gu");
  const word = new RegExp(WORD, "gu");
  const lookAlikes = new RegExp(Object.keys(SAME).join("|"), "gu");
  const folds = FOLDS.map(
    ([pattern, replacement]) =>
      /** @type {const} */ ([new RegExp(pattern, "gu"), replacement]),
  );

  /** @param {string} text */
  const fold = (text) =>
    folds.reduce(
      (folded, [pattern, replacement]) => folded.replace(pattern, replacement),
      text.replace(lookAlikes, (letter) => SAME[letter]),
    );

  /**
   * Cut a text into what is in the index.
   * @param {string} text
   */
  const split = (text) =>
    [...fold(text).matchAll(word)].flatMap(([, run, number, other]) => {
      if (other) return [other];
      if (number) return number.length <= LONGEST_NUMBER ? [`#${number}`] : [];
      const clusters = run.match(cluster) ?? [];
      return [
        ...clusters.map((one) => `|${one}|`),
        ...clusters.slice(1).map((one, before) => `|${clusters[before]}|${one}|`),
      ];
    });

  /** Other spellings of a folded cluster that are right, or that are met with. */
  const SPELLINGS = /** @type {const} */ ([
    [/\u17d2\u178f/u, "\u17d2\u178a"],
    [/\u17b1/u, "\u17b2"],
    [/\u17aa/u, "\u17b3"],
    [/\u17cd/u, "\u17cf"],
    [/\u17be/u, "\u17c1\u17b8"],
    [/\u17c4/u, "\u17c1\u17b6"],
    [/\u17ca([\u17b7-\u17ba\u17be])/u, "\u17c9$1"],
    [/\u17ca([\u17b7-\u17ba\u17be])/u, "\u17bb$1"],
    [/(\u17d2[\u1780-\u17a2])(\u17d2\u179a)/u, "$2$1"],
  ]);

  /**
   * How a run of Khmer may be written on the pages.
   * @param {string} run
   */
  const spellings = (run) =>
    (run.match(cluster) ?? []).reduce(
      (/** @type {string[]} */ begun, one) => {
        /** @type {Set<string>} */
        const forms = new Set([one]);
        for (const [pattern, other] of SPELLINGS)
          for (const form of [...forms]) forms.add(form.replace(pattern, other));
        return begun.flatMap((start) => [...forms].map((form) => start + form)).slice(0, 64);
      },
      [""],
    );

  /**
   * The words of a query, each as it may be written on the pages; small numbers are everywhere.
   * @param {string} query
   */
  const words = (query) =>
    [...fold(query).matchAll(word)].flatMap(([whole, run, number]) => {
      if (run) return spellings(run);
      return number && number.length < 3 ? [] : [whole.toLowerCase()];
    });

  return { fold, split, words };
})();

var splitQuery = khmerSearch.split;

{
  const teachSearch = () => {
    const { _parseQuery, makeSearchSummary, performTermsSearch } = Search;
    /** @type {Set<string>} */
    let words = new Set();

    // What is highlighted are words, not pairs of clusters.
    Search._parseQuery = (query) => {
      const parsed = _parseQuery(query);
      words = new Set(khmerSearch.words(query).filter((word) => !stopwords.has(word)));
      parsed[3] = words;
      parsed[4] = words; // what Sphinx looks for among the names of objects
      if (SPHINX_HIGHLIGHT_ENABLED)
        localStorage.setItem("sphinx_highlight_terms", [...words].join(" "));
      return parsed;
    };

    // What is not in the index is nowhere; Sphinx would look for longer words that contain it.
    Search.performTermsSearch = (terms, excluded) => {
      const { terms: texts, titleterms } = Search._index;
      const isNowhere = (/** @type {string} */ term) =>
        term[0] === "|" && !Object.hasOwn(texts, term) && !Object.hasOwn(titleterms, term);
      return [...terms].some(isNowhere) ? [] : performTermsSearch(terms, excluded);
    };

    // An excerpt begins and ends between two clusters: those that Sphinx may have cut are dropped.
    Search.makeSearchSummary = (html, _keywords, anchor) => {
      const summary = makeSearchSummary(html, words, anchor);
      if (summary)
        summary.textContent = (summary.textContent ?? "")
          .replace(/^\.\.\.[\u1780-\u17b3]?[\u17b6-\u17d3\u17dd]*(\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])*/u, "...")
          .replace(/[\u1780-\u17b3]([\u1780-\u17b3]?[\u17b6-\u17d3\u17dd])*\.\.\.$/u, "...");
      return summary;
    };
  };
  // In some themes, Sphinx's searchtools.js comes first, in others last.
  if (typeof Search === "undefined") document.addEventListener("DOMContentLoaded", teachSearch);
  else teachSearch();
}
