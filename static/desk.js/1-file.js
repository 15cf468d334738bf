// The operator's desk: every key presses a visible button; the next file is there before it is asked for.
// Without these parts, which are served as one script, the same forms work page by page. This one: what is on the
// desk and what was seen of it, the comparison, the message to the applicant.

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const fire = (name, detail) => document.dispatchEvent(new CustomEvent(name, {detail}));
const desk = () => find('#meja');
const decision = () => find('#putusan');

const say = words => {
  const line = find('#kabar');
  if (line) line.textContent = words;
};

// --- what is shown, and what was seen ---

let shown = '';
let seen = new Set();
let warned = false;
document.addEventListener('meja:dokumen', ({detail: {kind}}) => {
  shown = kind;
  for (const one of all('.alasan')) one.hidden = one.dataset.kind !== kind;
});

document.addEventListener('meja:dilihat', ({detail: {pages}}) => {
  for (const page of pages) seen.add(page);
  checklist();
});
// The first page of a document that was not looked at; -1 when all were.
const unseenOf = kind => all(`#kanvas figure[data-kind="${kind}"]:not(.lama)`).findIndex(figure => !seen.has(figure.dataset.page));
function unseen() {
  return all('#berkas [data-kind][aria-pressed]').map(({dataset: {kind, name}}) => {
    const sheet = unseenOf(kind);
    return sheet > 0 ? `${name} lembar ${sheet + 1}` : sheet ? '' : name;
  }).filter(Boolean);
}
// Of each document, before the buttons that decide: not looked at, looked at, or what is wrong with it.
function checklist() {
  for (const one of all('.lengkap')) {
    const {kind} = one.dataset;
    const wrong = all(`.alasan[data-kind="${kind}"] .tolak input:checked`).map(tick => tick.parentNode.lastChild.textContent.trim().toLowerCase());
    const sheet = unseenOf(kind);
    const state = wrong.length ? 2 : sheet < 0 ? 1 : 0;
    [...one.children].forEach((chip, at) => { chip.hidden = at !== state; });
    find('.sisa', one).textContent = sheet > 0 ? ` lembar ${sheet + 1}` : '';
    find('.kata', one).textContent = wrong.join(', ');
  }
}

// A file came to the desk; `kept` is what was seen of it before, when it comes back.
function settle(kept) {
  decision()?.classList.add('siap');
  seen = kept?.seen ?? new Set();
  warned = kept?.warned ?? false;
  shown = find('#kanvas figure')?.dataset.kind ?? '';
  for (const one of all('.alasan')) one.hidden = one.dataset.kind !== shown;
  compose();
  fire('meja:baru');
  if (kept) reopen(kept.shown);
  watchUndo();
  choose(find('.banding [data-field]'), false);
  later(prefetch);
}
const reopen = kind => find(`#berkas [data-kind="${kind}"][aria-pressed=false]`)?.click();

const later = work => (window.requestIdleCallback ?? setTimeout)(work, {timeout: 1500});

// --- the comparison: one row is active ---

const active = () => find('.banding .aktif');
function choose(row, focus = true) {
  if (!row) return;
  const old = active();
  if (old !== row) {
    old?.classList.remove('aktif');
    old?.removeAttribute('aria-current');
    row.classList.add('aktif');
    row.setAttribute('aria-current', 'true');
    fire('meja:isian', {row});
  }
  if (focus) row.scrollIntoView({block: 'nearest'});
}
function mark(value) {
  const row = active();
  const choice = row && find(`input[value=${value}]`, row);
  if (!choice) return;
  choice.checked = true;
  const field = find('th', row).firstChild.textContent.trim();
  say(`${field}: ${value === 'match' ? 'cocok' : 'beda'}.`);
  const rows = all('.banding [data-field]');
  choose(rows[rows.indexOf(row) + 1] ?? row);
}
document.addEventListener('focusin', ({target}) => choose(target.closest?.('.banding [data-field]'), false));

// --- the message to the applicant, composed from the reasons ---

const sentence = text => text.trim().replace(/\.+$/, '');
function compose() {
  const box = find('#pesan');
  if (!box) return;
  const lines = all('.alasan').map(one => {
    const ticked = all('input:checked', one);
    if (!ticked.length) return '';
    const parts = ticked.map(tick => tick.dataset.advice).concat(find('.kotak', one).value);
    return `- ${one.dataset.words}: ${parts.map(sentence).filter(Boolean).join('. ')}.`;
  }).filter(Boolean);
  for (const one of all('.alasan')) {
    const other = find('[value=other]', one);
    find('.lain', one).classList.toggle('kosong', !other?.checked && !find('.kotak', one).value);
  }
  for (const tick of all('.tolak input')) tick.parentNode.classList.toggle('pilih', tick.checked);
  find('#tombol')?.classList.toggle('ada-alasan', lines.length > 0);
  checklist();
  if (!('composed' in box.dataset)) return;
  box.value = lines.join('\n');
  find('#pesan-susun').textContent = box.value || 'Tersusun sendiri dari alasan yang dipilih.';
}
document.addEventListener('input', ({target}) => {
  if (target.id === 'pesan') delete target.dataset.composed;
  else if (target.closest?.('.alasan')) compose();
});
