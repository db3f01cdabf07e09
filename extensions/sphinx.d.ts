// Sphinx's scripts, as far as ours use them (sphinx/themes/basic/static/*.js and the language's
// own language_data.js).

/** docname, title, anchor, description, score, filename, kind */
type SearchResult = [string, string, string, string | null, number, string, string];

/** query, terms, excluded terms, terms to be highlighted, terms for names of objects */
type ParsedQuery = [string, Set<string>, Set<string>, Set<string>, Set<string>];

/** Numbers of pages, by word or by title. */
interface SearchIndex {
  docnames: string[];
  filenames: string[];
  titles: string[];
  terms: Record<string, number | number[]>;
  titleterms: Record<string, number | number[]>;
  alltitles: Record<string, [number, string | null][]>;
}

declare const Search: {
  _index: SearchIndex;
  setIndex: (index: SearchIndex) => void;
  title: HTMLElement;
  status: HTMLElement;
  output: HTMLElement;
  stopPulse: () => void;
  htmlToText: (html: string, anchor: string) => string;
  makeSearchSummary: (html: string, keywords: Set<string>, anchor: string) => HTMLElement | null;
  _parseQuery: (query: string) => ParsedQuery;
  performTermsSearch: (terms: Set<string>, excluded: Set<string>) => SearchResult[];
  _performSearch: (...query: ParsedQuery) => SearchResult[];
};

declare const Documentation: {
  ngettext: (singular: string, plural: string, n: number) => string;
  focusSearchBar: () => void;
};

declare const SPHINX_HIGHLIGHT_ENABLED: boolean;
declare const SearchResultKind: { text: string; title: string };
declare const stopwords: Set<string>;
declare class Stemmer {
  stemWord(word: string): string;
}
declare var splitQuery: (query: string) => string[];
