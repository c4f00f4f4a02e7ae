/* portal.js: comfort on top of pages that work without it.
   1 the error summary, 2 counters, 3 chosen rows, 4 the main menu, 5 dates in words. Drafts are in drafts.js. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* ---------- 1 The error summary speaks first ---------- */
  const summary = document.querySelector("[data-focus]");
  if (summary) {
    summary.focus();
  }

  /* an error steps back once its field was changed; whether all is well now, the server says.
     Nothing moves: the click that ends the typing must land where it was aimed */
  function settle(field) {
    const id = field.id.replace(/-\d+$/, "");
    const sentence = document.getElementById(id + "-fout");
    if (!sentence || field.value.trim() === "") {
      return;
    }
    sentence.classList.add("p-beantwoord");
    all("[aria-describedby~='" + id + "-fout']").forEach((told) => {
      told.removeAttribute("aria-invalid");
      told.classList.remove("p-fieldset--fout", "utrecht-textarea--invalid", "utrecht-textbox--invalid", "utrecht-select--invalid");
    });
    all(".utrecht-form-field--invalid").filter((box) => box.contains(field))
      .forEach((box) => box.classList.add("p-veld--beantwoord"));
    all(".p-fouten__lijst a").filter((link) => [id, id + "-0"].includes(link.hash.slice(1)))
      .forEach((link) => link.closest("li").classList.add("p-fouten__klaar"));
  }

  if (summary) {
    document.addEventListener("change", (event) => event.target.id && settle(event.target));
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

  /* ---------- 3 A ticked row looks ticked, and the bar above says how many are ---------- */
  function showChosen(line) {
    const form = line.closest("form");
    line.textContent = line.dataset.wordChosen.replace("{count}", all(".p-vink--tabel:checked", form).length);
  }

  function showAllChosen() {
    all("[data-word-chosen]").forEach(showChosen);
  }

  showAllChosen();
  window.addEventListener("pageshow", showAllChosen);
  document.addEventListener("change", (event) => {
    if (event.target.classList.contains("p-vink--tabel")) {
      const row = event.target.closest("tr");
      row.classList.toggle("utrecht-table__row--selected", event.target.checked);
      showAllChosen();
    }
  });

  /* ---------- 4 On a narrow page the heading where the reader is stays in sight ---------- */
  const here = document.querySelector(".p-nav [aria-current]");
  if (here) {
    document.fonts.ready.then(() => {
      const menu = here.closest(".p-nav");
      const end = here.offsetLeft + here.offsetWidth + 24;
      if (end > menu.scrollLeft + menu.clientWidth) {
        menu.scrollLeft = end - menu.clientWidth;
      }
    });
  }

  /* ---------- 5 A date in words: the box itself follows the language of the browser ---------- */
  const words = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "nl-NL",
    { weekday: "long", day: "numeric", month: "long", year: "numeric" });

  all("[data-date-of]").forEach((line) => {
    const field = document.getElementById(line.dataset.dateOf);
    if (!field) {
      return;
    }
    field.addEventListener("input", () => {
      const [day, time] = field.value.split("T");
      const [year, month, date] = day.split("-").map(Number);
      const said = day && year > 1999 ? words.format(new Date(year, month - 1, date)) : "";
      line.textContent = said && time ? said + ", " + time + (document.documentElement.lang === "en" ? "" : " uur") : said;
    });
  });
}());
