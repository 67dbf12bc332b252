// What the pages of the desk do beyond their forms: keys, selections, uploads in batches. All of it can be
// done without this script, too.
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const key = (name) => one(`[data-key="${name}"]`);

  // What is said is in the page, in its language.
  const filled = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const messages = document.body.dataset;

  // --- keys ---------------------------------------------------------------------------------------

  const isTyping = (target) =>
    target.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");

  function press(element) {
    if (!element) return false;
    if (element.matches("details")) {
      element.open = true;
      const field = one("input:not([type=hidden]), textarea, select, button", element);
      element.scrollIntoView({ block: "nearest" });
      field?.focus();
    } else if (element.matches("input[type=search]")) {
      element.focus();
      element.select();
    } else {
      element.click();
    }
    return true;
  }

  function move(step) {
    const links = all("a.open");
    if (!links.length) return false;
    const here = links.indexOf(document.activeElement?.closest("tr")?.querySelector("a.open"));
    const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  // The second click of a double click, or stroke of a key, is not meant for the document that the first has
  // led to.
  const DOUBLE_MS = 500;
  let arrived = -Infinity;
  const isUnread = () => performance.now() - arrived < DOUBLE_MS;
  const decide = (name) => isUnread() || press(key(name));

  const row = () => document.activeElement?.closest("tr");

  const bindings = {
    j: () => move(1) || press(key("j")),
    k: () => move(-1) || press(key("k")),
    x: () => press(row() && one("input[name=selected]", row())),
    Enter: (event) => {
      if (event.target.matches("input[name=selected], #all")) {
        press(one("a.open", row()));
        return true;
      }
      if (event.target.matches("a, button, summary, input[type=checkbox][id]")) return false;
      return decide("Enter");
    },
    0: () => decide("0"),
    "?": () => {
      const dialog = one("#keys");
      dialog.open ? dialog.close() : dialog.showModal();
      return true;
    },
    "/": () => press(key("/")) || press(key("l")),
    e: () => {
      takeSelection();
      return press(key("e"));
    },
    "*": () => press(one("#all")),
  };
  for (const name of ["1", "2", "3", "a", "u", "n", "g", "m", "p", "b", "o", "l"]) {
    bindings[name] ??= () => press(key(name));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  });
  // What is pressed while the next page is on its way is not meant for this one; nothing is sent twice.
  let leaving = false;
  document.addEventListener("submit", (event) => {
    const method = event.target.getAttribute("method");
    if (event.defaultPrevented || method === "dialog") return;
    if (leaving && method === "post") event.preventDefault();
    leaving = true;
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  const guarded = (answer) => (event) => {
    if (leaving) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (one("#keys").open && event.key !== "?") return;
    if (answer(event)) event.preventDefault();
  };
  // ? and * need Shift on some keyboards, and none on others.
  for (const name of ["?", "*"]) bindings[`Shift+${name}`] = bindings[name];
  tinykeys.tinykeys(
    window,
    Object.fromEntries(Object.entries(bindings).map(([name, answer]) => [name, guarded(answer)])),
    // A box that was ticked is no field that is written in.
    { ignore: (event) => event.repeat || event.isComposing },
  );

  // --- lists --------------------------------------------------------------------------------------

  const filters = one("#filters");
  if (filters && window.matchMedia("(max-width: 50rem)").matches) filters.open = false;

  const boxes = () => all("input[name=selected]");
  function count() {
    const shown = one("#selected-count");
    if (shown) shown.textContent = String(boxes().filter((box) => box.checked).length);
  }
  one("#all")?.addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  });
  one("#list")?.addEventListener("change", count);
  for (const field of all(".filters select, .filters input[type=radio]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }

  // --- the text of a document ---------------------------------------------------------------------

  const marked = { entities: true, evidence: true };  // as switched on the document before

  function markings() {
    const text = one("#text");
    for (const name of Object.keys(marked)) {
      const box = one(`#show-${name}`);
      if (!box) continue;
      box.checked = marked[name];
      const apply = () => text.classList.toggle(`no-${name}`, !box.checked);
      box.addEventListener("change", () => { marked[name] = box.checked; apply(); });
      apply();
    }
    text?.addEventListener("mouseup", takeSelection);
    one("#tagging form")?.elements.words.addEventListener("input", (event) => {
      event.target.form.elements.start.value = event.target.form.elements.end.value = "";
    });
  }

  // Offsets are in code points; a browser counts UTF-16 units.
  function offset(node, units) {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-start]");
    if (!piece?.closest("#text")) return null;
    const before = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, units) : "";
    return Number(piece.dataset.start) + [...before].length;
  }

  function takeSelection() {
    const selection = window.getSelection();
    const form = one("#tagging form");
    if (!form || !selection.rangeCount || selection.isCollapsed) return false;
    const range = selection.getRangeAt(0);
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return false;
    form.elements.start.value = start;
    form.elements.end.value = end;
    form.elements.words.value = selection.toString();
    one("#tagging").open = true;
    return true;
  }
  markings();

  // --- from one document to the next --------------------------------------------------------------

  // What is done with a document leads to the next, which takes its place on this page: loading a page
  // anew takes a browser longer than all else. Whatever else is answered is loaded as ever.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.closest(".desk")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    // What was still being looked for here must not hold up the next document.
    for (const each of all(".htmx-request")) htmx.trigger(each, "htmx:abort");
    let answer;
    try {
      // It arrives even if the page is left meanwhile.
      answer = await fetch(form.action, {
        method: "POST", body, headers: { "X-In-Place": "1" }, keepalive: true,
      });
      const place = answer.headers.get("Content-Location");
      if (place) {
        show(await answer.text(), place);
      } else if (answer.redirected) {
        window.location.assign(answer.url);
      } else {
        refused(await answer.text(), answer);
      }
    } catch {
      say(messages.broken);
      leaving = false;
    }
  });

  let shown = window.location.pathname;

  function show(page, place) {
    const next = new DOMParser().parseFromString(page, "text/html");
    const main = one("#main");
    leaving = false;
    document.title = next.title;
    one("#notice").replaceChildren(...one("#notice", next).childNodes);
    main.replaceChildren(...one("#main", next).childNodes);
    if (!place.startsWith(`${shown}?`) && place !== shown) {
      window.history.pushState(null, "", place);
      shown = window.location.pathname;
      arrived = performance.now();
      window.scrollTo(0, 0);
    } else {
      window.history.replaceState(null, "", place);
    }
    htmx.process(main);
    markings();
    renewed = Date.now();
    main.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !isUnread()) return;
    const isOfKey = event.detail === 0;  // Enter on the button that was clicked before
    const held = isOfKey ? "#decide button, .choices button" : ".desk button, .desk input";
    if (event.target.closest(held)) event.preventDefault();
  }, { capture: true });

  // What was written on the page stays there.
  function refused(page, answer) {
    const why = one("#main", new DOMParser().parseFromString(page, "text/html"));
    leaving = false;
    if (!why) {
      // A proxy before the server speaks in pages of its own.
      const isPlain = answer.headers.get("Content-Type")?.startsWith("text/plain");
      say(isPlain ? page : filled(messages.answered, { status: answer.status }));
      return;
    }
    const told = document.createElement("div");
    told.className = "trouble";
    told.append(...all("p", why));
    one("#notice").replaceChildren(told);
  }
  window.addEventListener("popstate", () => {
    if (window.location.pathname !== shown) window.location.reload();
  });

  function say(trouble) {
    const told = document.createElement("p");
    told.className = "trouble";
    told.textContent = trouble;
    one("#notice").replaceChildren(told);
  }

  // --- staying at a document ----------------------------------------------------------------------

  // Others are kept off for ten minutes; that begins anew while something is done here, and ends if not.
  const CLAIM_MS = 120_000;
  let renewed = Date.now();

  async function renew() {
    const claimed = one("[data-claim]");
    if (!claimed || Date.now() - renewed < CLAIM_MS) return;
    renewed = Date.now();
    const body = new URLSearchParams({ csrf: one("input[name=csrf]").value });
    const answer = await fetch(claimed.dataset.claim, { method: "POST", body }).catch(() => null);
    if (answer?.status === 409) say(filled(messages.working, { name: await answer.text() }));
  }
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) {
    document.addEventListener(name, renew, { passive: true, capture: true });
  }

  // --- files --------------------------------------------------------------------------------------

  const drop = one("#drop");
  const BATCH_FILES = 20;
  const BATCH_BYTES = 50_000_000;

  function batches(files) {
    const found = [];
    let bytes = Infinity;
    for (const file of files) {
      if (bytes + file.size > BATCH_BYTES || found.at(-1).length >= BATCH_FILES) {
        found.push([]);
        bytes = 0;
      }
      found.at(-1).push(file);
      bytes += file.size;
    }
    return found;
  }

  async function upload(files) {
    const bar = one("progress", drop);
    const state = one("#drop-state");
    let done = 0;
    bar.hidden = false;
    for (const batch of batches(files)) {
      const body = new FormData();
      body.append("csrf", one("input[name=csrf]", drop).value);
      for (const file of batch) body.append("files", file, file.name);
      let problem = "";
      try {
        const answer = await fetch(drop.action, { method: "POST", body, headers: { Accept: "application/json" } });
        if (!answer.ok) {
          const { large, answered } = drop.dataset;
          problem = answer.status === 413 ? large : filled(answered, { status: answer.status });
        }
      } catch {
        problem = drop.dataset.broken;
      }
      if (problem) {
        state.textContent = filled(drop.dataset.stopped, { done, name: batch[0].name, problem });
        return;
      }
      done += batch.length;
      bar.value = done / files.length;
      state.textContent = filled(drop.dataset.sent, { done, total: files.length });
    }
    one("input[type=file]", drop).value = "";
  }

  if (drop) {
    drop.addEventListener("submit", (event) => {
      event.preventDefault();
      upload([...one("input[type=file]", drop).files]);
    });
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", name === "dragover");
      });
    }
    drop.addEventListener("drop", (event) => upload([...event.dataTransfer.files]));
  }
})();
