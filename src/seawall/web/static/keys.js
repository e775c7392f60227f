// Single keys for lists and forms of cases. A list has data-rows, each line data-row; whatever else a key presses or
// goes to names it in data-key. Nothing happens while somebody writes, or holds another key down.
"use strict";

const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
const writing = (at) => at.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;
const here = () => rows.findIndex((row) => row.contains(document.activeElement));

function go(by) {
  if (!rows.length) return;
  const at = here();
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[to].querySelector("a").focus();
}

const ofRow = { c: "[data-claim]", x: "input[type=checkbox]" };

function press(key) {
  if (key === "j" || key === "k") return go(key === "j" ? 1 : -1);
  const row = rows[here()];
  const thing = (row && ofRow[key] && row.querySelector(ofRow[key])) || named(key);
  if (!thing) return;
  if (thing.matches("a, button, summary, input[type=checkbox]")) thing.click();
  else thing.focus();
}

const named = (key) => [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
  if (!["j", "k", "c", "x"].includes(event.key) && !named(event.key)) return;
  event.preventDefault();
  press(event.key);
});
