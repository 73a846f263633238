// Small comforts. Every page works without this file.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// What is wrong is read first.
document.getElementById("ringkasan-kesalahan")?.focus();

// A form is sent once: the second click of a double click does nothing.
for (const form of all("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}));

// Only the questions of the chosen decision are shown.
function showQuestions() {
  const chosen = document.querySelector("input[name=outcome]:checked");
  for (const box of all("[data-shown-for]")) box.hidden = box.dataset.shownFor !== chosen?.value;
  const comment = document.getElementById("comment");
  comment?.toggleAttribute("required", chosen?.dataset.comment === "required");
  const hint = document.getElementById("comment-bantuan");
  if (chosen?.dataset.hint && hint) hint.textContent = chosen.dataset.hint;
}
if (document.querySelector("input[name=outcome]")) {
  document.addEventListener("change", (event) => event.target.name === "outcome" && showQuestions());
  showQuestions();
}

// Rows are added and taken away at once; the server does the same with the same buttons.
function renumber(row, list, number) {
  const path = new RegExp(`^${list.replaceAll(".", "\\.")}\\.\\d+`);
  const slug = list.replaceAll(".", "-");
  const id = new RegExp(`${slug}-\\d+`, "g");
  for (const part of [row, ...all("*", row)]) {
    for (const name of ["name", "value"]) {
      const held = part.getAttribute(name);
      if (held !== null && (name === "name" || part.tagName === "BUTTON")) part.setAttribute(name, held.replace(path, `${list}.${number}`));
    }
    for (const name of ["id", "for", "aria-describedby"]) {
      const held = part.getAttribute(name);
      if (held !== null) part.setAttribute(name, held.replace(id, `${slug}-${number}`));
    }
  }
}
function addRow(box) {
  const rows = all(":scope > [data-row]", box);
  const last = rows.at(-1);
  const row = last.cloneNode(true);
  const number = Math.max(...rows.map((one) => Number(one.dataset.row))) + 1;
  row.dataset.row = number;
  if (row.id) row.id = row.id.replace(/\d+$/, number);
  renumber(row, box.dataset.rows, number);
  for (const field of all("input, select, textarea", row)) {
    if (field.type === "hidden") field.value = "";
    else if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
    field.removeAttribute("aria-invalid");
  }
  all(".wrong", row).forEach((one) => one.remove());
  last.after(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=tambah], button[name=hapus]");
  const box = button?.closest("[data-rows]");
  if (!box || button.dataset.reload !== undefined) return;
  event.preventDefault();
  if (button.name === "tambah") return addRow(box);
  const rows = all(":scope > [data-row]", box);
  const row = button.closest("[data-row]");
  if (rows.length === 1) addRow(box);
  (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input, select, textarea, button")?.focus();
  row.remove();
  box.closest("form").dataset.changed = "yes";
});

// Leaving an edited draft is asked about.
for (const form of all("form[data-guard]")) {
  form.addEventListener("input", () => { form.dataset.changed = "yes"; });
  form.addEventListener("submit", () => { delete form.dataset.changed; });
  addEventListener("beforeunload", (event) => { if (form.dataset.changed) event.preventDefault(); });
}

// The menu of the person closes by itself; printing is one click.
document.addEventListener("click", (event) => {
  for (const menu of all("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.me[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Where one is in the menu can be seen on a narrow screen.
for (const nav of all(".nav, .tabs")) {
  const here = nav.querySelector("[aria-current]");
  if (here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - nav.clientWidth / 2 + here.offsetWidth / 2;
}

// The picture of a route opens where the case stands.
for (const box of all("[data-focus]")) {
  const at = Number(box.dataset.focus);
  const image = box.querySelector("img");
  const turn = () => { if (at) box.scrollLeft = image.width * at - box.clientWidth / 2; };
  if (image?.complete) turn(); else image?.addEventListener("load", turn);
}
