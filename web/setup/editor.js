// The page: what is kept, what is wrong, what is put in use.
let findings = {faults: [], notes: []}, timer, saving = Promise.resolve();
const $ = id => document.getElementById(id);
const state = t => { $('state').textContent = t; };
const clock = () => new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});

function show() { draw(); showPanel(); showLevels(); $('undo').disabled = !past.length; $('redo').disabled = !future.length; below(); }
function changed() { show(); state('Not kept yet'); clearTimeout(timer); timer = setTimeout(keep, 600); }

async function ask(method, path, body, type = 'application/json') {
  const r = await fetch(path, {method, body, headers: body ? {'Content-Type': type} : {}, cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(20000)});
  if (r.type === 'opaqueredirect' || r.status === 401) { location.replace('/staff'); throw new Error('Sign on again.'); }
  const out = r.status === 204 ? null : await r.json();
  if (!r.ok && !out?.faults) throw new Error(out?.detail || r.statusText);
  return out;
}

// Drafts are kept one after the other: what is put in use is the last one.
function keep() { return saving = saving.then(keepNow); }
async function keepNow() {
  try {
    const pictures = Object.fromEntries(Object.entries(M.pictures).map(([k, p]) => [k, {at: p.at, scale: p.scale, shown: p.shown}]));
    findings = await ask('PUT', '/v1/plan/draft', JSON.stringify({plan: M.plan, pictures, measures: M.measures}));
    state('Draft kept ' + clock() + ', not yet in use');
    showFindings(); draw();
  } catch (e) { state('Not kept: ' + e.message + ' Trying again.'); clearTimeout(timer); timer = setTimeout(keep, 5000); }
}

function showFindings() {
  const line = (cls, words, inside) => tag('li', {class: 'row ' + (cls === 'a' ? 'fault' : '')}, tag('span', {class: cls}, {a: '✕', w: '△', g: '✓'}[cls], tag('span', {class: 'vh'}, words)), inside);
  $('findings').replaceChildren(
    ...findings.faults.map(f => line('a', 'To mend: ', tag('button', {type: 'button', onclick: () => { M.level = Math.min(f.level, M.plan.levels.length - 1); if (f.kind && f.kind !== 'height' && list0(f)) select(f.kind, f.index); use('select'); }}, f.text))),
    ...findings.notes.map(n => line(n.well ? 'g' : 'w', n.well ? 'Well: ' : 'Think about: ', tag('span', {}, n.text))));
}
const list0 = f => f.kind === 'outline' || (level()[f.kind] || [])[f.index];

function showLevels() {
  $('levels').replaceChildren(...M.plan.levels.map((l, i) => tag('button', {type: 'button', 'aria-pressed': i === M.level, onclick: () => { M.level = i; M.line = []; select(null); show(); loadPicture(l.id); }}, l.name)));
}

// What was measured in the store, against the plan.
function below() {
  const off = M.measures.filter(m => m.level === level().id).map(m => Math.abs(far(m.from, m.to) / m.metres - 1) * 100);
  const many = off.length === 1 ? 'One measured length agrees' : off.length + ' measured lengths agree';
  $('below').textContent = (off.length ? `${many} within ${Math.max(...off).toFixed(1)} %. ` : '') + 'Grid 5 m. Arrow keys move the chosen corner by 10 cm, with Shift by 1 m. Delete removes what is selected.';
}

async function loadPicture(id) {
  const p = M.pictures[id];
  if (!p || p.width) return;
  const i = new Image();
  i.src = `/v1/plan/pictures/${encodeURIComponent(id)}?${p.version || 0}`;
  try { await i.decode(); p.width = i.naturalWidth; p.height = i.naturalHeight; draw(); } catch { delete M.pictures[id]; }
}
async function takePicture(file) {
  const id = level().id;
  try {
    await ask('PUT', '/v1/plan/pictures/' + encodeURIComponent(id), file, file.type);
    const xs = level().outline.map(p => p[0]), at = [Math.min(...xs), Math.min(...level().outline.map(p => p[1]))], i = new Image();
    const version = Date.now();
    i.src = `/v1/plan/pictures/${encodeURIComponent(id)}?${version}`;
    await i.decode();
    change(() => { M.pictures[id] = {at, scale: (Math.max(...xs) - at[0]) / i.naturalWidth, shown: true, width: i.naturalWidth, height: i.naturalHeight, version}; });
    use('measure');
  } catch (e) { state(e.message); }
}
async function dropPicture(id) { try { await ask('DELETE', '/v1/plan/pictures/' + encodeURIComponent(id)); change(() => { delete M.pictures[id]; }); } catch (e) { state(e.message); } }

async function takeDrawing(file) {
  try {
    const d = await ask('POST', '/v1/plan/import', file, 'application/octet-stream');
    change(() => { M.plan = d.plan; M.plan.levels.forEach(l => { l.access_points ||= []; }); M.level = 0; select(null); });
  } catch (e) { state(e.message); }
}

async function putInUse() {
  clearTimeout(timer); await keep();
  try {
    const r = await ask('POST', '/v1/plan/use');
    if (r.faults) { findings = r; showFindings(); draw(); state('Not in use: mend what is listed first'); return; }
    M.old = JSON.parse(JSON.stringify(M.plan)); draw();
    state('In use since ' + r.since + '. Places are found anew.');
  } catch (e) { state('Not in use: ' + e.message); }
}

document.querySelector('.tools').addEventListener('click', e => { const b = e.target.closest('[data-tool]'); if (b) use(b.dataset.tool); });
$('undo').addEventListener('click', () => step(past, future));
$('redo').addEventListener('click', () => step(future, past));
$('use').addEventListener('click', putInUse);
$('compare').addEventListener('click', e => { M.compare = !M.compare; e.currentTarget.setAttribute('aria-pressed', M.compare); draw(); });
$('picture').addEventListener('change', e => { if (e.target.files[0]) takePicture(e.target.files[0]); e.target.value = ''; });
$('import').addEventListener('change', e => { if (e.target.files[0]) takeDrawing(e.target.files[0]); e.target.value = ''; });
$('discard').addEventListener('click', async () => { clearTimeout(timer); try { await ask('DELETE', '/v1/plan/draft'); location.reload(); } catch (e) { state(e.message); } });
$('add-level').addEventListener('click', () => change(() => {
  const name = 'Floor ' + (M.plan.levels.length + 1);
  M.plan.levels.push({id: identifier(name, 'levels'), name, height: level().height, outline: level().outline.map(p => [...p]), access_points: []});
  M.level = M.plan.levels.length - 1; select(null);
}));
addEventListener('beforeunload', e => { if ($('state').textContent.startsWith('Not kept')) e.preventDefault(); });

ask('GET', '/v1/plan').then(r => {
  M.plan = r.draft.plan; M.old = r.in_force || null; M.pictures = r.draft.pictures || {}; M.measures = r.draft.measures || [];
  M.plan.levels.forEach(l => { l.access_points ||= []; });
  findings = r;
  state(r.kept ? 'Draft, not yet in use' : r.in_force ? 'As in use' : 'Nothing is in use yet');
  use('select'); showFindings(); M.plan.levels.forEach(l => loadPicture(l.id));
}).catch(e => state(e.message));
