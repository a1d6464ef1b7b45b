// Forms of registers: marks that follow what is chosen, records found while typing, the telephone's position.
// The office decides everything again when the form is sent; without this script the form works the same.
(() => {
  const told = document.getElementById("wr-words");
  const words = told ? JSON.parse(told.textContent) : {};
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

  // ---- which fields are required or needed now

  for (const form of document.querySelectorAll("form[data-writing]")) {
    let latest = 0;
    const follow = async () => {
      const mine = ++latest;
      const sent = new FormData(form);
      for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
      try {
        const answer = await fetch(form.dataset.asked, { method: "POST", body: sent });
        if (!answer.ok || mine !== latest) return;
        mark(form, (await answer.json()).asked);
      } catch {
        // Without network the marks stay; the office says what is missing.
      }
    };
    form.addEventListener("change", (event) => {
      if (event.target.type !== "file" && event.target.name !== "reason") follow();
    });
  }

  function mark(form, asked) {
    for (const field of form.querySelectorAll("[data-field]")) {
      const place = field.querySelector("[data-mark]");
      const now = asked[field.dataset.field];
      if (!place || now === undefined) continue;
      place.className = `wr-mark${now === "required" ? " wr-must" : now ? " wr-needed" : ""}`;
      place.textContent = now ? words[now] : "";
    }
  }

  // ---- records found while typing

  for (const input of document.querySelectorAll("[data-suggest]")) {
    const box = input.closest(".wr-link");
    const [, number, was] = box.querySelectorAll("input");
    const list = Object.assign(document.createElement("ul"), { className: "wr-found", hidden: true, id: `${input.id}-found` });
    list.setAttribute("role", "listbox");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    box.append(list);
    let timer;
    let latest = 0;
    let at = -1;

    const open = (yes) => {
      list.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes));
    };

    const choose = (one) => {
      input.value = was.value = one.label;
      number.value = one.number;
      open(false);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const show = (found) => {
      at = -1;
      const items = found.map((one) => {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.append(one.label, Object.assign(document.createElement("small"), { textContent: one.more }));
        // Before the field loses the cursor, which closes the list.
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(one);
        });
        item.choose = () => choose(one);
        return item;
      });
      if (!items.length) items.push(Object.assign(document.createElement("li"), { className: "wr-none", textContent: words.none }));
      list.replaceChildren(...items);
      open(true);
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value !== was.value) number.value = "";
      if (!input.value.trim()) return open(false);
      timer = setTimeout(async () => {
        const mine = ++latest;
        try {
          const firm = input.form.elements["enterprise-number"];
          const ask = new URLSearchParams({ q: input.value, enterprise: firm && firm !== number ? firm.value : "" });
          const answer = await fetch(`${input.dataset.suggest}?${ask}`);
          if (answer.ok && mine === latest) show((await answer.json()).found);
        } catch {
          open(false);
        }
      }, 200);
    });
    input.addEventListener("keydown", (event) => {
      const items = [...list.querySelectorAll("[role=option]")];
      if (list.hidden || !items.length) return;
      if (event.key === "ArrowDown") at = Math.min(at + 1, items.length - 1);
      else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
      else if (event.key === "Enter" && at >= 0) items[at].choose();
      else if (event.key === "Escape") open(false);
      else return;
      event.preventDefault();
      for (const [nth, item] of items.entries()) item.setAttribute("aria-selected", String(nth === at));
      items[at]?.scrollIntoView({ block: "nearest" });
    });
    input.addEventListener("blur", () => open(false));
  }

  // ---- the telephone's position

  for (const button of document.querySelectorAll("[data-position]")) {
    const form = button.form;
    const say = button.parentElement.querySelector("[data-position-said]");
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!navigator.geolocation || !window.isSecureContext) {
        say.textContent = words.insecure;
        return;
      }
      say.textContent = words.locating;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.lon.value = coords.longitude.toFixed(6);
          form.elements.lat.value = coords.latitude.toFixed(6);
          say.textContent = fill(words.located, { metres: Math.round(coords.accuracy) });
        },
        () => (say.textContent = words.denied),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 },
      );
    });
  }

  // ---- the names of the files chosen

  for (const box of document.querySelectorAll(".wr-files")) {
    const inputs = [...box.querySelectorAll("[data-files]")];
    const list = box.querySelector("[data-chosen]");
    box.addEventListener("change", () => {
      const names = inputs.flatMap((input) => [...input.files].map((file) => file.name));
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
    });
  }
})();
