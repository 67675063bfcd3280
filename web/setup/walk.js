// A tap on the plan is where she stands. Without this file she writes it.
document.addEventListener('click', async e => {
  const tap = e.target.closest('#tap[data-walk]'), svg = tap?.querySelector('svg');
  if (!svg || !svg.contains(e.target)) return;
  const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const body = new URLSearchParams({level: tap.dataset.level, x: (p.x / 10).toFixed(1), y: (p.y / 10).toFixed(1)});
  try {
    const r = await fetch('/staff/survey/stand', {method: 'POST', body, cache: 'no-store', signal: AbortSignal.timeout(8000)});
    const next = new DOMParser().parseFromString(await r.text(), 'text/html').getElementById('page');
    if (next) swap(next);
  } catch { say('This device has lost the store.'); }
});

// A test walk as a film: the slider asks for each second, the button runs on.
let running = 0, asked = -1, showing = false;
const film = () => document.getElementById('film');
async function show(at) {
  asked = at;
  if (showing) return;
  showing = true;
  while (asked >= 0) {
    const n = asked; asked = -1;
    const address = `/staff/survey/play?id=${encodeURIComponent(film().elements.id.value)}&at=${n}`;
    try {
      const r = await fetch(address, {cache: 'no-store', signal: AbortSignal.timeout(8000)});
      if (!r.ok) throw r.status;
      const next = new DOMParser().parseFromString(await r.text(), 'text/html');
      for (const id of ['frame', 'second']) document.getElementById(id).replaceWith(document.adoptNode(next.getElementById(id)));
      document.querySelector('nav[aria-label="Seconds"]').replaceWith(document.adoptNode(next.querySelector('nav[aria-label="Seconds"]')));
      film().elements.at.value = n;
      history.replaceState(null, '', address);
    } catch { halt(); say('This device has lost the store.'); }
  }
  showing = false;
}
function halt() {
  clearInterval(running); running = 0;
  const run = document.getElementById('run');
  if (run) run.textContent = 'Play';
}
document.addEventListener('input', e => { if (e.target.id === 'at') { halt(); show(Number(e.target.value)); } });
document.addEventListener('click', e => {
  if (e.target.id !== 'run') return;
  if (running) { halt(); say(document.getElementById('words').textContent); return; }
  const last = Number(film().dataset.last);
  let n = Number(film().elements.at.value);
  if (n >= last) n = -1;
  e.target.textContent = 'Stop';
  running = setInterval(() => { if (showing) return; if (++n > last) halt(); else show(n); }, 500);
});
if (film()) document.getElementById('run').hidden = false;
