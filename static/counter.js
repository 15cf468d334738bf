// The counter: what beyond the buttons' own keys (keys.js) makes a whole case go by the keyboard.
// Without this file the same forms work page by page.
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const now = () => find('#kini');

  function walk(step) {
    const links = all('#hari-ini tbody a');
    const at = links.indexOf(document.activeElement);
    const from = at < 0 ? links.findIndex(link => link.closest('[aria-current]')) : at;
    const next = links[from + step];
    next?.focus();
    return next;
  }
  document.addEventListener('meja:tombol', event => {
    const {target, detail: {key, again}} = event;
    if (/^Arrow(Up|Down)$/.test(key)) {
      if (!target.matches('input') && walk(key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
      return;
    }
    const tick = /^[1-9]$/.test(key) && find('[data-act=bantuan][aria-keyshortcuts]') && find(`#kini [data-digit="${key}"]`);
    if (!tick) return;
    event.preventDefault();
    if (!again) tick.click();
  });
  document.addEventListener('meja:keluar', ({target}) => {
    const details = target.closest('#kini details');
    if (details) {
      details.open = false;
      find('summary', details).focus();
    } else (find('#nm') ?? now()).focus();
  });
  // Opened at once, not a moment later as a browser does: what is typed next belongs into it.
  document.addEventListener('click', event => {
    const summary = event.target.closest?.('#kini summary');
    if (!summary) return;
    event.preventDefault();
    const details = summary.parentNode;
    details.open = !details.open;
    if (details.open) find('input:not([type=hidden],[type=radio]),select,textarea', details)?.focus();
  });

  // Whoever is not the holder is written down: the fields for it open.
  document.addEventListener('change', ({target: {name, value}}) => {
    const fields = name === 'receiver' && find('#penerima');
    if (fields) fields.open = value !== 'holder';
  });

  // After a step: the address is that of the person, and the keyboard stands where the next step begins.
  function settle() {
    const {number} = now().dataset;
    const path = number ? `/loket/${number}` : '/loket';
    if (location.pathname !== path) history.pushState(null, '', path);
    document.title = number ? `${number} · Loket` : 'Loket hari ini';
    const wrong = find('#ringkasan');
    begin(wrong);
    const words = find('#kini .baris .chip')?.textContent.trim();
    find('#kabar').textContent = wrong ? '' : `${find('#nm')?.textContent ?? ''} ${words ?? ''}`.trim();
  }
  function begin(wrong) {
    (wrong ?? find('#kini [data-utama]') ?? find('#nm') ?? now()).focus();
  }
  document.addEventListener('htmx:after:swap', settle);
  addEventListener('popstate', () => location.reload());
  begin(find('#ringkasan'));
})();
