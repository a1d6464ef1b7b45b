"use strict";
// Review by keys: j and k move between the cards, d to the next doubtful one, u to the next that waits,
// a accepts, c or e corrects, r rejects, n adds by the marked words, ? tells the keys, Escape leaves a form.
// The card that was acted on is replaced by htmx; the place is kept by its id.
(() => {
  const cards = () => [...document.querySelectorAll(".pl-card[data-review]")].filter((card) => card.offsetParent);
  let current = "";
  let onward = false;

  function focus(card) {
    if (!card) return;
    current = card.id;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = cards();
    const at = all.findIndex((card) => card.id === current);
    focus(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  }

  // The next card that holds, behind the current one, then from the top.
  function next(holds) {
    const all = cards();
    const at = all.findIndex((card) => card.id === current);
    const found = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(holds);
    focus(found);
    found?.scrollIntoView({ block: "center" });
  }

  const doubtful = (card) => card.dataset.state.includes("doubtful");
  const waiting = (card) => card.dataset.review === "unreviewed";

  function jump(id) {
    const card = document.getElementById(id);
    if (!card) return;
    if (!card.hasAttribute("tabindex")) card.tabIndex = -1;
    focus(card);
    card.scrollIntoView({ block: "center" });
  }

  // The marked words as a span of the document: each piece knows where it stands.
  function marked() {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const at = (node, offset) => {
      if (node.nodeType !== Node.TEXT_NODE) {
        const behind = offset >= node.childNodes.length;
        node = node.childNodes[behind ? node.childNodes.length - 1 : offset] || node;
        while (node.nodeType !== Node.TEXT_NODE && node.firstChild) node = behind ? node.lastChild : node.firstChild;
        offset = behind ? node.textContent.length : 0;
      }
      const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest(".pl-words [data-at]");
      return piece ? Number(piece.dataset.at) + offset : null;
    };
    const start = at(range.startContainer, range.startOffset);
    const end = at(range.endContainer, range.endOffset);
    return start === null || end === null || end <= start ? null : [start, end];
  }

  function openAdd() {
    const dialog = document.getElementById("pl-add");
    if (!dialog) return;
    const query = new URLSearchParams();
    const span = marked();
    if (span) {
      query.set("start", span[0]);
      query.set("end", span[1]);
    }
    if (current.startsWith("task-")) query.set("task", current.slice(5));
    loadAdd(dialog, query);
    dialog.showModal();
  }

  function loadAdd(dialog, query) {
    window.htmx.ajax("GET", `${dialog.dataset.url}?${query}`, { target: "#pl-add-body", swap: "innerHTML" });
  }

  function show(button) {
    const wanted = button.dataset.plShow;
    for (const other of document.querySelectorAll("[data-pl-show]"))
      other.setAttribute("aria-pressed", String(other === button));
    document.body.dataset.plShown = wanted;
    sift();
  }

  function sift() {
    const wanted = document.body.dataset.plShown || "";
    const part = document.querySelector("[data-pl-part]")?.value || "";
    for (const clause of document.querySelectorAll(".pl-clause")) {
      let any = !wanted;
      for (const card of clause.querySelectorAll(".pl-card")) {
        const shown = !wanted || card.dataset.state.split(" ").includes(wanted);
        card.hidden = !shown;
        any = any || shown;
      }
      clause.hidden = !any || (part !== "" && clause.dataset.part !== part);
    }
  }

  function ask(method, url, card) {
    window.htmx.ajax(method, url, { source: card, target: card, swap: "outerHTML" });
  }

  function typing(element) {
    return element.closest("input, textarea, select, [contenteditable]") !== null;
  }

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest(".pl-card[data-review]");
    if (card) current = card.id;
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = current ? document.getElementById(current) : null;
    if (event.key === "Escape" && card) {
      card.querySelector("[data-pl-cancel]")?.click();
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") document.getElementById("pl-help")?.showModal();
    else if (event.key === "d") next(doubtful);
    else if (event.key === "u") next(waiting);
    else if (event.key === "n") openAdd();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (card && event.key === "a") {
      onward = true;
      ask("POST", card.dataset.accept, card);
    } else if (card && (event.key === "c" || event.key === "e")) ask("GET", card.dataset.correct, card);
    else if (card && event.key === "r") ask("GET", card.dataset.reject, card);
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-pl-add]")) openAdd();
    else if (at("[data-pl-help]")) document.getElementById("pl-help").showModal();
    else if (at("[data-pl-show]")) show(at("[data-pl-show]"));
    else if (at("[data-pl-close]")) {
      const dialog = at("dialog");
      if (dialog) dialog.close();
      else at(".pl-hang").replaceChildren();
    } else if (at("[data-pl-jump]")) {
      event.preventDefault();
      jump(at("[data-pl-jump]").dataset.plJump);
    } else if (at("mark[data-item]") && window.getSelection().isCollapsed) jump(at("mark[data-item]").dataset.item);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pl-part]")) sift();
    if (event.target.name === "kind_added") {
      const form = event.target.closest("form");
      const query = new URLSearchParams();
      for (const name of ["start", "end", "task", "kind_added"]) {
        const value = form.elements[name]?.value;
        if (value) query.set(name, value);
      }
      loadAdd(document.getElementById("pl-add"), query);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const card = current ? document.getElementById(current) : null;
    if (!card) return;
    const field = card.querySelector("form input:not([type=hidden]), form select, form textarea");
    if (field) field.focus();
    else if (onward) step(1);
    else if (event.target.closest && event.target.closest(".pl-card")) focus(card);
    onward = false;
    mark(card.closest(".pl-clause"));
  });

  // The tree's mark of a clause follows its cards.
  function mark(clause) {
    if (!clause) return;
    const waiting = clause.querySelector('.pl-card[data-review="unreviewed"]') !== null;
    document.getElementById(`tree-${clause.dataset.clause}`)?.classList.toggle("pl-reviewed", !waiting);
  }

  // The tree shows where the reader is; on a phone it starts closed.
  document.addEventListener("DOMContentLoaded", () => {
    const tree = document.querySelector("[data-pl-tree]");
    if (!tree) return;
    if (window.matchMedia("(max-width: 1200px)").matches) tree.open = false;
    const links = new Map([...tree.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) links.get(entry.target.id)?.classList.toggle("pl-here", entry.isIntersecting);
      },
      { rootMargin: "-10% 0px -70% 0px" },
    );
    for (const clause of document.querySelectorAll(".pl-clause")) seen.observe(clause);
  });
})();
