// @ts-check
// Unpacks the index that search_index.py has packed, into the form that Sphinx's search expects.

/** @typedef {Record<string, number[]>} Pages numbers of pages by word, repeated by weight */

/**
 * @template {{packed?: [string, string], terms?: Pages, titleterms?: Pages}} Index
 * @param {Index} index
 */
var unpackIndex = (index) => {
  const [words, pages] = (index.packed ?? ["", ""]).map((text) => text.split("\n"));
  const zero = "0".charCodeAt(0);
  const marks = "!#%&()*"; // weights 2, 3, 4 in a text; 1, 2, 3, 4 in a title
  /** @type {Pages} */
  const terms = {};
  /** @type {Pages} */
  const titleterms = {};
  let word = "";
  words.forEach((line, number) => {
    word = word.slice(0, line.charCodeAt(0) - zero) + line.slice(1);
    const found = pages[number];
    for (let i = 0; i < found.length; i++) {
      const page = found.charCodeAt(i) - zero;
      const mark = i + 1 < found.length ? marks.indexOf(found[i + 1]) : -1;
      if (mark >= 0) i++;
      const table = mark < 3 ? terms : titleterms;
      const weight = mark < 3 ? mark + 2 : mark - 2;
      if (!Object.hasOwn(table, word)) table[word] = [];
      for (let n = 0; n < weight; n++) table[word].push(page);
    }
  });
  return Object.assign(index, { terms, titleterms });
};
