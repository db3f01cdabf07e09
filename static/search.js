// @ts-check
"use strict";
// What the search page of Sphinx lacks: the page that is most about a word comes first, a result
// leads to the section that has the words, and who finds nothing is helped on. It stands after
// searchtools.js and language_data.js, and changes what they do only where they let it.
{
  const PAGE_TITLE = 100;
  const SECTION_TITLE = 40;
  const SECTIONS_OF_A_PAGE = 3;

  const stemmer = new Stemmer();

  /** @type {Map<string, string>} the stems of words, for a stem takes longer than all else */
  const known = new Map();

  const stem = (/** @type {string} */ word) => {
    const found = known.get(word) ?? stemmer.stemWord(word);
    known.set(word, found);
    return found;
  };

  const { makeSearchSummary, setIndex, stopPulse, _performSearch } = Search;

  /**
   * The words of a text as they are in the index, each as often as it stands there.
   * @param {string} text
   */
  const stems = (text) =>
    splitQuery(text)
      .map((word) => word.toLowerCase())
      .filter((word) => !stopwords.has(word))
      .map(stem);

  // --- ranks -----------------------------------------------------------------------------------

  /** @typedef {{title: string, id: string | null, words?: Set<string>}} Heading */

  /** @type {Map<string, Heading[]>} by name of page */
  const headings = new Map();

  Search.setIndex = (index) => {
    headings.clear();
    for (const docname of index.docnames) headings.set(docname, []);
    for (const [title, places] of Object.entries(index.alltitles))
      for (const [page, id] of places) headings.get(index.docnames[page])?.push({ title, id });
    setIndex(index);
  };

  /**
   * How often the rarest of some words stands on each page, from 1 to 4 (see search_index.py), and
   * which pages have all of them in titles.
   * @param {Set<string>} terms
   */
  const weigh = (terms) => {
    const { docnames, terms: texts, titleterms } = Search._index;
    /** @type {Map<string, number>} by name of page */
    const weights = new Map();
    /** @type {Map<string, number>} how many of the words, by name of page */
    const inTitles = new Map();
    for (const term of terms) {
      /** @type {Map<number, number>} */
      const counts = new Map();
      const found = (/** @type {SearchIndex["terms"]} */ table) =>
        Object.hasOwn(table, term) ? [table[term]].flat() : [];
      for (const page of [...found(texts), ...found(titleterms)])
        counts.set(page, (counts.get(page) ?? 0) + 1);
      for (const [page, count] of counts)
        weights.set(docnames[page], Math.min(count, weights.get(docnames[page]) ?? count));
      for (const page of new Set(found(titleterms)))
        inTitles.set(docnames[page], (inTitles.get(docnames[page]) ?? 0) + 1);
    }
    const titled = (/** @type {string} */ docname) => inTitles.get(docname) === terms.size;
    return { weights, titled };
  };

  /**
   * Those titles on a page that have all words, the closest first, each with a score.
   * @param {string} docname
   * @param {Set<string>} terms
   */
  const titlesWith = (docname, terms) =>
    (headings.get(docname) ?? [])
      .flatMap((heading) => {
        const words = (heading.words ??= new Set(stems(heading.title)));
        if (![...terms].every((term) => words.has(term))) return [];
        const most = heading.id === null ? PAGE_TITLE : SECTION_TITLE;
        return [{ ...heading, score: (most * (1 + terms.size / words.size)) / 2 }];
      })
      .sort((one, other) => other.score - one.score)
      .slice(0, SECTIONS_OF_A_PAGE);

  Search._performSearch = (...parsed) => {
    const found = _performSearch(...parsed);
    const terms = parsed[1];
    const { weights, titled } = weigh(terms);

    /** The page itself, or those of its sections whose titles have all words. */
    const ranked = (/** @type {SearchResult} */ [docname, title, , description, , filename, kind]) => {
      const weight = weights.get(docname) ?? 1;
      const titles = titled(docname) ? titlesWith(docname, terms) : [];
      /** @type {SearchResult[]} */
      const results = titles.map(({ title: name, id, score }) => [
        docname,
        id === null ? name : `${title} > ${name}`,
        id === null ? "" : `#${id}`,
        null,
        score + weight,
        filename,
        SearchResultKind.title,
      ]);
      /** @type {SearchResult} */
      const itself = [docname, title, "", description, weight, filename, kind];
      return results.length ? results : [itself];
    };

    const texts = found.filter((result) => result[6] === SearchResultKind.text);
    const pages = new Set(texts.map(([docname]) => docname));
    return [
      // of the titles that Sphinx finds, those of pages that do not have all words themselves
      ...found.filter(
        ([docname, , , , , , kind]) =>
          kind !== SearchResultKind.text && (kind !== SearchResultKind.title || !pages.has(docname)),
      ),
      ...texts.flatMap(ranked),
    ].sort((one, other) => one[4] - other[4] || (one[1] < other[1] ? 1 : -1)); // the best last
  };

  // --- sections and excerpts -------------------------------------------------------------------

  const HEADINGS = ":is(h1, h2, h3, h4, h5, h6)";

  /** The page that was read last. */
  let last = { html: "", main: document.createElement("div") };

  /**
   * The article of a page.
   * @param {string} html
   */
  const read = (html) => {
    if (html !== last.html) {
      const page = new DOMParser().parseFromString(html, "text/html");
      const main = page.querySelector("[role=main]") ?? page.body;
      for (const element of main.querySelectorAll(".headerlink, script, style, summary"))
        element.remove(); // nothing that a page says
      for (const formula of main.querySelectorAll(`math:not(${HEADINGS} *, dt *)`))
        formula.replaceWith("…"); // its letters in a row say something else
      last = { html, main: /** @type {HTMLDivElement} */ (main) };
    }
    return last.main;
  };

  /**
   * What has an address on a page: a section without those inside it, or a term with what follows.
   * @param {Element} part
   */
  const ownText = (part) =>
    part.matches("dt")
      ? [part, part.nextElementSibling]
      : [...part.childNodes].filter((node) => !(node instanceof Element && node.matches("section")));

  /** @param {Element} part */
  const heading = (part) =>
    part.matches("dt") ? part : part.querySelector(`:scope > ${HEADINGS}:not(h1)`);

  /** @param {(Node | null)[]} nodes */
  const joined = (nodes) => nodes.map((node) => node?.textContent ?? "").join(" ");

  /**
   * The part of a page that has most of some words, in its heading if possible; none, if the title
   * of the page has them all.
   * @param {Element} main
   * @param {Set<string>} keywords
   */
  const partWith = (main, keywords) => {
    const has = (/** @type {string[]} */ words) =>
      [...keywords].map((word) => words.filter((other) => other === word).length);
    if (has(stems(main.querySelector("h1")?.textContent ?? "")).every(Boolean)) return null;
    let best = { part: /** @type {Element | null} */ (null), score: 0 };
    for (const part of main.querySelectorAll("section[id], dl.glossary > dt[id]")) {
      const counts = has(stems(joined(ownText(part))));
      const named = has(stems(heading(part)?.textContent ?? "")).every(Boolean);
      const score =
        1000 * counts.filter(Boolean).length + (named ? 500 : 0) + Math.min(...counts, 499);
      if (score > best.score) best = { part, score };
    }
    return best.score >= 1000 && best.part && heading(best.part) ? best.part : null;
  };

  /**
   * The part of a page at an address, such as "#id", or all of it.
   * @param {string} html
   * @param {string} anchor
   */
  const find = (html, anchor) => {
    const main = read(html);
    const part = anchor && main.querySelector(`#${CSS.escape(anchor.slice(1))}`);
    return part || main.querySelector("section") || main;
  };

  /** Whether code belongs to the text of a page: only if neither its title nor a sentence has the words. */
  let showsCode = false;

  Search.htmlToText = (html, anchor) => {
    const part = find(html, anchor);
    const own = part.matches("dt") ? [part.nextElementSibling] : [...part.children];
    const copies = own
      .filter((element) => element && !element.matches(HEADINGS))
      .map((element) => /** @type {Element} */ (element).cloneNode(true));
    if (!showsCode)
      for (const copy of copies)
        if (copy instanceof Element)
          for (const code of copy.querySelectorAll("pre")) code.remove();
    return joined(copies).replace(/\s+/g, " ").trim();
  };

  Search.makeSearchSummary = (html, keywords, anchor) => {
    const part = anchor ? null : partWith(read(html), keywords);
    const id = part ? `#${part.id}` : anchor;
    showsCode = false;
    const title = `${find(html, id).querySelector(HEADINGS)?.textContent} `;
    showsCode = !stems(title + Search.htmlToText(html, id)).some((word) => keywords.has(word));
    const summary = makeSearchSummary(html, keywords, id) ?? document.createElement("p");
    summary.textContent = (summary.textContent ?? "") // where Sphinx may have cut a word in two
      .replace(/^\.\.\.[\p{Script=Latin}\p{N}_]+/u, "...")
      .replace(/[\p{Script=Latin}\p{N}_]+\.\.\.$/u, "...");
    if (part)
      queueMicrotask(() => {
        const link = summary.parentElement?.querySelector("a");
        if (!link) return;
        link.hash = part.id;
        link.append(` > ${heading(part)?.textContent?.trim()}`);
      });
    return summary;
  };

  // --- the end of a search ---------------------------------------------------------------------

  const asked = () => new URLSearchParams(location.search).get("q") ?? "";

  /** @param {string} query */
  const hasAnswer = (query) => {
    const parsed = Search._parseQuery(query);
    return parsed[1].size > 0 && Search._performSearch(...parsed).length > 0;
  };

  /**
   * The longest beginning of a word, but not less than half of it, that is found somewhere; cut
   * between letters.
   * @param {string} word
   */
  const beginning = (word) => {
    const letters = word.match(/[^\p{M}](?:\u17d2.|\p{M})*/gu) ?? []; // a Khmer subscript is none
    for (let length = letters.length; length > 1 && length >= letters.length / 2; length--) {
      const part = letters.slice(0, length).join("");
      if (hasAnswer(part)) return part;
    }
    return null;
  };

  const help = () => {
    const template = document.getElementById("search-help");
    if (!(template instanceof HTMLTemplateElement)) return;
    const content = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const shorter = content.querySelector(".shorter");
    for (const query of new Set(asked().trim().split(/\s+/).map(beginning)))
      if (query && shorter) {
        const link = document.createElement("a");
        link.href = `?q=${encodeURIComponent(query)}`;
        link.textContent = query;
        shorter.append(" ", link);
      }
    if (!shorter?.querySelector("a")) shorter?.remove();
    Search.output.replaceWith(content);
  };

  // Sphinx calls this when all results are there, and then says how many.
  Search.stopPulse = () => {
    stopPulse();
    queueMicrotask(() => {
      const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (
        Search.output.querySelectorAll("li > a")
      );
      const pages = new Set([...links].map((link) => link.pathname)).size;
      if (pages)
        Search.status.innerText = Documentation.ngettext(
          "Search finished, found one page matching the search query.",
          "Search finished, found ${resultCount} pages matching the search query.",
          pages,
        ).replace("${resultCount}", String(pages));
      else help();
    });
  };
}
