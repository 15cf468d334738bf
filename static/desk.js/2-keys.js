// What has a button but no form, and keys that press no button of their own.

const ACTS = {
  cocok: () => mark('match'),
  beda: () => mark('differs'),
  'ubah-pesan'() {
    find('#pesan-kotak').classList.add('diubah');
    find('#pesan').focus();
  },
  'salin-nik'() {
    copy(find('[data-field=nik] td').textContent.replace(/\D/g, ''))
      .then(() => say('NIK disalin.'), () => say('NIK tidak bisa disalin di peramban ini.'));
  },
};
// Without TLS, as on an office's own network, a browser has no clipboard; the old way works there.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement('textarea');
  const back = document.activeElement;
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  back.focus();
  if (!done) throw new Error('copy');
}
document.addEventListener('click', ({target}) => {
  const button = target.closest?.('[data-act]');
  if (button) ACTS[button.dataset.act]?.();
});
// Opened at once, not a moment later as a browser does: what is typed next belongs into it.
document.addEventListener('click', event => {
  const summary = event.target.closest?.('#lain summary');
  if (!summary) return;
  event.preventDefault();
  const details = summary.parentNode;
  details.open = !details.open;
  if (details.open) find('textarea', details)?.focus();
});

// --- beyond the keys of the buttons (keys.js): arrows walk the queue, digits tick reasons ---

document.addEventListener('meja:tombol', event => {
  const {target, detail: {key, again}} = event;
  if (/^Arrow(Up|Down)$/.test(key)) {
    if (!target.matches('input,#kanvas') && walk(key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    return;
  }
  const tick = /^[1-9]$/.test(key) && find('[data-act=bantuan][aria-keyshortcuts]')
    && find(`.alasan[data-kind="${shown}"] [data-digit="${key}"]`);
  if (!tick) return;
  event.preventDefault();
  if (again) return;
  tick.click();
  if (tick.value === 'other' && tick.checked) find('.lain .kotak', tick.closest('.alasan')).focus();
});
document.addEventListener('meja:keluar', ({target}) => {
  const details = target.closest('#lain details');
  if (details) {
    details.open = false;
    find('summary', details).focus();
  } else (find('#tombol') ?? find('#berkas')).focus();
});
function walk(step) {
  const links = all('.antre li a');
  const at = links.indexOf(document.activeElement);
  const from = at < 0 ? links.findIndex(link => link.hasAttribute('aria-current')) : at;
  const next = links[from + step];
  next?.focus();
  return next;
}
