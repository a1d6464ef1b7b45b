// A report being written survives a lost connection or a closed phone: its fields are kept in this browser until the
// server has them.
document.querySelectorAll("form[data-draft]").forEach((form) => {
  const key = "lantian-draft-" + form.dataset.draft;
  const fields = () => [...form.elements].filter((e) => e.name && !["hidden", "file", "submit"].includes(e.type));
  const read = () => Object.fromEntries(fields().filter((e) => e.type !== "radio" || e.checked).map((e) => [
    e.type === "checkbox" ? e.name + "=" + e.value : e.name, e.type === "checkbox" ? e.checked : e.value,
  ]));
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { kept = null; }
  const offer = form.querySelector("[data-restore]");
  if (kept && offer && JSON.stringify(kept) !== JSON.stringify(read())) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      fields().forEach((e) => {
        if (e.type === "checkbox") e.checked = Boolean(kept[e.name + "=" + e.value]);
        else if (e.type === "radio") e.checked = kept[e.name] === e.value;
        else if (e.name in kept) e.value = kept[e.name];
      });
      offer.hidden = true;
    });
  }
  form.addEventListener("input", () => {
    try { localStorage.setItem(key, JSON.stringify(read())); } catch { /* a full or closed store keeps nothing */ }
  });
  form.addEventListener("submit", () => localStorage.removeItem(key));
});
