// @ts-check
// A box that is too narrow for its code or formula scrolls; here it can be reached by keyboard,
// too. (Chromium and Firefox see to that by themselves, Safari does not.)

const boxes = document.querySelectorAll("pre, .math-scroll, .table-wrapper");
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const box of boxes) observer.observe(box);
