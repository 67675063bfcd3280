// What is selected, in words and numbers: all that the finger can do, the
// keyboard can.
const panel = document.getElementById('panel');

function tag(name, attrs = {}, ...inside) {
  const e = document.createElement(name);
  for (const k in attrs) if (k.startsWith('on')) e.addEventListener(k.slice(2), attrs[k]); else if (k.startsWith('aria-')) e.setAttribute(k, String(attrs[k])); else if (attrs[k] === true) e.setAttribute(k, ''); else if (attrs[k] !== undefined && attrs[k] !== false) e.setAttribute(k, attrs[k]);
  e.append(...inside.filter(x => x != null));
  return e;
}
function field(id, label, control, hint) { control.id = id; return tag('div', {class: 'field'}, tag('label', {for: id}, label), control, hint && tag('p', {class: 'hint'}, hint)); }
const text = (value, set) => tag('input', {type: 'text', value, maxlength: 60, onchange: e => change(() => set(e.target.value.trim()))});
const number = (value, set, step = .1, least) => tag('input', {type: 'number', step, min: least, value: Math.round(value * 100) / 100, onchange: e => { if (e.target.value !== '' && e.target.checkValidity()) change(() => set(Number(e.target.value))); }});
const button = (label, f, kind = '') => tag('button', {class: 'b s ' + kind, type: 'button', onclick: f}, label);

function showPanel() {
  const t = thing(), kind = M.sel?.kind, had = panel.contains(document.activeElement) && document.activeElement.id;
  panel.replaceChildren(...(t ? makers[kind](t) : nothing()));
  if (had) document.getElementById(had)?.focus({preventScroll: true});
}
const title = (name, small) => tag('h2', {}, name, small && tag('small', {class: 'num'}, ' ' + small));

function nothing() {
  const l = level(), c = middle(l.outline).map(round), box = [[c[0] - 3, c[1] - 3], [c[0] + 3, c[1] - 3], [c[0] + 3, c[1] + 3], [c[0] - 3, c[1] + 3]].map(p => p.map(round));
  return [title('Nothing is selected'), tag('p', {class: 'small muted'}, 'Choose a tool, or tap something on the plan.'),
    tag('div', {class: 'wrap'}, button('The floor itself', () => { select('outline'); show(); }), button('Add a zone', () => addZone(box, false)), button('Add an access point', () => addAP(c)))];
}

const makers = {
  outline: l => [title(l.name, area(l.outline).toFixed(0) + ' m²'),
    field('name', 'Name of the floor', text(l.name, v => { l.name = v; })), field('height', 'Ceiling, metres', number(l.height, v => { l.height = v; }, .1, 1.5)), table(),
    pictureOf(l), M.plan.levels.length > 1 && button('Remove this floor', () => change(() => { M.plan.levels.splice(M.level, 1); M.level = 0; select(null); }), 'stop')].filter(Boolean),
  zones: z => [title(z.name, area(z.outline).toFixed(0) + ' m²'), field('name', 'Name, as associates see it', text(z.name, v => { z.name = v; })),
    tag('div', {class: 'seg', role: 'group', 'aria-label': 'Kind'}, choice('Sales floor', !z.private, () => { delete z.private; }), choice('Privacy', z.private, () => { z.private = true; })),
    tag('p', {class: 'tiny muted'}, 'In a privacy zone nobody is located: foyer says “in the store”.'), table(), bin()],
  walls: w => [title('Wall', far(w.from, w.to).toFixed(1) + ' m'), field('loss', 'Made of', material(w), 'How much of a signal it takes. A shelf is no wall.'), table(), bin()],
  entrances: d => [title('Entrance'), field('width', 'Width, metres', number(d.width, v => { d.width = v; }, .1, .5)), table(), bin()],
  access_points: a => [title('Access point ' + a.id), field('name', 'Name', text(a.id, v => { if (/^[A-Za-z0-9._-]{1,64}$/.test(v)) a.id = v; })),
    field('height', 'Height over the floor, metres', number(a.height, v => { a.height = v; }, .1, 0)),
    field('aliases', 'Other names, one a line', tag('textarea', {rows: 3, onchange: e => change(() => { a.aliases = e.target.value.split(/\s+/).filter(Boolean); })}, (a.aliases || []).join('\n')), 'As its reports call it: BSSID, serial number. foyer status --sensors lists those that are heard and unknown.'), table(), bin()],
  measure: m => measurePanel(m),
};
function choice(label, on, set) { return tag('button', {type: 'button', 'aria-pressed': Boolean(on), onclick: () => change(set)}, label); }
function bin() { return button('Remove', () => { M.corner = -1; remove(); }, 'stop'); }
function material(w) {
  const known = {3: 'Glass or plasterboard, 3 dB', 5: 'Light wall, 5 dB', 10: 'Brick, 10 dB', 15: 'Concrete, 15 dB', 25: 'Lift shaft, metal, 25 dB'};
  if (!known[w.loss_db]) known[w.loss_db] = w.loss_db + ' dB';
  return tag('select', {onchange: e => change(() => { w.loss_db = Number(e.target.value); })}, ...Object.entries(known).map(([v, n]) => tag('option', {value: v, selected: Number(v) === w.loss_db}, n)));
}

// The corners as numbers. "Up" is what a person expects of a plan: from its
// lower edge.
function table() {
  const low = Math.max(...level().outline.map(p => p[1])), left = Math.min(...level().outline.map(p => p[0]));
  const rows = corners().map((c, i) => tag('tr', {'aria-selected': M.corner === i}, tag('td', {}, tag('button', {class: 'b s quiet', type: 'button', onclick: () => { M.corner = i; show(); }}, String(i + 1))),
    tag('td', {}, cell(`x${i}`, `Corner ${i + 1}, across`, c[0] - left, v => { c[0] = v + left; })), tag('td', {}, cell(`y${i}`, `Corner ${i + 1}, up`, low - c[1], v => { c[1] = low - v; }))));
  return tag('table', {class: 'table num'}, tag('caption', {class: 'vh'}, 'Corners in metres'), tag('tr', {}, ...['Corner', 'Across', 'Up'].map(h => tag('th', {scope: 'col'}, h))), ...rows);
}
function cell(id, label, value, set) { const n = number(value, set); n.id = id; n.setAttribute('aria-label', label); return n; }

function pictureOf(l) {
  const p = M.pictures[l.id];
  if (!p) return null;
  return tag('div', {class: 'stack s'}, tag('div', {class: 'seg', role: 'group', 'aria-label': 'Picture under the plan'}, choice('Picture shown', p.shown, () => { p.shown = true; }), choice('Left out', !p.shown, () => { p.shown = false; })),
    tag('p', {class: 'tiny muted'}, 'Measure two points on it to set its scale.'), button('Remove the picture', () => dropPicture(l.id), 'quiet'));
}

function measurePanel(m) {
  const l = level(), p = M.pictures[l.id], d = far(m.from, m.to);
  const known = tag('input', {type: 'number', step: .01, min: .1, value: d.toFixed(2), id: 'metres'});
  const fit = () => change(() => {
    const by = Number(known.value) / d;
    p.at = [m.from[0] + (p.at[0] - m.from[0]) * by, m.from[1] + (p.at[1] - m.from[1]) * by]; p.scale *= by;
    M.measures.push({level: l.id, from: m.from, to: [m.from[0] + (m.to[0] - m.from[0]) * by, m.from[1] + (m.to[1] - m.from[1]) * by], metres: Number(known.value)});
    select(null);
  });
  const keep = () => change(() => { M.measures.push({level: l.id, from: m.from, to: m.to, metres: Number(known.value)}); select(null); });
  return [title('Measured', d.toFixed(2) + ' m'), field('metres', 'In the store it is, metres', known),
    p?.shown ? button('Fit the picture to this', fit, 'go') : null, button('Note it, to check the plan', keep), button('Forget it', () => { select(null); show(); }, 'quiet')].filter(Boolean);
}
