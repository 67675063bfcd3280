
// The associate's page: the line to the store, a client's zone.
// Two beats without the store, and what is on the screen is closed: it may
// have been taken back meanwhile.
const patience = Number(document.body.dataset.patience);
let up = false, since = 0, lost = false;
function line() {
  document.dispatchEvent(new CustomEvent('line', {detail: !up && since > 0}));
  const el = document.getElementById('line');
  if (!el || !at) return;
  el.hidden = false;
  el.classList.toggle('ok', up);
  el.classList.toggle('wait', !up);
  el.lastElementChild.textContent = up ? 'Connected' : 'Not connected';
}
hooks.stream = is => {
  if (is) { up = true; since = 0; lost = false; }
  else if (up || !since) { up = false; since = performance.now(); }
  line();
};
hooks.failed = () => hooks.stream(false);
async function check() {
  try {
    const r = await fetch('/staff/alive' + at.replace(/^[^?]*/, ''), {signal: AbortSignal.timeout(4000), redirect: 'manual'});
    if (r.type === 'opaqueredirect') location.replace('/staff');
    if (r.ok && lost) { hooks.stream(true); refresh(); }
  } catch { hooks.stream(false); }
  if (!up && since && !lost && performance.now() - since > patience) {
    lost = true;
    page().replaceChildren(document.getElementById('lost').content.cloneNode(true));
    say('This phone has lost the store.');
  }
}
// A beat is answered: only so the store knows that somebody could see this page.
let beaten = 0;
hooks.beat = () => { beaten = performance.now(); check(); };
if (at) setInterval(() => { if (performance.now() - beaten > patience * .6) check(); }, patience / 2);

// A client's zone is followed alone, without the card.
let where;
hooks.swapped = () => {
  line();
  document.dispatchEvent(new Event('swapped'));
  clearInterval(where);
  if (page().querySelector('#where[data-from]')) where = setInterval(follow, 4000);
};

// What is over says so in words before the page goes on: her name, her place
// and the plan go at once, whatever the line does meanwhile.
const over = {'offer.timed_out': 'That one has moved on. You are still available.', 'offer.rescinded': 'No longer needed. Thank you.', 'card.revoked': 'This visit has ended.'};
hooks.event = (kind, data) => {
  document.dispatchEvent(new CustomEvent('told', {detail: kind}));
  const o = page().querySelector('[data-offer]'), id = JSON.parse(data).id;
  if (over[kind] && id && (id === o?.dataset.offer || location.pathname.includes(id))) {
    clearInterval(ticking);
    page().querySelector('main').innerHTML = '<h1 class="over">' + over[kind] + '</h1>';
    page().querySelectorAll('form, #where').forEach(n => n.remove());
    say(over[kind]);
  }
  return kind === 'card.revoked' ? 0 : o || page().querySelector('.over') ? 2500 : 60;
};
async function follow() {
  const el = page().querySelector('#where[data-from]');
  if (!el) return;
  try {
    const r = await fetch(el.dataset.from, {signal: AbortSignal.timeout(4000)});
    if (!r.ok) return refresh();
    const text = await r.text(), open = el.querySelector('details')?.open;
    if (el.dataset.was !== text) { el.dataset.was = text; el.innerHTML = text; }
    if (open && el.firstElementChild) el.firstElementChild.open = true;
  } catch { hooks.failed(); }
}
