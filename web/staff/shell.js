// The page that is shown instead of one that would not load: it says since when,
// and goes on by itself once the store answers.
const at = document.getElementById('since');
at.textContent = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hour12: false});
at.parentElement.hidden = false;
setInterval(async () => {
  try {
    await fetch('/staff/alive', {cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(4000)});
    location.replace('/staff');
  } catch { /* not yet */ }
}, 3000);
