// @ts-check
document.addEventListener("DOMContentLoaded", () => {
  const address = new URL(location.href);
  if (!localStorage.getItem("sphinx_highlight_terms") && !address.searchParams.has("highlight")) return;
  for (const word of document.querySelectorAll("span.whole")) word.replaceWith(...word.childNodes);
  document.body.normalize();
});
