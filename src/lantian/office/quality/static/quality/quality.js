"use strict";
// The queue and the decision by keyboard: J and K move, X chooses, Enter opens; A, V, C choose a decision, R goes to
// the reason. Without this script everything works by pointer.
(() => {
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

  function rows() {
    return [...document.querySelectorAll("[data-row]")];
  }

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const at = all.findIndex((row) => row.classList.contains("qu-here"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (at >= 0) all[at].classList.remove("qu-here");
    next.classList.add("qu-here");
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function count() {
    const label = document.querySelector("[data-pick-count]");
    if (!label) return;
    const number = document.querySelectorAll("[name=chosen]:checked").length;
    label.textContent = number ? `${label.dataset.some} ${number}` : label.dataset.none;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of document.querySelectorAll("[name=chosen]")) box.checked = event.target.checked;
    }
    count();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      if (move(key === "j" ? 1 : -1)) return event.preventDefault();
    }
    const here = document.querySelector(".qu-here");
    if (here && key === "x") {
      here.querySelector("[name=chosen]")?.click();
      return event.preventDefault();
    }
    if (here && key === "enter" && !event.target.closest("a, button")) {
      here.querySelector("a")?.click();
      return event.preventDefault();
    }
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("a")) target.click();
    else {
      if (target.matches("[type=radio]")) target.checked = true;
      target.focus();
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
})();
