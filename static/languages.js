// @ts-check
// Keeps the reader's place on the page when the language is changed. Without it, the menu leads
// to the top of the same page.

for (const link of document.querySelectorAll("nav.languages a")) {
  link.addEventListener("click", () => {
    if (link instanceof HTMLAnchorElement) link.hash = location.hash;
  });
}
