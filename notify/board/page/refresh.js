// Brings the page up to date without losing the reader's place: only what has
// changed in <main> is replaced, so that who listens is not thrown back to its
// beginning, and nothing while somebody selects text. Focus, open details and
// the scroll position stay. When the answer does not come, the page says that
// what it shows is old.
"use strict";

(function () {
  const main = document.getElementById("main");
  const seconds = main && Number(main.dataset.refresh);
  if (!seconds) return;

  let since = new Date();

  function place() {
    const open = [...document.querySelectorAll("details[open]")].map((d) => d.id);
    const focus = document.activeElement && document.activeElement.id;
    const rows = [...document.querySelectorAll("#main [id]")];
    const anchor = rows.find((r) => r.getBoundingClientRect().bottom > 0);
    return { open, focus, anchor: anchor && anchor.id, top: anchor && anchor.getBoundingClientRect().top };
  }

  function restore(was) {
    for (const id of was.open) {
      const d = id && document.getElementById(id);
      if (d) d.open = true;
    }
    const f = was.focus && document.getElementById(was.focus);
    if (f && f !== document.activeElement) f.focus({ preventScroll: true });
    const a = was.anchor && document.getElementById(was.anchor);
    if (a && window.scrollY > 0) window.scrollBy(0, a.getBoundingClientRect().top - was.top);
  }

  function selecting() {
    const s = window.getSelection();
    return s && !s.isCollapsed;
  }

  // replace puts the parts of a page that differ in place of those that are shown.
  function replace(next) {
    const shown = [...main.children];
    const fresh = [...next.children].map((n) => document.importNode(n, true));
    if (shown.length !== fresh.length) {
      main.replaceChildren(...fresh);
      return;
    }
    shown.forEach((part, i) => part.isEqualNode(fresh[i]) || part.replaceWith(fresh[i]));
  }

  async function refresh() {
    if (document.hidden || selecting()) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("main");
      if (!next) throw new Error("no page");
      const was = place();
      replace(next);
      document.title = page.title;
      restore(was);
      since = new Date();
      document.body.classList.remove("old");
    } catch (err) {
      document.body.classList.add("old");
      const note = document.getElementById("refresh");
      if (note) note.textContent = "This is old: the board has not answered since " + since.toLocaleTimeString() + ".";
    }
  }

  setInterval(refresh, seconds * 1000);
  document.addEventListener("visibilitychange", refresh);
})();
