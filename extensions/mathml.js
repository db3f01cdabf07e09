// @ts-check
/// <reference types="node" />
// Temml as a filter, for mathml.py: a formula a line comes in, its MathML a line goes out.
//
//     node mathml.js node_modules/temml
//     < {"tex": "x^2", "display": false}
//     > {"mathml": "<math>…</math>"}   or   {"error": "Double superscript at position 4: …"}

/**
 * @typedef {{tex: string, display: boolean}} Request
 * @typedef {{mathml: string} | {error: string}} Answer
 */

const path = require("node:path");
const readline = require("node:readline");

const temml = require(path.resolve(process.argv[2], "dist", "temml.cjs"));

// Only answers may go to stdout, and Temml logs some of its remarks there.
console.log = console.error;

/** @type {(request: Request) => Answer} */
function answer({ tex, display }) {
  try {
    const mathml = temml.renderToString(tex, {
      displayMode: display,
      // A formula in a line of text may break after a relation or an operator, as in TeX.
      wrap: "tex",
      // Refuse what LaTeX would: a comment that swallows the formula, or words outside \text{},
      // of which Temml would set each letter by itself, so that Khmer falls apart.
      strict: true,
      throwOnError: true,
    });
    return { mathml };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n"));
