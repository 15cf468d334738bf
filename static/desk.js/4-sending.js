// Sending: the next file is shown at once, and taken back when the answer says no.

function body(form, button) {
  const values = new URLSearchParams(new FormData(form));
  if (button?.name) values.set(button.name, button.value);
  return values;
}
const DONE = {terima: 'diterima', kembalikan: 'dikembalikan untuk diperbaiki', tolak: 'ditolak', lewati: 'ditunda'};

// Terima is held back, with words, while a reason stands or a document was not looked at.
function stopped(button) {
  if (button?.value === 'terima') {
    if (find('.tolak input:checked')) return 'Ada alasan terpasang. Lepas alasannya dulu, atau tekan Kembalikan.';
    const left = unseen();
    if (left.length && !warned) {
      warned = true;
      return `Belum dibuka: ${left.join(', ')}. Tekan Terima sekali lagi untuk tetap menerima.`;
    }
  }
  if (button?.value === 'kembalikan' && !find('.tolak input:checked')) return 'Pilih dulu alasannya, lalu tekan Kembalikan.';
  return '';
}

document.addEventListener('submit', event => {
  const form = event.target;
  const button = event.submitter;
  if (!desk() || !form.matches('#meja form, #urung form, .pintas form')) return;
  // A note and a question are acts of their own, by a button of the decision's form.
  const beside = button?.hasAttribute('formaction');
  const path = beside ? button.formAction : form.action;
  if (form.closest('.antre') || /(pelepasan|berikutnya)$/.test(path)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const busy = beside ? button : form;
  if (busy.hasAttribute('aria-busy')) return;
  if (form.closest('.pintas')) return switchKeys(form);
  const words = stopped(button);
  find('#tolakan') && (find('#tolakan').textContent = '');
  if (words) return refuse(words);
  busy.setAttribute('aria-busy', 'true');
  const act = {form, button, busy, path, round, number: desk().dataset.number, sent: body(form, button), wanted: button?.value};
  act.leaves = /\/(putusan|pertanyaan)$/.test(path);
  act.undo = /\/pembatalan$/.test(path);
  act.told = act.leaves ? `${act.number} ${DONE[act.wanted] ?? 'ditanyakan ke atasan'}.` : '';
  if (act.undo) {
    undoing = form.action;
    form.hidden = true;
    if (form.contains(document.activeElement)) find('#nm').focus();
  }
  step(act);
  under = under.then(() => deliver(act));
}, true);
function refuse(words) {
  const line = find('#tolakan');
  if (line) line.textContent = words;
  else say(words);
}

// The next file at once, where it is there already.
function step(act) {
  if (!act.leaves || !ahead || ahead.number !== desk().dataset.next) return say('Sedang disimpan.');
  act.before = {meja: desk(), undo: find('#urung'), kept: {seen, warned, shown}};
  desk().replaceWith(ahead.fresh);
  act.picture = ahead.picture;
  ahead = null;
  // What comes after it is known once the answer is there.
  desk().dataset.next = '';
  delete desk().dataset.siap;
  offerUndo(act);
  arrive(act.told);
}
// Also while the decision is still on its way; then the two go one after the other.
function offerUndo({number, wanted, form}) {
  const bar = find('#urung-sementara');
  if (!bar || !/terima|kembalikan|tolak/.test(wanted)) return;
  const fresh = bar.content.firstElementChild.cloneNode(true);
  const undo = find('form', fresh);
  undo.action = `/verifikasi/${number}/pembatalan`;
  undo.elements._token.value = form.elements._token.value;
  undo.elements._kunci.value = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  find('.num', undo).textContent = number;
  find('.kata', undo).textContent = DONE[wanted];
  find('#urung').replaceWith(fresh);
}

async function deliver(act) {
  if (act.round !== round) return idle(act);
  let answer;
  let page;
  try {
    answer = await ask(act.path, {method: 'POST', body: act.sent});
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    page = parse(await answer.text());
  } catch {
    restore(act);
    return trouble(() => act.form.requestSubmit(act.button));
  }
  if (answer.ok && /\/verifikasi$/.test(answer.url)) return location.assign(answer.url);
  if (answer.ok) settled(act, page);
  else refused(act, page);
}
function idle(act) {
  act.busy.removeAttribute('aria-busy');
  if (!act.undo) return;
  act.form.hidden = false;
  undoing = '';
}

function settled(act, page) {
  const fresh = find('#meja', page);
  idle(act);
  if (!fresh) return location.reload();
  const here = desk();
  const same = ['number', 'version', 'mine'].every(part => fresh.dataset[part] === here.dataset[part]);
  if (act.before && same) {
    // The file on the screen is the one the server opened: only what stands around it is new.
    here.dataset.next = fresh.dataset.next;
    swap(find('#antrean'), find('#antrean', fresh));
    putUndo(page);
    later(prefetch);
  } else if (!act.leaves && !act.undo && fresh.dataset.number === here.dataset.number) {
    renew(here, fresh);
    say('Catatan disimpan.');
  } else {
    here.replaceWith(fresh);
    putUndo(page);
    arrive(act.undo ? 'Keputusan dibatalkan.' : act.told, act.undo ? 'Kembali ke' : undefined);
  }
}
// Something beside the decision was stored: what is ticked and how the documents are looked at stays.
function renew(here, fresh) {
  here.dataset.version = fresh.dataset.version;
  for (const name of ['versi', '_kunci']) find(`#putusan [name=${name}]`).value = find(`#putusan [name=${name}]`, fresh).value;
  const row = active()?.dataset.field;
  for (const part of ['#data', '#lain', '#antrean']) {
    const old = find(part);
    const anew = find(part, fresh);
    carry(old, anew);
    if (part === '#lain') for (const box of all('details[open] textarea', anew)) box.closest('details').open = false;
    old.replaceWith(anew);
  }
  const noted = find('#lain [name=catatan_rekan]');
  if (noted) noted.value = '';
  choose(find(`.banding [data-field="${row}"]`), false);
  find('#nm').focus();
}

function restore(act) {
  round += 1;
  idle(act);
  if (!act.before) return;
  const {meja, undo, kept} = act.before;
  const next = desk();
  ahead = {number: next.dataset.number, fresh: next, picture: act.picture};
  next.replaceWith(meja);
  find('#urung').replaceWith(undo);
  act.before = null;
  name(true);
  settle(kept);
}
// The answer is no: the file is back as it was left, with the words of why.
function refused(act, page) {
  restore(act);
  const fresh = find('#meja', page);
  if (!fresh) {
    const notice = find('.note', page);
    return notice ? showNotice(notice) : location.reload();
  }
  const kept = {seen, warned, shown};
  const here = desk();
  carry(here, fresh);
  here.replaceWith(fresh);
  putUndo(page);
  name(true);
  settle(kept);
  const why = find('#berkas .note.gawat');
  if (!why) return find('#nm').focus();
  why.tabIndex = -1;
  why.focus();
}

function showNotice(notice) {
  notice.tabIndex = -1;
  notice.setAttribute('role', 'alert');
  find('#berkas').prepend(notice);
  notice.focus();
}
function trouble(again) {
  const notice = parse('<div class="note gawat"><div><b>Belum tersimpan</b><p>Jaringan terputus atau sistem sibuk. Tidak ada yang hilang.</p><button class="btn sec" type="button">Coba lagi</button></div></div>').firstChild;
  find('button', notice).onclick = () => {
    notice.remove();
    find('#nm').focus();
    again();
  };
  find('#berkas .note[role=alert]')?.remove();
  showNotice(notice);
}

// The keys are switched in place, so that nothing ticked is lost.
async function switchKeys(form) {
  form.elements.kembali.value = location.pathname;
  try {
    const answer = await fetch(form.action, {method: 'POST', body: body(form)});
    if (!answer.ok) throw new Error(answer.status);
    const page = parse(await answer.text());
    const fresh = find('#meja', page);
    const kept = {seen, warned, shown};
    carry(desk(), fresh);
    desk().replaceWith(fresh);
    putUndo(page);
    for (const part of ['.pintas', '#daftar-pintas']) find(part).replaceWith(find(part, page));
    ahead = null;
    settle(kept);
    find('[data-act=pintasan]').focus();
    say(find('[data-act=bantuan][aria-keyshortcuts]') ? 'Pintasan menyala.' : 'Pintasan mati.');
  } catch {
    say('Belum tersimpan. Jaringan terputus atau sistem sibuk.');
  }
}
