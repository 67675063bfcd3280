// What a finger, a mouse or the keys do on the plan.
let dragging = false;
const hints = {
  select: 'Tap a zone, a wall, an access point, or the floor itself.',
  zone: 'Tap the corners of the zone; tap the first again, or press Enter, to close it.',
  private: 'Tap the corners of a fitting room, restroom or the like: nobody is located there.',
  wall: 'Tap both ends of a wall. Escape ends it.',
  door: 'Tap the outline where people come in.',
  ap: 'Tap where the access point hangs.',
  measure: 'Tap two points whose distance you know.',
};

function where(e) {
  const m = board.getScreenCTM().inverse(), p = new DOMPoint(e.clientX, e.clientY).matrixTransform(m);
  const at = [p.x / PER, p.y / PER], reach = 9 * m.a / PER;
  let best = null;
  if (!e.altKey) for (const c of catches()) if (far(c, at) < reach && (!best || far(c, at) < far(best, at)) && !corners().includes(c)) best = c;
  return best ? [...best] : [round(at[0]), round(at[1])];
}

board.addEventListener('pointerdown', e => {
  if (e.button) return;
  board.focus({preventScroll: true});
  const d = e.target.dataset, p = where(e);
  if (M.tool !== 'select') return place(p);
  if (d.corner !== undefined) { M.corner = Number(d.corner); drag(e, q => { const c = corners()[M.corner]; [c[0], c[1]] = q; }); }
  else if (d.half !== undefined) { remember(); M.corner = Number(d.half) + 1; corners().splice(M.corner, 0, p); drag(e, q => { const c = corners()[M.corner]; [c[0], c[1]] = q; }, true); }
  else if (d.kind) {
    select(d.kind, Number(d.index));
    if (d.kind === 'access_points') drag(e, q => { thing().at = q; });
    if (d.kind === 'entrances') drag(e, q => { thing().at = onOutline(q).at; });
  } else select(null);
  show();
});

function drag(e, move, remembered) {
  const from = [e.clientX, e.clientY];
  board.setPointerCapture(e.pointerId);
  const go = f => {
    if (!dragging && far(from, [f.clientX, f.clientY]) < 3) return;
    if (!dragging && !remembered) remember();
    dragging = true;
    move(where(f));
    draw();
  };
  const end = () => {
    board.removeEventListener('pointermove', go);
    const did = dragging || remembered;
    dragging = false;
    if (did) changed();
  };
  board.addEventListener('pointermove', go);
  board.addEventListener('lostpointercapture', end, {once: true});
}

function place(p) {
  if (M.tool === 'ap') return addAP(p);
  if (M.tool === 'door') return change(() => { list('entrances').push({id: identifier('entrance', 'entrances'), at: onOutline(p).at, width: 2}); select('entrances', list('entrances').length - 1); });
  if (M.line.length > 2 && far(p, M.line[0]) < .5) return close();
  M.line.push(p);
  if (M.line.length === 2 && M.tool === 'wall') { const [from, to] = M.line; change(() => { list('walls').push({from, to: [...to], loss_db: 5}); select('walls', list('walls').length - 1); M.line = [to]; }); }
  if (M.line.length === 2 && M.tool === 'measure') { M.sel = {kind: 'measure', from: M.line[0], to: M.line[1]}; M.line = []; }
  show();
}

function close() {
  const g = M.line, secret = M.tool === 'private';
  M.line = [];
  if (g.length > 2) addZone(g, secret);
  use('select');
}
function addAP(at) { change(() => { list('access_points').push({id: nextAP(), at, height: 2.7}); select('access_points', list('access_points').length - 1); }); }
function addZone(g, secret) {
  const name = secret ? 'Fitting rooms' : 'New zone';
  change(() => { list('zones').push({id: identifier(name, 'zones'), name, outline: g, ...(secret && {private: true})}); select('zones', list('zones').length - 1); });
  document.getElementById('name')?.select();
}

function use(tool) {
  M.tool = tool; M.line = [];
  document.querySelectorAll('.tools [data-tool]').forEach(b => b.setAttribute('aria-pressed', b.dataset.tool === tool));
  document.getElementById('hint').textContent = hints[tool];
  show();
}

const ways = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
document.addEventListener('keydown', e => {
  const typing = e.target.closest('input,textarea,select');
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !typing) { e.preventDefault(); return e.shiftKey ? step(future, past) : step(past, future); }
  if (typing) return;
  if (e.key === 'Escape') { if (M.line.length) M.line = []; else select(null); return show(); }
  if (e.key === 'Enter' && M.line.length) { e.preventDefault(); return close(); }
  if (e.target !== board) return;
  if (e.key === 'Delete' || e.key === 'Backspace') { e.preventDefault(); return remove(); }
  const way = ways[e.key], c = corners()[Math.max(0, M.corner)];
  if (!way || !c) return;
  e.preventDefault();
  change(() => { const by = e.shiftKey ? 1 : .1; c[0] = round(c[0] + way[0] * by); c[1] = round(c[1] + way[1] * by); });
});
