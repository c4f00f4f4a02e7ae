/* portal.js: comfort on top of pages that work without it.
   1 focus on the error summary, 2 counters, 3 chosen rows, 4 the main menu. Drafts are in drafts.js. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* ---------- 1 The error summary speaks first ---------- */
  const summary = document.querySelector("[data-focus]");
  if (summary) {
    summary.focus();
  }

  /* ---------- 2 Word and character counters ---------- */
  function countIn(field) {
    const text = field.value.trim();
    if (field.dataset.words) {
      return text === "" ? 0 : text.split(/\s+/).length;
    }
    return field.value.length;
  }

  function showCount(field) {
    const line = document.getElementById(field.dataset.counter);
    if (!line) {
      return;
    }
    const most = Number(field.dataset.words || field.dataset.chars);
    const count = countIn(field);
    line.textContent = line.dataset.wordOf.replace("{count}", count).replace("{most}", most);
    line.classList.toggle("p-teller--over", count > most);
  }

  all("[data-counter]").forEach((field) => {
    showCount(field);
    field.addEventListener("input", () => showCount(field));
    field.addEventListener("putback", () => showCount(field));
  });

  /* ---------- 3 A ticked row looks ticked ---------- */
  document.addEventListener("change", (event) => {
    if (event.target.classList.contains("p-vink--tabel")) {
      const row = event.target.closest("tr");
      row.classList.toggle("utrecht-table__row--selected", event.target.checked);
    }
  });

  /* ---------- 4 On a narrow page the heading where the reader is stays in sight ---------- */
  const here = document.querySelector(".p-nav [aria-current]");
  if (here) {
    const menu = here.closest(".p-nav");
    if (here.offsetLeft + here.offsetWidth > menu.scrollLeft + menu.clientWidth) {
      menu.scrollLeft = here.offsetLeft + here.offsetWidth - menu.clientWidth + 16;
    }
  }
}());
