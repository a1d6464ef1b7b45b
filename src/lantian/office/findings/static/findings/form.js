// The form of a new finding: its draft is kept while it is filled in, sent when there is a network.
(() => {
  const form = document.querySelector("form[data-filing]");
  if (!form) return;
  const drafts = window.lantianDrafts;
  const words = JSON.parse(document.getElementById("fi-words").textContent);
  const { user, token, most } = form.dataset;
  const address = form.getAttribute("action");
  const say = document.querySelector("[data-say]");
  const list = document.querySelector("[data-drafts]");
  const shown = document.querySelector("[data-photos]");
  const question = document.querySelector("[data-question]");
  const LARGEST = 50 * 1024 * 1024;
  // Never the number the page came with: a kept page is opened many times.
  let id = drafts.number();
  let files = [];
  let changed = false;
  let canKeep = true;
  let sending = false;
  let timer;

  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

  function tell(text, kind = "info") {
    say.textContent = text;
    say.className = `lt-notice lt-notice-${kind}`;
    say.hidden = !text;
  }

  // ---- the form as a draft and back

  function values() {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || ["csrfmiddlewaretoken", "form_id"].includes(name)) continue;
      if (name === "answers") (found.answers ??= []).push(value);
      else found[name] = value;
    }
    return found;
  }

  function draft(state, more = {}) {
    return { form_id: id, user, state, values: values(), files, ...more };
  }

  async function keep(state = "editing", more = {}) {
    clearTimeout(timer);
    const kept = draft(state, more);
    if (canKeep) {
      try {
        await drafts.put(kept);
        navigator.storage?.persist?.();
      } catch {
        canKeep = false;
        tell(words.no_store, "warning");
      }
    }
    return kept;
  }

  function keepSoon() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  }

  function setAnswers(codes) {
    for (const old of form.querySelectorAll("input[name=answers]")) old.remove();
    for (const code of codes || []) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "answers", value: code });
      form.append(field);
    }
  }

  function show(kept) {
    form.reset();
    id = kept.form_id;
    files = kept.files;
    setAnswers(kept.values.answers);
    for (const [name, value] of Object.entries(kept.values)) {
      if (name === "answers" || !form.elements[name]) continue;
      form.elements[name].value = value;
    }
    const folded = form.querySelector(`details input[value="${CSS.escape(kept.values.kind || "")}"]`);
    if (folded) folded.closest("details").open = true;
    showPhotos();
    clearErrors();
    changed = true;
    if (kept.ask) ask(kept.ask);
    if (kept.errors) showErrors(kept.errors);
  }

  function fresh() {
    clearTimeout(timer);
    form.reset();
    id = drafts.number();
    files = [];
    changed = false;
    for (const name of ["lon", "lat", "position_by"]) form.elements[name].value = "";
    setAnswers([]);
    showPhotos();
    clearErrors();
    position("");
    today();
  }

  // A kept page holds the day it was made on; here the day is that of the telephone, in the office's time zone.
  function today() {
    if (Date.now() - Number(form.dataset.made) < 600000) return;
    form.elements.found_on.value = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
  }

  // ---- photos

  async function add(input) {
    for (const file of input.files) {
      if (file.size > LARGEST) tell(fill(words.too_large, { name: file.name }), "warning");
      else if (files.length >= Number(most)) tell(fill(words.too_many, { most }), "warning");
      // Copied: a telephone may take the file away before it is sent.
      else files.push({ name: file.name, blob: new Blob([await file.arrayBuffer()], { type: file.type }) });
    }
    input.value = "";
    showPhotos();
    await keep();
    changed = true;
  }

  function showPhotos() {
    for (const picture of shown.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    shown.replaceChildren(
      ...files.map((file, nth) => {
        const item = document.createElement("li");
        if (/^image\/(jpeg|png)$/.test(file.blob.type)) {
          item.append(Object.assign(new Image(), { src: URL.createObjectURL(file.blob), alt: file.name }));
        } else item.append(file.name);
        const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
        out.setAttribute("aria-label", `${words.take_out} ${file.name}`);
        out.addEventListener("click", () => {
          files = files.filter((_file, other) => other !== nth);
          showPhotos();
          keepSoon();
        });
        item.append(out);
        return item;
      }),
    );
  }

  for (const input of form.querySelectorAll("[data-files]")) input.addEventListener("change", () => add(input));

  // ---- position

  const told = document.querySelector("[data-position-said]");
  function position(text) {
    told.textContent = text;
  }

  function locate() {
    if (!navigator.geolocation || !window.isSecureContext) return Promise.resolve(position(words.insecure));
    position(words.locating);
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        async ({ coords }) => {
          form.elements.lon.value = coords.longitude.toFixed(6);
          form.elements.lat.value = coords.latitude.toFixed(6);
          form.elements.position_by.value = "phone";
          position(fill(words.located, { metres: Math.round(coords.accuracy) }));
          keepSoon();
          await region();
          resolve();
        },
        () => resolve(position(words.denied)),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 },
      );
    });
  }

  async function region() {
    const { lon, lat, region: chosen } = form.elements;
    try {
      const answer = await fetch(`${form.dataset.where}?lon=${lon.value}&lat=${lat.value}`);
      const found = answer.ok ? await answer.json() : {};
      if (!found.region || ![...chosen.options].some((one) => one.value === String(found.region))) return;
      chosen.value = String(found.region);
      position(`${told.textContent} ${found.label}`);
      keepSoon();
    } catch {
      // Without network the region stays as chosen; the office compares it with the position when it is sent.
    }
  }

  document.querySelector("[data-position]").addEventListener("click", locate);
  for (const name of ["lon", "lat"]) {
    form.elements[name].addEventListener("change", () => (form.elements.position_by.value = "given"));
  }

  // ---- the enterprise, out of the register

  const firm = document.querySelector("[data-enterprise]");
  const firmName = firm.querySelector("input");
  const firmSaid = firm.querySelector("[data-enterprise-said]");
  let firms = [];
  let asking;
  firm.hidden = false;

  async function findFirm() {
    const { enterprise, place } = form.elements;
    const asked = firmName.value.trim();
    const found = () => firms.find((one) => `${one.label}（${one.region}）` === asked || one.label === asked);
    if (asked && !found()) {
      try {
        const answer = await fetch(`${firm.dataset.enterprise}?q=${encodeURIComponent(asked)}`);
        firms = answer.ok ? (await answer.json()).enterprises : [];
      } catch {
        firms = [];
      }
      const options = firms.map((one) => new Option("", `${one.label}（${one.region}）`));
      firm.querySelector("datalist").replaceChildren(...options);
    }
    const chosen = found();
    enterprise.value = chosen ? String(chosen.id) : "";
    if (chosen && !place.value) place.value = chosen.label;
    keepSoon();
  }

  firmName.addEventListener("input", () => {
    clearTimeout(asking);
    asking = setTimeout(findFirm, 200);
  });
  firmName.addEventListener("change", async () => {
    clearTimeout(asking);
    await findFirm();
    firmSaid.textContent = firmName.value && !form.elements.enterprise.value ? words.no_enterprise : "";
  });

  // ---- what the office says

  function clearErrors() {
    for (const old of form.querySelectorAll(".lt-field-error")) old.remove();
    question.hidden = true;
  }

  function showErrors(errors) {
    const rest = [];
    for (const [name, lines] of Object.entries(errors)) {
      const field = name && form.elements[name];
      const place = field && (field.closest ? field : field[0]).closest(".lt-field");
      if (!place) rest.push(...lines);
      else for (const line of lines) place.append(Object.assign(document.createElement("p"), { className: "lt-field-error", textContent: line }));
      place?.closest("details")?.setAttribute("open", "");
    }
    tell(rest.join(" ") || words.refused, "error");
    say.scrollIntoView({ block: "center" });
  }

  function ask(told) {
    const button = (text, act, main) => {
      const one = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      one.className = main ? "lt-button lt-primary" : "lt-button";
      one.addEventListener("click", act);
      return one;
    };
    const buttons = [];
    if (told.region) {
      const take = () => ((form.elements.region.value = String(told.region.id)), submit());
      buttons.push(button(fill(words.take_region, { region: told.region.label }), take, true));
    }
    if (told.ask === "position_unknown") {
      const again = () => locate().then(() => form.elements.lon.value && submit());
      buttons.push(button(document.querySelector("[data-position]").textContent, again, true));
    }
    const yes = () => {
      setAnswers([...(values().answers || []), told.ask]);
      submit();
    };
    buttons.push(button(told.yes, yes, buttons.length === 0));
    question.replaceChildren(Object.assign(document.createElement("p"), { textContent: told.what }), ...buttons);
    question.hidden = false;
    question.scrollIntoView({ block: "center" });
  }

  // ---- sending

  async function submit() {
    if (sending || !form.reportValidity()) return;
    sending = true;
    clearErrors();
    const kept = await keep("waiting");
    tell(words.sending);
    const became = await drafts.send(kept, { address, token });
    sending = false;
    if (became.done) {
      await drafts.remove(kept.form_id).catch(() => {});
      changed = false;
      location.assign(became.done.url);
      return;
    }
    tell("");
    if (became.ask) await keep("asked", { ask: became.ask }).then(() => ask(became.ask));
    else if (became.errors) await keep("refused", { errors: became.errors }).then(() => showErrors(became.errors));
    else {
      if (canKeep) fresh();
      tell(said(became), "warning");
      say.scrollIntoView({ block: "center" });
    }
    await showList();
  }

  function said(became) {
    if (became.offline) return words.kept;
    return became.signedOut ? words.signed_out : fill(words.failed, { status: became.status });
  }

  // Every draft that waits, one after another; stops at the first that finds no network.
  async function sendWaiting() {
    if (sending || !navigator.onLine) return;
    sending = true;
    try {
      for (const kept of await drafts.all(user)) {
        if (kept.state !== "waiting" || !(await sendOne(kept))) continue;
        break;
      }
    } finally {
      sending = false;
    }
    await showList();
  }

  // Sends a draft of the list; true where going on makes no sense.
  async function sendOne(kept) {
    const became = await drafts.send(kept, { address, token, quiet: true });
    if (became.done) {
      await drafts.remove(kept.form_id);
      if (kept.form_id === id) fresh();
      sentNote(kept, became.done);
      return false;
    }
    if (became.ask || became.errors) {
      await drafts.put({ ...kept, state: became.ask ? "asked" : "refused", ask: became.ask, errors: became.errors });
      return false;
    }
    tell(said(became), "warning");
    return true;
  }

  function sentNote(kept, done) {
    const note = Object.assign(document.createElement("li"), { className: "fi-sent" });
    note.append(Object.assign(document.createElement("a"), { href: done.url, textContent: name(kept) }), ` ${words.sent} · ${done.said}`);
    document.querySelector("[data-sent]").append(note);
  }

  // ---- the list of drafts

  function name(kept) {
    const kind = form.querySelector(`input[name=kind][value="${CSS.escape(kept.values.kind || "")}"]`);
    const parts = [kind?.closest("label").textContent.trim(), kept.values.place || kept.values.words];
    return parts.filter(Boolean).join(" · ").slice(0, 60) || words.untitled;
  }

  async function showList() {
    let kept = [];
    try {
      kept = (await drafts.all(user)).filter((one) => !(one.form_id === id && changed));
    } catch {
      canKeep = false;
      tell(words.no_store, "warning");
    }
    list.closest("section").hidden = kept.length === 0;
    list.replaceChildren(
      ...kept.map((one) => {
        const item = document.createElement("li");
        const photos = one.files.length ? ` · ${fill(words.photos, { count: one.files.length })}` : "";
        item.append(Object.assign(document.createElement("strong"), { textContent: name(one) }));
        item.append(Object.assign(document.createElement("small"), { textContent: `${words[one.state]}${photos}` }));
        const act = (text, done) => {
          const button = Object.assign(document.createElement("button"), { type: "button", className: "lt-button", textContent: text });
          button.addEventListener("click", done);
          item.append(button);
        };
        if (one.state === "waiting") act(words.send, () => sendOne(one).then(showList));
        act(words.continue, () => (show(one), showList(), form.scrollIntoView()));
        act(words.delete, () => confirm(words.sure) && drafts.remove(one.form_id).then(showList));
        return item;
      }),
    );
  }

  // ---- begin

  for (const [key, value] of new URLSearchParams(location.search)) {
    // Without network the kept page knows nothing of its address.
    const field = ["register", "record_id", "place"].includes(key) && form.elements[key];
    if (field && !field.value) field.value = value;
  }
  today();
  form.addEventListener("input", keepSoon);
  // What was typed last is not lost with the page.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && changed && !sending) keep();
  });
  form.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  addEventListener("online", () => (tell(""), sendWaiting()));
  addEventListener("offline", () => tell(words.offline, "warning"));
  if (!navigator.onLine) tell(words.offline, "warning");
  showList().then(sendWaiting);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(form.dataset.worker).catch(() => {});
})();
