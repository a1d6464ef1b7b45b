// Opens the form of a new finding without network. It keeps one page, /findings/new/, with the files of this
// office it is made of; lists and findings themselves are never kept.
const CACHE = "lantian-findings-1";
const PAGE = "/findings/new/";
const PATIENCE = 5000; // ms until a kept page is shown instead of waiting for a weak network
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const SAME = { ignoreVary: true };

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(
    fetch(PAGE, { credentials: "same-origin" }).then((answer) => (usable(answer) ? keep(answer) : undefined)),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("lantian-findings-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === PAGE) event.respondWith(form(event, url));
    else event.respondWith(fetch(request).catch(() => Response.redirect(PAGE)));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(asset(request, url));
  }
});

function usable(answer) {
  return answer.ok && !answer.redirected && answer.type === "basic";
}

async function form(event, url) {
  const kept = await caches.match(PAGE, SAME);
  const asked = fetch(event.request).then((answer) => {
    // A page filled in by its address is not the one to keep.
    if (usable(answer) && url.search === "") event.waitUntil(keep(answer.clone()));
    return answer;
  });
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([asked.catch(() => kept), late]);
}

async function asset(request, url) {
  const kept = await caches.match(request, SAME);
  if (kept && HASHED.test(url.pathname)) return kept;
  return fetch(request).catch((fault) => {
    if (kept) return kept;
    throw fault;
  });
}

// The page, and every file of /static/ that it or its style sheets name; what it no longer names goes.
async function keep(answer) {
  const cache = await caches.open(CACHE);
  const page = await answer.clone().text();
  const named = new Set([...page.matchAll(/(?:src|href)="(\/static\/[^"#?]+)/g)].map((found) => found[1]));
  for (const address of [...named]) {
    const file = await stored(cache, address);
    if (!file || !address.endsWith(".css")) continue;
    for (const [, inner] of (await file.text()).matchAll(/url\(["']?([^"')]+)["']?\)/g)) {
      const url = new URL(inner, new URL(address, self.location.origin));
      if (url.origin !== self.location.origin || !url.pathname.startsWith("/static/")) continue;
      named.add(url.pathname);
      await stored(cache, url.pathname);
    }
  }
  await cache.put(PAGE, answer);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PAGE && !named.has(pathname)) await cache.delete(request);
  }
}

async function stored(cache, address) {
  const kept = await cache.match(address, SAME);
  if (kept && HASHED.test(address)) return kept;
  try {
    const fresh = await fetch(address);
    if (!usable(fresh)) return kept;
    await cache.put(address, fresh.clone());
    return fresh;
  } catch {
    return kept;
  }
}
