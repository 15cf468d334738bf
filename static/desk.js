// The operator's desk: every key presses a visible button; the next file is there before it is asked for.
// Without this file the same forms work page by page.
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fire = (name, detail) => document.dispatchEvent(new CustomEvent(name, {detail}));
  const desk = () => find('#meja');
  const decision = () => find('#putusan');
  document.documentElement.classList.add('js');

  const say = words => { find('#kabar').textContent = words; };

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

  function settle() {
    seen = new Set();
    warned = false;
    shown = find('#kanvas figure')?.dataset.kind ?? '';
    if (shown) seen.add(shown);
    for (const one of all('.alasan')) one.hidden = one.dataset.kind !== shown;
    compose();
    watchUndo();
    fire('meja:baru');
    choose(all('.banding tbody tr')[0], false);
    later(prefetch);
  }

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
    choose(row.nextElementSibling ?? row);
  }
  document.addEventListener('focusin', ({target}) => choose(target.closest?.('.banding tbody tr'), false));

  // --- the message to the applicant, composed from the reasons ---

  const sentence = text => text.trim().replace(/\.$/, '');
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
      const digits = find('[data-field=nik] td').textContent.replace(/\D/g, '');
      navigator.clipboard.writeText(digits).then(() => say('NIK disalin.'), () => say('NIK tidak bisa disalin di peramban ini.'));
    },
    bantuan() {
      const list = find('#daftar-pintas');
      list.hidden = !list.hidden;
      find('[data-act=bantuan]').setAttribute('aria-expanded', String(!list.hidden));
      (list.hidden ? find('[data-act=bantuan]') : list).focus();
    },
  };
  document.addEventListener('click', ({target}) => {
    const button = target.closest?.('[data-act]');
    if (button) ACTS[button.dataset.act]?.();
  });
  document.addEventListener('toggle', ({target}) => {
    if (target.open && target.closest?.('#lain')) find('textarea', target)?.focus();
  }, true);

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
    if (button.id === 'cari') button.focus();
    else button.click();
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

  let ahead = null; // the next file, fetched: {number, page}
  let under = Promise.resolve(); // what is on its way
  const parse = text => {
    const page = document.createElement('template');
    page.innerHTML = text;
    return page.content;
  };
  const ask = (path, options = {}) => fetch(path, {...options, headers: {'HX-Request': 'true', ...options.headers}});

  async function prefetch() {
    const number = desk()?.dataset.next;
    if (!number || ahead?.number === number || navigator.connection?.saveData) return;
    try {
      const answer = await ask(`/verifikasi/${number}/intip`);
      if (!answer.ok) return;
      const page = parse(await answer.text());
      ahead = {number, page};
      const picture = find('#kanvas img.layar', page);
      if (picture) await new Promise(done => Object.assign(new Image(), {onload: done, onerror: done, src: picture.getAttribute('src')}));
    } catch { /* Offline: the next file is then fetched when it is opened. */ }
  }

  function put(page) {
    const fresh = find('#meja', page);
    const old = desk();
    if (fresh) old.replaceWith(fresh);
    const undo = find('#urung', page);
    if (undo) find('#urung').replaceWith(undo);
    return old;
  }
  function arrive(words) {
    const {number} = desk().dataset;
    const path = `/verifikasi/${number}`;
    if (location.pathname !== path) history.pushState(null, '', path);
    document.title = document.title.replace(/^\S+/, number);
    settle();
    const name = find('#nm');
    name.focus();
    say(`${words} Berikutnya: ${name.textContent}.`.trim());
  }
  addEventListener('popstate', () => location.reload());

  function carry(from, to) {
    for (const one of from.elements) {
      if (!one.name || /^(_|versi$)/.test(one.name)) continue;
      const same = [...to.elements].find(other => other.name === one.name && (!/checkbox|radio/.test(one.type) || other.value === one.value));
      if (!same) continue;
      if (/checkbox|radio/.test(one.type)) same.checked = one.checked;
      else if (one.id === 'pesan' && 'composed' in one.dataset) continue;
      else same.value = one.value;
    }
  }

  function body(form, button) {
    const values = new URLSearchParams(new FormData(form));
    if (button?.name) values.set(button.name, button.value);
    return values;
  }
  const DONE = {terima: 'diterima', kembalikan: 'dikembalikan', tolak: 'ditolak', lewati: 'ditunda'};
  const LEAVES = /\/(putusan|pertanyaan)$/;

  // Terima is held back, with words, while a reason stands or a document was not looked at.
  function stopped(button) {
    if (button?.value === 'terima') {
      if (find('.tolak input:checked')) return 'Ada alasan terpasang. Lepas alasannya dulu, atau tekan Kembalikan.';
      const unseen = all('[data-kind][aria-pressed]:not([disabled])').filter(one => !seen.has(one.dataset.kind));
      if (unseen.length && !warned) {
        warned = true;
        return `Belum dibuka: ${unseen.map(one => one.lastChild.textContent.trim() || one.textContent.trim()).join(', ')}. Tekan Terima sekali lagi untuk tetap menerima.`;
      }
    }
    if (button?.value === 'kembalikan' && !find('.tolak input:checked')) return 'Pilih dulu alasannya, lalu tekan Kembalikan.';
    return '';
  }

  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.closest('#meja, #urung') || form.closest('.antre') || /pelepasan$/.test(form.action)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    const words = stopped(button);
    if (words) return refuse(words);
    const sent = body(form, button);
    under = under.then(() => send(form, sent, button?.value));
  }, true);
  function refuse(words) {
    const line = find('#tolakan');
    if (line) line.textContent = words;
    else say(words);
  }

  async function send(form, sent, wanted) {
    const number = desk().dataset.number;
    const leaves = LEAVES.test(form.action);
    const told = leaves ? `${number} ${DONE[wanted] ?? 'ditanyakan ke atasan'}.` : '';
    let before = null;
    if (leaves && ahead && ahead.number === desk().dataset.next) {
      const page = ahead.page;
      ahead = null;
      before = put(page);
      arrive(told);
    } else say('Sedang disimpan.');
    try {
      const answer = await ask(form.action, {method: 'POST', body: sent});
      if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
      if (/\/verifikasi$/.test(answer.url)) return location.assign(answer.url);
      receive(parse(await answer.text()), {before, told, ok: answer.ok, leaves});
    } catch {
      if (before) {
        desk().replaceWith(before);
        settle();
      }
      trouble(() => { under = under.then(() => send(form, sent, wanted)); });
    }
  }

  function receive(page, {before, told, ok, leaves}) {
    const fresh = find('#meja', page);
    if (!fresh) {
      // No file came back but words: somebody was quicker, or the minute is over.
      if (before) {
        desk().replaceWith(before);
        settle();
      }
      const notice = find('.note', page);
      if (notice) showNotice(notice);
      else location.reload();
    } else if (before && ok && fresh.dataset.number === desk().dataset.number && fresh.dataset.version === desk().dataset.version) {
      // The file on the screen is the one the server opened: only what stands around it is new.
      desk().dataset.next = fresh.dataset.next;
      find('#antrean').replaceWith(find('#antrean', fresh));
      find('#urung').replaceWith(find('#urung', page));
      watchUndo();
      later(prefetch);
    } else {
      const same = fresh.dataset.number === desk().dataset.number && !before;
      const form = decision();
      put(page);
      if (same && !leaves && form && decision()) carry(form, decision());
      if (ok) arrive(told);
      else {
        settle();
        (find('.note.gawat') ?? find('#nm')).focus();
      }
    }
  }

  function showNotice(notice) {
    notice.tabIndex = -1;
    notice.setAttribute('role', 'alert');
    find('#berkas').prepend(notice);
    notice.focus();
  }
  function trouble(again) {
    const notice = parse('<div class="note gawat"><div><b>Belum tersimpan</b><p>Jaringan terputus atau sistem sibuk. Tidak ada yang hilang.</p><button class="btn sec" type="button">Coba lagi</button></div></div>').firstChild;
    find('button', notice).onclick = () => { notice.remove(); again(); };
    showNotice(notice);
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
      if (form.contains(document.activeElement)) find('#nm, h1')?.focus();
      form.remove();
    }, 1000);
  }

  // --- the claim: kept while there are signs of life, given back on leaving ---

  const keys = form => new URLSearchParams({_token: form.elements._token.value, _kunci: ''});
  let signed = Date.now();
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
