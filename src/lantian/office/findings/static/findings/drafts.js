// Drafts of findings with their photos, kept in this browser until the office has them. A draft carries the
// number of its form: sent twice, it makes one finding.
window.lantianDrafts = (() => {
  const NAME = "lantian-findings";
  const STORE = "drafts";
  let opened;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "form_id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  async function within(mode, ask) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const work = base.transaction(STORE, mode);
      const asked = ask(work.objectStore(STORE));
      work.oncomplete = () => resolve(asked.result);
      work.onerror = work.onabort = () => reject(work.error);
    });
  }

  const all = async (user) =>
    (await within("readonly", (store) => store.getAll()))
      .filter((draft) => draft.user === user)
      .sort((a, b) => a.changed - b.changed);
  const get = (id) => within("readonly", (store) => store.get(id));
  const remove = (id) => within("readwrite", (store) => store.delete(id));
  const put = (draft) => within("readwrite", (store) => store.put({ ...draft, changed: Date.now() }));

  function number() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  // What became of it: {done}, {ask}, {errors}, {offline}, {signedOut} or {status}.
  async function send(draft, { address, token, quiet }) {
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.values)) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== "") body.append(name, one);
    }
    body.set("form_id", draft.form_id);
    body.set("drafter", draft.user);
    if (quiet) body.set("quiet", "1");
    for (const file of draft.files) body.append("files", file.blob, file.name);
    let answer;
    try {
      answer = await fetch(address, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": cookie(token) },
      });
    } catch {
      return { offline: true };
    }
    if (answer.redirected) return { signedOut: true };
    const told = (answer.headers.get("Content-Type") || "").startsWith("application/json")
      ? await answer.json()
      : {};
    if (answer.ok && told.url) return { done: told };
    if (answer.status === 409 && told.ask) return { ask: told };
    if (answer.status === 422 && told.errors) return { errors: told.errors };
    return { status: answer.status };
  }

  return { all, get, put, remove, number, send };
})();
