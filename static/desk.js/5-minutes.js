// What runs with the clock: the minute in which a decision is taken back, and the claim on the file.

let ticking = 0;
function watchUndo() {
  clearInterval(ticking);
  const form = find('#urung form');
  if (!form) return;
  const bar = find('progress', form);
  const end = Date.now() + bar.value * 1000;
  ticking = setInterval(() => {
    const left = (end - Date.now()) / 1000;
    bar.value = Math.max(left, 0);
    if (left > 0) return;
    clearInterval(ticking);
    if (form.contains(document.activeElement)) find('#nm, h1, h2')?.focus();
    form.remove();
  }, 1000);
}

// --- the claim: kept while there are signs of life, given back on leaving ---

// The key names the page: a sign of it that arrives after the word of leaving must not hold the file again.
const keys = form => new URLSearchParams({_token: form.elements._token.value, _kunci: form.elements._kunci.value});
// The first one after a page was loaded counts: the page before it may only now be giving the file back.
let signed = 0;
async function sign() {
  const form = decision();
  if (!form || !desk().dataset.mine || Date.now() - signed < 60000) return;
  signed = Date.now();
  try {
    const answer = await ask(form.dataset.hold, {method: 'POST', body: keys(form), redirect: 'manual'});
    if (answer.status === 409) location.reload();
  } catch { /* The next sign of life tries again. */ }
}
for (const name of ['keydown', 'pointerdown']) addEventListener(name, sign, {passive: true});
addEventListener('pagehide', () => {
  const form = decision();
  if (form && desk().dataset.mine) navigator.sendBeacon(form.dataset.leave, keys(form));
});
// Back by the browser's own memory: the file was given back, and somebody else may have it.
addEventListener('pageshow', event => { if (event.persisted && decision()) location.reload(); });

if (desk()) settle();
else watchUndo();
