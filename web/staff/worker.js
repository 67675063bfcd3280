// Where a page would not load because the store is out of reach, it shows one page
// that says so. It keeps that page and how it looks, and nothing else.
const name = 'shell ' + shell.join(' ');

self.addEventListener('install', e => {
  self.skipWaiting();
  e.waitUntil(caches.open(name).then(c => c.addAll(shell)));
});

self.addEventListener('activate', e => e.waitUntil(caches.keys()
  .then(all => Promise.all(all.filter(k => k !== name).map(k => caches.delete(k))))
  .then(() => self.clients.claim())));

self.addEventListener('fetch', e => {
  const r = e.request, page = r.mode === 'navigate';
  if (r.method !== 'GET' || !page && !shell.includes(new URL(r.url).pathname)) return;
  e.respondWith(fetch(r).catch(() => caches.match(page ? shell[0] : r)));
});

self.addEventListener('notificationclick', e => {
  e.notification.close();
  e.waitUntil(self.clients.matchAll({type: 'window'}).then(all => all.length ? all[0].focus() : self.clients.openWindow('/staff')));
});
