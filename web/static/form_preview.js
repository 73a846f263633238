// The preview follows the fields as they are filled in. Without this file a button shows it.
"use strict";

const editor = document.getElementById("isi-formulir");
let waiting = 0;

async function refresh() {
  const body = new FormData(editor);
  body.set("act", "preview");
  const answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#pratinjau .preview");
  const shown = document.querySelector("#pratinjau .preview");
  if (drawn && shown) shown.replaceChildren(...drawn.childNodes);
}

editor?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 400);
});
