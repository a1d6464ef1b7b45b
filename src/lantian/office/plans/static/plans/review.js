"use strict";
// Review by keys: j and k move between the cards, a accepts, c corrects, r rejects, Escape leaves a form.
// The card that was acted on is replaced by htmx; the place is kept by its id.
(() => {
  const cards = () => [...document.querySelectorAll(".pl-card[data-review]")];
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
    if (typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (card && event.key === "a") {
      onward = true;
      ask("POST", card.dataset.accept, card);
    } else if (card && event.key === "c") ask("GET", card.dataset.correct, card);
    else if (card && event.key === "r") ask("GET", card.dataset.reject, card);
    else return;
    event.preventDefault();
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
