"use strict";
// What lamps have in common.

/** @param {string} url */
function at(url) {
  return `${url} // is no comment`;
}
