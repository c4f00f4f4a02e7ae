/* drafts.js: what is typed in a form with data-autosave is never lost.
   While typing the form goes to the server (data-autosave) and a draft stays on this device, under the name of the
   reader. When the session has ended, the draft comes back after logging in. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const PREFIX = "concept:";
  const PAUSE = 1500;
  const AGAIN = 15000;
  const KEEP = 14 * 24 * 3600 * 1000;
  const NEVER = new Set(["csrf_token", "version", "nonce"]);
  const SVG = (document.querySelector("svg") || new DOMParser().parseFromString("<svg></svg>", "text/html").querySelector("svg")).namespaceURI;
  const actor = document.body.dataset.actor;

  function store(key, draft) {
    try {
      if (draft === null) {
        localStorage.removeItem(key);
      } else {
        localStorage.setItem(key, JSON.stringify(draft));
      }
      return true;
    } catch (refusal) {
      return false;
    }
  }

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch (refusal) {
      return null;
    }
  }

  function draftKeys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch (refusal) {
      return [];
    }
  }

  /* under the address that the form goes to: also the page that says what is wrong with it */
  const keyOf = (form) => PREFIX + actor + ":"
    + new URL(form.getAttribute("action") || "", location.href).pathname + "#" + (form.id || "");

  function fieldsOf(form) {
    return Array.from(form.elements).filter(
      (field) => field.name && !NEVER.has(field.name)
        && !["file", "password", "hidden", "submit", "button"].includes(field.type));
  }

  function valuesOf(form) {
    const values = {};
    fieldsOf(form).forEach((field) => {
      if (field.type === "checkbox" || field.type === "radio") {
        values[field.name] = values[field.name] || [];
        if (field.checked) {
          values[field.name].push(field.value);
        }
      } else if (field.type === "select-multiple") {
        values[field.name] = Array.from(field.selectedOptions, (option) => option.value);
      } else {
        values[field.name] = field.value;
      }
    });
    return values;
  }

  function putBack(form, values) {
    fieldsOf(form).forEach((field) => {
      if (!(field.name in values)) {
        return;
      }
      const value = values[field.name];
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = value.includes(field.value);
      } else if (field.type === "select-multiple") {
        Array.from(field.options).forEach((option) => { option.selected = value.includes(option.value); });
      } else {
        field.value = value;
      }
      field.dispatchEvent(new Event("putback"));
    });
  }

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const clockTime = () => new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "nl-NL", {
    hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" }).format(new Date());

  function icon(name) {
    const shapes = {
      ok: ["M18 10a8 8 0 1 1-16 0 8 8 0 0 1 16 0", "m6.5 10.2 2.4 2.4 4.6-5"],
      warn: ["M10 2.5 18.5 17h-17z", "M10 8v4M10 14.4v.1"],
    };
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "p-icon");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    shapes[name].forEach((shape) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", shape);
      svg.append(path);
    });
    return svg;
  }

  function tell(form, words, worry) {
    let line = form.querySelector("[data-saved-line]");
    if (!line) {
      line = document.createElement("p");
      line.className = "p-opgeslagen";
      line.dataset.savedLine = "";
      line.setAttribute("role", "status");
      form.append(line);
    }
    const text = document.createElement("span");
    text.textContent = words.replace("{time}", clockTime());
    line.classList.toggle("p-opgeslagen--let-op", Boolean(worry));
    line.replaceChildren(icon(worry ? "warn" : "ok"), text);
  }

  function plainButton(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "utrecht-button utrecht-button--secondary-action p-knop--klein";
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  function notice(form, words, buttons) {
    const box = document.createElement("div");
    box.className = "utrecht-alert utrecht-alert--info p-melding p-teruggezet";
    box.setAttribute("role", "status");
    const inside = document.createElement("div");
    inside.className = "utrecht-alert__content p-stack--s";
    const text = document.createElement("p");
    text.textContent = words;
    const row = document.createElement("div");
    row.className = "p-acties";
    row.append(...buttons);
    inside.append(text, row);
    box.append(inside);
    form.prepend(box);
    return box;
  }

  /* A draft of an earlier visit: back in its place when nothing changed since, offered when something did. */
  function recover(form, key, base) {
    const draft = read(key);
    if (!draft || same(draft.values, base) || Date.now() - draft.at > KEEP) {
      store(key, null);
      return;
    }
    const words = form.dataset;
    const drop = () => {
      store(key, null);
      putBack(form, base);
      box.remove();
    };
    const untouched = same(draft.base, base);
    const back = plainButton(words.wordPutBack, () => {
      putBack(form, draft.values);
      back.remove();
    });
    const buttons = [plainButton(words.wordDiscard, drop)];
    if (untouched) {
      putBack(form, draft.values);
    } else {
      buttons.unshift(back);
    }
    const box = notice(form, untouched ? words.wordRestored : words.wordOffer, buttons);
  }

  /* Answers whether the server could be reached: if not, it is tried again. */
  async function send(form, key, base) {
    const words = form.dataset;
    if (!words.autosave) {
      tell(form, words.wordLocal);
      return true;
    }
    const body = new FormData(form);
    const sent = valuesOf(form);
    body.delete("nonce"); /* kept for the one clear act at the end */
    all("input[type=file], input[type=password]", form).forEach((field) => body.delete(field.name));
    let answer;
    try {
      answer = await fetch(words.autosave, {
        method: "POST", body, headers: { "X-Autosave": "1", Accept: "application/json" }, redirect: "manual" });
    } catch (unreachable) {
      tell(form, words.wordLocal, true);
      return false;
    }
    if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) {
      tell(form, words.wordLoggedOut, true);
    } else if (answer.status === 409) {
      tell(form, words.wordConflict, true);
    } else if (answer.status === 422) {
      tell(form, words.wordInvalid, true);
    } else if (answer.ok) {
      const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
      if (told.version !== undefined && form.elements.version) {
        form.elements.version.value = told.version;
      }
      Object.assign(base, sent);
      if (same(valuesOf(form), sent)) {
        store(key, null);
      }
      tell(form, told.saved_at ? words.wordSaved.replace("{time}", told.saved_at) : words.wordSaved);
    } else {
      tell(form, words.wordLocal, true);
      return false;
    }
    return true;
  }

  function watch(form) {
    const key = keyOf(form);
    const words = form.dataset;
    const base = valuesOf(form);
    let waiting = null;
    let running = Promise.resolve();
    let busy = 0;
    let late = false;
    let missed = false;
    const save = async () => {
      missed = !await send(form, key, base);
      busy -= 1;
      if (missed) {
        plan(AGAIN);
      }
    };
    const plan = (pause) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        busy += 1;
        running = running.then(save);
      }, pause);
    };
    if (document.querySelector("[data-focus]")) {
      store(key, null); /* the server shows the typed text again, with what is wrong */
    } else {
      recover(form, key, base);
    }
    form.addEventListener("input", (event) => {
      if (event.target.type === "file" || event.target.type === "password") {
        return;
      }
      store(key, { values: valuesOf(form), base: Object.assign({}, base), at: Date.now() });
      plan(PAUSE);
    });
    window.addEventListener("online", () => {
      if (missed) {
        plan(0);
      }
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(waiting);
      if (navigator.onLine === false) { /* the browser's own page would be all that is left */
        event.preventDefault();
        tell(form, words.wordOffline, true);
        return;
      }
      if (busy && !late) { /* goes after what is being saved, with the version that this brings back */
        event.preventDefault();
        late = true;
        const patience = new Promise((enough) => { setTimeout(enough, 10000); });
        Promise.race([running, patience]).then(() => form.requestSubmit(event.submitter || undefined));
        return;
      }
      late = false;
      const values = valuesOf(form);
      if (!same(values, base)) {
        store(key, { values, base: Object.assign({}, base), at: Date.now(), sent: true });
      }
    });
  }

  /* A sent form whose next page is no log-in page and no error has arrived: its draft is done with. */
  function settleSent(forms) {
    const open = new Set(forms.concat(all("form[data-keeps-draft]")).map(keyOf));
    const refused = Boolean(document.querySelector("[data-refused], [data-focus]"));
    const saved = Boolean(document.querySelector("[data-saved]"));
    draftKeys().forEach((key) => {
      const draft = read(key);
      if (!draft || !draft.sent) {
        return;
      }
      if (!actor || refused) {
        store(key, Object.assign(draft, { sent: false }));
      } else if (key.startsWith(PREFIX + actor + ":") && (saved || !open.has(key))) {
        store(key, null);
      }
    });
  }

  const forms = all("form[data-autosave]");
  settleSent(forms);
  if (actor) {
    forms.forEach(watch);
  }

  /* The same text once more, after a new log-in: what this device holds of it goes with it. */
  all("form[data-resends]").forEach((form) => {
    form.addEventListener("submit", () => {
      const start = keyOf(form).replace(/#.*$/, "#");
      draftKeys().filter((key) => key.startsWith(start)).forEach((key) => {
        store(key, Object.assign(read(key) || {}, { sent: true }));
      });
    });
  });

  /* Logging out on purpose leaves nothing behind on a shared device. */
  all("form[data-forget-drafts]").forEach((form) => {
    form.addEventListener("submit", () => {
      draftKeys().filter((key) => key.startsWith(PREFIX + actor + ":")).forEach((key) => store(key, null));
    });
  });
}());
