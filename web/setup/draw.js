// The plan as it is drawn on the page.
const board = document.getElementById('board');

function el(name, attrs = {}, text) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const k in attrs) if (attrs[k] !== undefined) e.setAttribute(k, attrs[k]);
  if (text !== undefined) e.textContent = text;
  return e;
}
const u = v => Math.round(v * PER * 100) / 100;
const path = (g, open) => 'M' + g.map(p => `${u(p[0])} ${u(p[1])}`).join('L') + (open ? '' : 'Z');
const is = (kind, i) => M.sel?.kind === kind && M.sel.index === i;
const wrong = (kind, i) => findings.faults.some(f => f.level === M.level && f.kind === kind && f.index === i) ? ' wrong' : '';

function draw() {
  const l = level(), xs = l.outline.map(p => p[0]), ys = l.outline.map(p => p[1]), edge = 2;
  const x = Math.min(...xs) - edge, y = Math.min(...ys) - edge, w = Math.max(...xs) - x + edge, h = Math.max(...ys) - y + edge;
  if (!dragging) board.setAttribute('viewBox', [x, y, w, h].map(u).join(' '));
  board.dataset.tool = M.tool;
  const out = [hatch()], pic = M.pictures[l.id];
  if (pic?.shown && pic.width) out.push(el('image', {href: `/v1/plan/pictures/${encodeURIComponent(l.id)}?${pic.version || 0}`, x: u(pic.at[0]), y: u(pic.at[1]), width: u(pic.width * pic.scale), height: u(pic.height * pic.scale), opacity: .55, preserveAspectRatio: 'none'}));
  out.push(el('path', {class: 'floor' + wrong('outline', 0), d: path(l.outline), 'fill-opacity': pic?.shown ? 0 : 1, 'data-kind': 'outline', 'data-index': 0}));
  list('zones').forEach((z, i) => out.push(el('path', {class: (z.private ? 'priv' : 'zone') + (is('zones', i) ? ' pick' : '') + wrong('zones', i), d: path(z.outline), 'fill-opacity': pic?.shown ? .4 : 1, 'data-kind': 'zones', 'data-index': i})));
  for (let v = Math.ceil(x / 5) * 5; v < x + w; v += 5) out.push(el('path', {class: 'grid', d: `M${u(v)} ${u(y)}v${u(h)}`}));
  for (let v = Math.ceil(y / 5) * 5; v < y + h; v += 5) out.push(el('path', {class: 'grid', d: `M${u(x)} ${u(v)}h${u(w)}`}));
  walls(out); out.push(el('path', {class: 'floor', d: path(l.outline), 'fill-opacity': 0, 'pointer-events': 'none'}));
  doors(out); names(out); accessPoints(out);
  if (M.compare && M.old) old(out);
  if (M.line.length) out.push(el('path', {class: 'new', d: path(M.line, true)}), ...M.line.map(p => el('circle', {class: 'handle', cx: u(p[0]), cy: u(p[1]), r: 3})));
  handles(out); lengths(out);
  board.replaceChildren(...out);
}

function hatch() {
  const d = el('defs'), p = el('pattern', {id: 'hatch', width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)'});
  p.append(el('path', {class: 'hl', d: 'M0 0V5'})); d.append(p);
  return d;
}
function walls(out) {
  list('walls').forEach((w, i) => out.push(el('path', {class: 'one' + (is('walls', i) ? ' pick' : '') + wrong('walls', i), d: path([w.from, w.to], true)}),
    el('path', {class: 'hit', d: path([w.from, w.to], true), 'data-kind': 'walls', 'data-index': i})));
}
function doors(out) {
  list('entrances').forEach((e, i) => {
    const o = onOutline(e.at), d = far(o.from, o.to) || 1, dx = (o.to[0] - o.from[0]) / d * e.width / 2, dy = (o.to[1] - o.from[1]) / d * e.width / 2;
    const g = [[e.at[0] - dx, e.at[1] - dy], [e.at[0] + dx, e.at[1] + dy]];
    out.push(el('path', {class: 'door' + (is('entrances', i) ? ' one' : ''), d: path(g, true)}), el('path', {class: 'hit', d: path(g, true), 'data-kind': 'entrances', 'data-index': i}));
  });
}
function accessPoints(out) {
  list('access_points').forEach((a, i) => {
    const x = u(a.at[0]), y = u(a.at[1]), g = el('g', {transform: `translate(${x} ${y})`, class: 'ap' + (is('access_points', i) ? ' pick' : '') + wrong('access_points', i)});
    g.append(el('circle', {r: 4.2}), el('path', {d: board.dataset.ap}), el('text', {class: 's halo', y: 13}, a.id.replace(/^ap-/, '')), el('circle', {class: 'disc', r: 12, 'data-kind': 'access_points', 'data-index': i}));
    out.push(g);
  });
}
function names(out) {
  list('zones').forEach(z => { const c = middle(z.outline); out.push(el('text', {class: z.private ? 's halo' : 'halo', x: u(c[0]), y: u(c[1]) + 3, 'pointer-events': 'none'}, z.name)); });
}
// What is in force, over the draft.
function old(out) {
  const l = M.old.levels.find(o => o.id === level().id);
  if (!l) return;
  for (const g of [l.outline, ...(l.zones || []).map(z => z.outline)]) out.push(el('path', {class: 'old', d: path(g), 'pointer-events': 'none'}));
  for (const a of l.access_points || []) out.push(el('circle', {class: 'old', cx: u(a.at[0]), cy: u(a.at[1]), r: 6, 'pointer-events': 'none'}));
}
function handles(out) {
  const g = corners();
  if (M.sel?.kind === 'access_points') return;
  g.forEach((p, i) => {
    const q = g[(i + 1) % g.length];
    if (many()) out.push(el('circle', {class: 'half', cx: u((p[0] + q[0]) / 2), cy: u((p[1] + q[1]) / 2), r: 2.4, 'data-half': i}));
    out.push(el('rect', {class: 'handle' + (M.corner === i ? ' on' : ''), x: u(p[0]) - 3.5, y: u(p[1]) - 3.5, width: 7, height: 7, rx: 1.5}), el('circle', {class: 'disc', cx: u(p[0]), cy: u(p[1]), r: 10, 'data-corner': i}));
  });
}
// The lengths of what is selected.
function lengths(out) {
  const g = corners();
  if (g.length < 2) return;
  g.forEach((p, i) => {
    if (i === g.length - 1 && !many()) return;
    const q = g[(i + 1) % g.length];
    out.push(el('text', {class: 's halo', x: u((p[0] + q[0]) / 2), y: u((p[1] + q[1]) / 2) - 4, 'pointer-events': 'none'}, far(p, q).toFixed(1) + ' m'));
  });
}
