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
