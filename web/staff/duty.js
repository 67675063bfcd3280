// On duty: the screen stays awake, an offer is heard if the device is to be, and
// a locked screen says one sentence without a name.
const on = document.body.dataset.stream, words = 'A client would like to see you.';
const page = () => document.getElementById('page');

if (on && 'serviceWorker' in navigator) navigator.serviceWorker.register('/staff/worker.js', {scope: '/staff'}).catch(() => {}); // then there is no page for a lost store

// A device that sleeps hears of nobody. Who rests may let it sleep.
let lock, asking = false;
async function awake() {
  const want = on && !document.hidden && page().dataset.rest === undefined;
  if (!want) { lock?.release(); lock = undefined; }
  if (!want || asking || lock && !lock.released) return;
  asking = true;
  try { lock = await navigator.wakeLock?.request('screen'); } catch { /* the device decides */ }
  asking = false;
}

// Two short notes. A browser may keep quiet until somebody has touched the page.
let ears;
addEventListener('pointerdown', () => { if (page().querySelector('[data-sound]')) ears?.resume(); });
async function play() {
  ears ??= new AudioContext();
  await Promise.race([ears.resume(), new Promise(r => setTimeout(r, 500))]);
  if (ears.state !== 'running') return;
  [[0, 660], [.24, 880]].forEach(([after, hz]) => {
    const note = ears.createOscillator(), loud = ears.createGain(), t = ears.currentTime + after;
    note.frequency.value = hz;
    loud.gain.setValueAtTime(0, t);
    loud.gain.linearRampToValueAtTime(.3, t + .02);
    loud.gain.exponentialRampToValueAtTime(.001, t + .22);
    note.connect(loud).connect(ears.destination);
    note.start(t);
    note.stop(t + .24);
  });
}

// An offer is felt and heard once.
let known = '';
function swapped() {
  awake();
  const o = page().querySelector('[data-offer]');
  if (!o) return say(false);
  if (o.dataset.offer === known) return;
  known = o.dataset.offer;
  navigator.vibrate?.(o.dataset.pulse.split(','));
  if (o.dataset.sound !== undefined) play();
}

// What stands on a locked screen stands there for everybody.
async function say(is) {
  const worker = self.Notification?.permission === 'granted' && await navigator.serviceWorker?.getRegistration('/staff');
  if (!worker) return;
  if (is) return worker.showNotification(words, {tag: 'offer', icon: document.querySelector('link[rel=apple-touch-icon]')?.href});
  (await worker.getNotifications({tag: 'offer'})).forEach(n => n.close());
}

const ask = document.getElementById('lock-screen');
if (ask && self.Notification?.permission === 'default') {
  ask.hidden = false;
  ask.addEventListener('click', async () => { await Notification.requestPermission(); ask.hidden = true; });
}

// Without the store: since when, in the device's own time, and what cannot be
// answered now is grey.
function cut(is) {
  const bar = document.getElementById('cut');
  if (!bar) return;
  if (is && bar.hidden) bar.firstElementChild.textContent = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hour12: false});
  bar.hidden = !is;
  page().querySelectorAll('.dock, .ring').forEach(n => { n.inert = is; });
}

// The PIN pad.
const pad = document.getElementById('pad'), pin = document.getElementById('pin');
if (pad && pin) {
  pad.hidden = false;
  if (matchMedia('(pointer: coarse)').matches) pin.blur(); // no second keyboard over the pad
  pad.addEventListener('click', e => {
    const k = e.target.closest('[data-key]');
    if (k) pin.value = k.dataset.key === '-' ? pin.value.slice(0, -1) : (pin.value + k.dataset.key).slice(0, 8);
  });
}

document.addEventListener('swapped', swapped);
document.addEventListener('line', e => cut(e.detail));
document.addEventListener('told', e => { if (e.detail.startsWith('offer.')) say(document.hidden && e.detail === 'offer.created'); });
document.addEventListener('visibilitychange', () => { awake(); if (!document.hidden) say(false); });
swapped();
