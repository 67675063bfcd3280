// When the store says that something changed, the page is fetched again and
// swapped. Without this file every page still works. The event hook returns when to
// look again, in ms.
const live = document.getElementById('live');
const page = () => document.getElementById('page');
const hooks = {swapped() {}, stream() {}, failed() {}, beat() {}, event: () => 60};
let said = page().dataset.say, again = false, busy = false, due = Infinity, every, soon, ticking;

function say(text) { if (text) live.textContent = text; }

async function refresh() {
  if (busy) { again = true; return; }
  const a = document.activeElement;
  if (a && a.matches('input,textarea') && a.value) return later(3000); // she is typing
  busy = true; again = false;
  try {
    const r = await fetch(location.href, {cache: 'no-store', signal: AbortSignal.timeout(8000)});
    if (r.redirected) { location.replace(r.url); return; }
    if (!r.ok && r.status !== 404) throw r.status;
    const next = new DOMParser().parseFromString(await r.text(), 'text/html').getElementById('page');
    if (next) swap(next);
  } catch { hooks.failed(); later(5000); } finally { busy = false; }
  if (again) refresh();
}

function swap(next) {
  if (next.innerHTML !== page().innerHTML) {
    const had = document.activeElement && document.activeElement.id;
    page().replaceWith(document.adoptNode(next));
    const to = page().querySelector('[data-first]') || (had && document.getElementById(had));
    if (to) to.focus({preventScroll: true});
    if (next.dataset.say !== said) say(said = next.dataset.say);
  }
  arm();
}

// Events that arrive together become one refresh, and none puts it off.
function later(ms) {
  const at = performance.now() + ms;
  if (at >= due) return;
  due = at;
  clearTimeout(soon);
  soon = setTimeout(() => { due = Infinity; refresh(); }, ms);
}

function arm() {
  clearInterval(every);
  const s = Number(page().dataset.every);
  if (s > 0) every = setInterval(refresh, s * 1000);
  count();
  hooks.swapped();
}

// Seconds run down from what the store said; no clock is compared.
function count() {
  clearInterval(ticking);
  const el = page().querySelector('[data-left]');
  if (!el) return;
  const from = performance.now(), left = Number(el.dataset.left), arc = el.querySelector('.left');
  let was = left;
  ticking = setInterval(() => {
    const s = Math.max(0, Math.ceil(left - (performance.now() - from) / 1000));
    el.querySelectorAll('[data-seconds]').forEach(n => { n.textContent = s; });
    if (arc) {
      arc.setAttribute('stroke-dashoffset', el.dataset.of - s);
      el.classList.toggle('late', s <= 15);
      for (const at of [15, 5]) if (was > at && s <= at) say(at + ' seconds left to answer.');
    }
    was = s;
    if (s === 0) { clearInterval(ticking); later(600); }
  }, 1000);
}

// A stream carries kinds and identifiers; what they mean is asked for.
let es, at = document.body.dataset.stream;
if (at?.endsWith('=')) at += crypto.randomUUID();
function listen(address) {
  const mine = es = new EventSource(address);
  for (const k of ('visit.announced visit.ended offer.created offer.accepted offer.declined offer.timed_out offer.rescinded ' +
    'card.revoked floor.changed here.changed headsup headsup.over booked reset').split(' ')) es.addEventListener(k, e => later(hooks.event(k, e.data)));
  es.onopen = () => { hooks.stream(true); later(0); };
  es.addEventListener('beat', () => hooks.beat());
  es.onerror = () => {
    hooks.stream(false);
    if (mine.readyState === EventSource.CLOSED) { later(1000); setTimeout(listen, 5000, address); }
  };
}

// A frozen page sees nobody, and says so.
document.addEventListener('freeze', () => { if (es) { es.close(); hooks.stream(false); } });
document.addEventListener('resume', () => { if (es) listen(at); });
addEventListener('pageshow', e => { if (e.persisted) location.reload(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden && at) later(0); });
if (at) listen(at);
queueMicrotask(arm); // once the part below has set its hooks
