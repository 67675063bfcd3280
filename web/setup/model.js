// What is drawn, and every step back. Metres throughout, y downwards, as the
// plan has it. Nothing here knows the page.
const PER = 10; // units of the drawing in a metre, as in every plan of foyer's
const M = {plan: null, old: null, pictures: {}, measures: [], level: 0, sel: null, corner: -1, tool: 'select', line: [], compare: false};
const past = [], future = [];

const level = () => M.plan.levels[M.level];
const list = kind => level()[kind] ||= [];
const round = v => Math.round(v * 10) / 10;
const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

function snapshot() { return JSON.stringify({plan: M.plan, pictures: M.pictures, measures: M.measures}); }
function remember() {
  past.push(snapshot());
  if (past.length > 200) past.shift();
  future.length = 0;
}
function change(f) { remember(); f(); changed(); }
function step(from, to) {
  if (!from.length) return;
  to.push(snapshot());
  Object.assign(M, JSON.parse(from.pop()), {sel: null, corner: -1, line: []});
  M.level = Math.min(M.level, M.plan.levels.length - 1);
  changed();
}

// The selected thing, and its corners, whatever it is.
function thing() {
  if (!M.sel) return null;
  if (M.sel.kind === 'outline') return level();
  if (M.sel.kind === 'measure') return M.sel;
  return list(M.sel.kind)[M.sel.index];
}
function cornersOf(t, kind) {
  if (!t) return [];
  if (kind === 'outline' || kind === 'zones') return t.outline;
  if (kind === 'walls' || kind === 'measure') return [t.from, t.to];
  return [t.at];
}
const corners = () => cornersOf(thing(), M.sel?.kind);
const many = () => M.sel && (M.sel.kind === 'outline' || M.sel.kind === 'zones');

function select(kind, index = 0, corner = -1) { M.sel = kind ? {kind, index} : null; M.corner = corner; }

function remove() {
  if (!M.sel || M.sel.kind === 'outline') return;
  if (M.sel.kind === 'measure') { select(null); return changed(); }
  if (many() && M.corner >= 0 && corners().length > 3) return change(() => { corners().splice(M.corner, 1); M.corner = -1; });
  change(() => { list(M.sel.kind).splice(M.sel.index, 1); select(null); });
}

// An identifier of a name, that nothing of its kind has yet.
function identifier(name, kind) {
  const taken = new Set(M.plan.levels.flatMap(l => (kind === 'levels' ? [l] : l[kind] || []).map(x => x.id)));
  const base = name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40) || 'part';
  for (let n = 1; ; n++) { const id = n > 1 ? `${base}-${n}` : base; if (!taken.has(id)) return id; }
}
function nextAP() {
  for (let n = 1; ; n++) {
    const id = 'ap-' + String(n).padStart(2, '0');
    if (!M.plan.levels.some(l => (l.access_points || []).some(a => a.id === id))) return id;
  }
}

function area(g) { return Math.abs(g.reduce((s, p, i) => { const q = g[(i + 1) % g.length]; return s + p[0] * q[1] - q[0] * p[1]; }, 0)) / 2; }
function middle(g) { return [g.reduce((s, p) => s + p[0], 0) / g.length, g.reduce((s, p) => s + p[1], 0) / g.length]; }

// The point of the outline that is nearest to p.
function onOutline(p) {
  let best = null, how = Infinity;
  level().outline.forEach((a, i, g) => {
    const b = g[(i + 1) % g.length], d2 = far(a, b) ** 2;
    if (!d2) return;
    const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / d2));
    const q = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])], d = far(p, q);
    if (d < how) { how = d; best = {at: [round(q[0]), round(q[1])], from: a, to: b}; }
  });
  return best;
}

// Everything that a new corner may catch on.
function catches() {
  const l = level();
  return [...l.outline, ...list('zones').flatMap(z => z.outline), ...list('walls').flatMap(w => [w.from, w.to])];
}
