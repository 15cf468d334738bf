// What has a button but no form, and the keys that press buttons.

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
  bantuan() {
    const list = find('#daftar-pintas');
    list.hidden = !list.hidden;
    find('[data-act=bantuan]').setAttribute('aria-expanded', String(!list.hidden));
    (list.hidden ? find('[data-act=bantuan]') : list).focus();
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

// --- keys ---

const TYPING = 'textarea,select,[contenteditable],input:not([type=checkbox]):not([type=radio])';
const OWN_SPACE = 'button,summary,a,input';
function keyOf(event) {
  if (event.key === ' ') return 'Space';
  return event.shiftKey && /^[A-Z]$/.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
}
document.addEventListener('keydown', event => {
  const {target} = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Escape') return leaveField(target);
  const key = keyOf(event);
  if (key !== 'F2' && target.matches(TYPING)) return;
  if (key === 'Space' && target.matches(OWN_SPACE)) return;
  if (/^Arrow(Up|Down)$/.test(key) && !target.matches('input,#kanvas')) {
    if (walk(key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    return;
  }
  const digit = /^[1-9]$/.test(key) && find('[data-act=bantuan][aria-keyshortcuts]')
    && find(`.alasan[data-kind="${shown}"] [data-digit="${key}"]`);
  const button = digit || all('[aria-keyshortcuts]').find(one => one.getAttribute('aria-keyshortcuts') === key && !one.disabled);
  if (!button) return;
  event.preventDefault();
  if (event.repeat && !/perbesar|perkecil/.test(button.dataset.act)) return;
  if (button.id === 'cari') return button.focus();
  button.click();
  if (button.value === 'other' && button.checked) find('.lain .kotak', button.closest('.alasan')).focus();
});
function leaveField(target) {
  const list = find('#daftar-pintas');
  if (list && !list.hidden) ACTS.bantuan();
  else if (target.matches(TYPING)) {
    const details = target.closest('#lain details');
    if (details) {
      details.open = false;
      find('summary', details).focus();
    } else (find('#tombol') ?? find('#berkas')).focus();
  }
}
function walk(step) {
  const links = all('.antre li a');
  const at = links.indexOf(document.activeElement);
  const from = at < 0 ? links.findIndex(link => link.hasAttribute('aria-current')) : at;
  const next = links[from + step];
  next?.focus();
  return next;
}
