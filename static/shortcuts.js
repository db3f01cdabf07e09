// @ts-check
"use strict";
// Keys that lead to the search: Ctrl+K (⌘K), and "/", which Sphinx knows, on keyboards that have
// another letter there.
{
  const isText = (/** @type {Element | null} */ element) =>
    element?.matches("input, textarea, select, [contenteditable]") ?? false;

  const isOutside = (/** @type {Element} */ element) => element.getBoundingClientRect().right <= 0;

  // On a narrow screen, the field is in a drawer, which the theme opens by a checkbox.
  Documentation.focusSearchBar = () => {
    const fields = [...document.querySelectorAll("input[name=q]")];
    const field = fields.find((element) => !isOutside(element)) ?? fields[0];
    if (!(field instanceof HTMLInputElement)) return;
    const drawer = document.getElementById("__navigation");
    if (isOutside(field) && drawer instanceof HTMLInputElement) drawer.checked = true;
    field.focus();
    field.select();
  };

  document.addEventListener("keydown", (event) => {
    const { key, code, altKey, shiftKey } = event;
    const withControl = event.ctrlKey || event.metaKey;
    if (altKey || shiftKey) return;
    const isK = withControl && (key.toLowerCase() === "k" || (code === "KeyK" && key > "~"));
    const isSlash = !withControl && code === "Slash" && key > "~" && key.length === 1;
    if (!isK && !(isSlash && !isText(document.activeElement))) return;
    Documentation.focusSearchBar();
    event.preventDefault();
  });
}
