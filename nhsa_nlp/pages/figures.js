"use strict";
// Narrows the list to what is looked for, and shows the row of a point that is clicked.
// Everything is read from the page and nothing is ever parsed as HTML.
const controls = document.getElementById("controls");
const words = document.getElementById("words");
const count = document.getElementById("count");
const more = document.getElementById("more");
const opener = document.getElementById("opener");
const plain = (text) => text.normalize("NFKC").toLowerCase();
const entries = Array.from(document.querySelectorAll("#series > li"), (item) => ({
  item,
  text: plain(Array.from(item.querySelectorAll("h2, .about, .names"), (part) => part.textContent).join(" ")),
}));
const boxes = Array.from(controls.querySelectorAll("input[type=checkbox]"));

// The page has its messages in its own language; their values are numbers.
const say = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString("en"));

const PAGE = 100; // entries that are laid out at a time: thousands would make each key slow
let room = PAGE;

const narrow = () => {
  const wanted = plain(words.value).split(/\s+/);
  const marks = boxes.filter((box) => box.checked).map((box) => box.value);
  let found = 0;
  for (const { item, text } of entries) {
    const fits = wanted.every((word) => text.includes(word))
      && marks.every((mark) => item.classList.contains(mark));
    found += fits;
    item.hidden = !fits || found > room;
  }
  count.textContent = say(count.dataset.found, { found });
  opener.disabled = found === 0;
  more.hidden = found <= room;
  more.textContent = say(more.dataset.more, { count: Math.min(PAGE, found - room), left: found - room });
};

opener.addEventListener("click", () => {
  const listed = entries.filter(({ item }) => !item.hidden).map(({ item }) => item.firstElementChild);
  const opening = !listed.every((details) => details.open);
  for (const details of listed) details.open = opening;
});

document.getElementById("series").addEventListener("click", (event) => {
  const mark = event.target.closest("[data-row]");
  if (mark === null) return;
  event.preventDefault();
  const details = mark.closest("details");
  const row = details.querySelectorAll("tbody tr")[mark.dataset.row];
  details.open = true;
  for (const other of document.querySelectorAll("tr.chosen")) other.classList.remove("chosen");
  row.classList.add("chosen");
  row.scrollIntoView({ block: "nearest" });
});

controls.hidden = false;
controls.addEventListener("input", () => {
  room = PAGE;
  narrow();
});
more.addEventListener("click", () => {
  const listed = entries.filter(({ item }) => !item.hidden).length;
  room += PAGE;
  narrow();
  entries.filter(({ item }) => !item.hidden)[listed].item.querySelector("summary").focus();
});
narrow(); // a browser that goes back keeps what was typed
