// The operator's desk: every key presses a visible button; the next file is there before it is asked for.
// Without this file the same forms work page by page.
(() => {
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
    seen.add(kind);
    for (const one of all('.alasan')) one.hidden = one.dataset.kind !== kind;
  });

  document.addEventListener('meja:dilihat', ({detail: {kind}}) => seen.add(kind));

  // A file came to the desk; `kept` is what was seen of it before, when it comes back.
  function settle(kept) {
    decision()?.classList.add('siap');
    seen = kept?.seen ?? new Set();
    warned = kept?.warned ?? false;
    shown = find('#kanvas figure')?.dataset.kind ?? '';
    if (shown) seen.add(shown);
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
    if (!('composed' in box.dataset)) return;
    box.value = lines.join('\n');
    find('#pesan-susun').textContent = box.value || 'Tersusun sendiri dari alasan yang dipilih.';
  }
  document.addEventListener('input', ({target}) => {
    if (target.id === 'pesan') delete target.dataset.composed;
    else if (target.closest?.('.alasan')) compose();
  });

  // --- acts that are not a form of their own ---

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

  // --- sending: the next file is shown at once, and taken back when the answer says no ---

  let ahead = null; // the next file, fetched: {number, fresh, picture}
  let under = Promise.resolve(); // what is on its way, one after the other
  let round = 0; // grows when something comes back: what was pressed after it is not sent
  let undoing = ''; // the decision that is being taken back
  const parse = text => {
    const page = document.createElement('template');
    page.innerHTML = text;
    return page.content;
  };
  const ask = (path, options = {}) => fetch(path, {...options, headers: {'HX-Request': 'true', ...options.headers}});

  async function prefetch() {
    const here = desk();
    const number = here?.dataset.next;
    if (!number || here.dataset.siap || navigator.connection?.saveData) return;
    try {
      if (ahead?.number !== number) {
        const answer = await ask(`/verifikasi/${number}/intip`);
        const fresh = answer.ok && find('#meja', parse(await answer.text()));
        if (!fresh || desk() !== here || here.dataset.next !== number) return;
        const picture = new Image();
        ahead = {number, fresh, picture};
        picture.src = find('#kanvas img.layar', fresh)?.getAttribute('src') ?? '';
        await picture.decode().catch(() => {});
      }
      here.dataset.siap = 'ya';
    } catch { /* Offline: the next file is then fetched when it is opened. */ }
  }

  // One part of the page for another; who was inside with the keyboard stays there.
  function swap(old, fresh) {
    const inside = old.contains(document.activeElement) && document.activeElement;
    const top = find('ol', old)?.scrollTop;
    old.replaceWith(fresh);
    if (top) find('ol', fresh).scrollTop = top;
    if (!inside) return;
    const same = inside.matches('a') ? `[href="${inside.getAttribute('href')}"]` : `[data-act="${inside.dataset.act}"]`;
    (find(same, fresh) ?? find('#nm, h1, h2')).focus();
  }
  function putUndo(page) {
    const fresh = find('#urung', page);
    if (!fresh || undoing) return;
    swap(find('#urung'), fresh);
    watchUndo();
  }
  function name(replace) {
    const {number} = desk().dataset;
    const path = `/verifikasi/${number}`;
    if (location.pathname !== path) history[replace ? 'replaceState' : 'pushState'](null, '', path);
    document.title = document.title.replace(/^\S+/, number);
  }
  function arrive(words, then = 'Berikutnya') {
    name();
    settle();
    const heading = find('#nm');
    heading.focus();
    heading.scrollIntoView({block: 'nearest'});
    say(`${words} ${then}: ${heading.textContent}.`.trim());
  }
  addEventListener('popstate', () => location.reload());

  // What was ticked and typed goes over to the same file, rendered anew.
  function carry(from, to) {
    const named = within => all('input,textarea', within).filter(one => one.name && one.type !== 'hidden');
    const fresh = named(to);
    for (const one of named(from)) {
      const box = /checkbox|radio/.test(one.type);
      const same = fresh.find(other => other.name === one.name && (!box || other.value === one.value));
      if (!same) continue;
      if (box) same.checked = one.checked;
      else if (!(one.id === 'pesan' && 'composed' in one.dataset)) {
        same.value = one.value;
        if (one.id === 'pesan') delete same.dataset.composed;
      }
    }
    const edited = find('.pesan.diubah', from);
    if (edited) find('.pesan', to)?.classList.add('diubah');
  }

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
      const unseen = all('#berkas [data-kind][aria-pressed]:not([disabled])').filter(one => !seen.has(one.dataset.kind));
      if (unseen.length && !warned) {
        warned = true;
        return `Belum dibuka: ${unseen.map(one => one.dataset.name).join(', ')}. Tekan Terima sekali lagi untuk tetap menerima.`;
      }
    }
    if (button?.value === 'kembalikan' && !find('.tolak input:checked')) return 'Pilih dulu alasannya, lalu tekan Kembalikan.';
    return '';
  }

  document.addEventListener('submit', event => {
    const form = event.target;
    const button = event.submitter;
    if (!desk() || button?.hasAttribute('formaction') || !form.matches('#meja form, #urung form, .pintas form')) return;
    if (form.closest('.antre') || /pelepasan$/.test(form.action)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.hasAttribute('aria-busy')) return;
    if (form.closest('.pintas')) return switchKeys(form);
    const words = stopped(button);
    find('#tolakan') && (find('#tolakan').textContent = '');
    if (words) return refuse(words);
    form.setAttribute('aria-busy', 'true');
    const act = {form, button, round, number: desk().dataset.number, sent: body(form, button), wanted: button?.value};
    act.leaves = /\/(putusan|pertanyaan)$/.test(form.action);
    act.undo = /\/pembatalan$/.test(form.action);
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
      answer = await ask(act.form.action, {method: 'POST', body: act.sent});
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
    act.form.removeAttribute('aria-busy');
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
    find('#putusan [name=versi]').value = here.dataset.version = fresh.dataset.version;
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

  // --- taking back: the bar shows how much of the minute is left ---

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

  const keys = form => new URLSearchParams({_token: form.elements._token.value, _kunci: ''});
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

  if (desk()) settle();
  else watchUndo();
})();
