// What is shown while there is no line: the status page last seen, else a page that says so. Nothing else is kept but
// static files. The server puts SHELL before it: first the page without a line, whose address changes with every
// release and names the cache; then the files it needs.
// With each page comes in X-Luring under which mark this browser may keep status pages. Another mark is another person
// or other applications, and what was kept under the former is gone; "p" alone keeps nothing.
const dropOthers = kept => caches.keys().then(names => names.map(name =>
  name[0] === kept[0] && name !== kept && caches.delete(name)));

addEventListener('install', event => {
  skipWaiting();
  event.waitUntil(caches.open(SHELL[0]).then(cache => cache.addAll(SHELL)));
});

addEventListener('activate', event => {
  event.waitUntil(registration.navigationPreload?.enable());
  dropOthers(SHELL[0]);
});

async function keep(request, answer, mark) {
  await dropOthers(mark);
  if (!mark[1] || !/permohonan\/[^/?]+$/.test(request.url)) return;
  const cache = await caches.open(mark);
  // Shown later without the PIN, and with the note that says of when it is.
  const text = (await answer.text()).replace(/ hidden data-luring|<details data-pin>[^]*?<\/details>/g, '');
  await (answer.ok ? cache.put(request, new Response(text, answer)) : cache.delete(request));
}

addEventListener('fetch', event => {
  const {request} = event;
  const kept = () => caches.match(request);
  if (request.mode === 'navigate' && request.method === 'GET') event.respondWith((async () => {
    try {
      const answer = await event.preloadResponse || await fetch(request);
      const mark = answer.headers.get('X-Luring');
      if (mark) event.waitUntil(keep(request, answer.clone(), mark));
      return answer;
    } catch {
      return await kept() || caches.match(SHELL[0]);
    }
  })());
  else if (/static\//.test(request.url)) event.respondWith(kept().then(file => file || fetch(request)));
});
