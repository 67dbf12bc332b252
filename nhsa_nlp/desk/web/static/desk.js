// What the pages of the desk do beyond their forms: keys, selections, uploads in batches. All of it can be
// done without this script, too.
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const key = (name) => one(`[data-key="${name}"]`);

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

  const row = () => document.activeElement?.closest("tr");

  const bindings = {
    j: () => move(1) || press(key("j")),
    k: () => move(-1) || press(key("k")),
    x: () => press(row() && one("input[name=selected]", row())),
    Enter: (event) => {
      if (event.target.matches("a, button, summary, input[type=checkbox][id]")) return false;
      return press(key("Enter"));
    },
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
  for (const name of ["0", "1", "2", "3", "a", "u", "n", "g", "m", "p", "b", "o", "l"]) {
    bindings[name] ??= () => press(key(name));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  });
  // What is pressed while the next page is on its way is not meant for this one.
  let leaving = false;
  document.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
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

  const text = one("#text");
  one("#show-entities")?.addEventListener("change", (event) =>
    text.classList.toggle("no-entities", !event.target.checked));
  one("#show-evidence")?.addEventListener("change", (event) =>
    text.classList.toggle("no-evidence", !event.target.checked));

  // Offsets are in code points; a browser counts UTF-16 units.
  function offset(node, units) {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-start]");
    if (!piece || !text.contains(piece)) return null;
    const before = node.nodeType === Node.TEXT_NODE ? node.data.slice(0, units) : "";
    return Number(piece.dataset.start) + [...before].length;
  }

  function takeSelection() {
    const selection = window.getSelection();
    const form = one("#tagging form");
    if (!text || !form || !selection.rangeCount || selection.isCollapsed) return false;
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
  text?.addEventListener("mouseup", takeSelection);
  one("#tagging form")?.elements.words.addEventListener("input", (event) => {
    event.target.form.elements.start.value = event.target.form.elements.end.value = "";
  });

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
        if (!answer.ok) problem = answer.status === 413 ? "文件过大" : `服务答复 ${answer.status}`;
      } catch {
        problem = "连接中断";
      }
      if (problem) {
        state.textContent = `已上传 ${done} 个；“${batch[0].name}”起未能上传：${problem}。请重试其余文件。`;
        return;
      }
      done += batch.length;
      bar.value = done / files.length;
      state.textContent = `已上传 ${done} / ${files.length} 个文件`;
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
