// Sends a chosen photo by itself, in pieces (tus 1.0.0 at /unggah), and never again what arrived already: not after
// the line broke, nor the tab was closed, nor the phone restarted. Without this file the plain forms do the work.
// As a Worker, the same file makes photos small; where Workers have no canvas, that happens on the page.
(() => {
  const onPage = 'document' in self;

  // --- making it small ---

  // Upright: by the option, or in older browsers without asking.
  function decode(file) {
    if (!onPage) return createImageBitmap(file, {imageOrientation: 'from-image'}).catch(() => createImageBitmap(file));
    const image = new Image();
    image.src = URL.createObjectURL(file);
    return image.decode().then(() => image).finally(() => URL.revokeObjectURL(image.src));
  }

  function draw(image, longest) {
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const width = Math.round(image.width * scale);
    const height = Math.round(image.height * scale);
    const drawn = onPage ? Object.assign(document.createElement('canvas'), {width, height}) : new OffscreenCanvas(width, height);
    const pen = drawn.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, width, height);
    image.close?.();
    return drawn;
  }

  const encode = (drawn, type, quality) =>
    onPage ? new Promise(done => drawn.toBlob(done, type, quality)) : drawn.convertToBlob({type, quality});

  // At most so many pixels long; the file itself when that fails (no photo, no memory) or gains next to nothing.
  async function shrink(file, longest) {
    try {
      const drawn = draw(await decode(file), longest);
      for (const [type, quality] of [['image/webp', 0.75], ['image/jpeg', 0.8]]) {
        const small = await encode(drawn, type, quality);
        if (small.type === type) return small.size < file.size * 0.9 ? small : file;
      }
    } catch { /* the server judges the original */ }
    return file;
  }

  if (!onPage) {
    self.onmessage = async ({data: {id, file, longest}}) => self.postMessage({id, small: await shrink(file, longest)});
    return;
  }

  const WORDS = {
    shrinking: 'Foto dikecilkan dulu di HP Anda.',
    queued: 'Menunggu giliran. Satu per satu, supaya cepat.',
    sending: 'Boleh memilih foto berikutnya.',
    offline: 'Internet terputus. Akan dilanjutkan otomatis. Yang sudah terkirim tetap aman.',
    failed: 'Ada gangguan di sistem kami. Foto tetap ada di HP Anda. Kami coba lagi otomatis.',
    stale: 'Belum bisa dikirim. Foto tetap ada di HP Anda. Muat ulang halaman, lalu coba lagi.',
    cancel: 'Batalkan',
    sent: (now, all) => `Terkirim ${now} dari ${all} KB`,
  };
  // Of a slot: its colour, the words and the sign of its chip, the words on the button.
  const STATES = {
    busy: ['info', 'Sedang dikirim', 'jam'],
    offline: ['tunggu', 'Menunggu internet', 'putus', 'Coba sekarang'],
    failed: ['gawat', 'Gagal dikirim', 'awas', 'Coba lagi'],
  };
  const LONGEST = {family_card: 2000, form_f102: 2000, data_evidence: 2000}; // pixels; of a card 1600
      const PIECE = {first: 65536, least: 16384, most: 524288, seconds: 4}; // bytes
  const PATIENCE = 60; // seconds for one request
  const SHRINKING = 30; // seconds until the original goes
  const KEPT = 7 * 864e5; // ms that another application's photo stays on this phone
  const {src, dataset: {number}} = document.currentScript;
  const token = document.querySelector('[name=_token]')?.value ?? '';
  const jobs = new Set();
  const seconds = (n, act, ...values) => setTimeout(act, n * 1000, ...values);

  // --- what the phone keeps: {id, number, kind, name, replace, blob, at, url}; null when it cannot ---

  const database = new Promise((done, fail) => {
    const opening = indexedDB.open('loket', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('unggahan', {keyPath: 'id'});
    opening.onsuccess = () => done(opening.result);
    opening.onerror = fail;
  });
  const kept = (method, value) => database.then(db => new Promise((done, fail) => {
    const change = db.transaction('unggahan', 'readwrite');
    const asked = change.objectStore('unggahan')[method](value);
    change.oncomplete = () => done(asked.result);
    change.onabort = change.onerror = fail;
  })).catch(() => null);
  const keep = async job => { job.kept = Boolean(await kept('put', job.record)); };
  const forget = job => kept('delete', job.record.id);

  // --- the Worker ---

  let worker = null;
  try { worker = self.OffscreenCanvas && new Worker(src); } catch { /* then on the page */ }

  const inWorker = (file, longest) => new Promise((done, fail) => {
    const id = Math.random();
    worker.addEventListener('message', ({data}) => { if (data.id === id) done(data.small); });
    worker.addEventListener('error', fail);
    worker.postMessage({id, file, longest});
  });

  async function shrunk(file, kind) {
    if (!file.type.startsWith('image/')) return file;
    const work = (worker ? inWorker : shrink)(file, LONGEST[kind] ?? 1600);
    return Promise.race([work, new Promise(done => seconds(SHRINKING, done, file))]).catch(() => file);
  }

  // --- what the person sees ---

  const make = (tag, attributes, ...content) => {
    const node = document.createElement(tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.append(...content);
    return node;
  };
  const button = (words, onclick) => Object.assign(make('button', {class: 'btn sec', type: 'button'}, words), {onclick});
  const kilobytes = bytes => Math.ceil(bytes / 1000);

  function mark(slot, [colour, words, sign]) {
    slot.className = `slot ${colour}`;
    const chip = slot.querySelector('.chip');
    chip.className = `chip ${colour}`;
    chip.lastChild.textContent = words;
    const use = chip.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${sign}`));
  }

  // In place of the slot, which comes back when nothing becomes of this.
  function cover(job) {
    const {kind} = job.record;
    job.slot = document.getElementById(kind);
    job.view = job.slot.cloneNode(false);
    job.bar = make('progress', {id: `${kind}-p`});
    job.label = make('label', {for: job.bar.id});
    job.text = make('p');
    job.heard = make('p', {class: 'vh', role: 'status'});
    job.buttons = make('div', {class: 'duo'});
    job.cancel = button(WORDS.cancel, () => cancel(job));
    job.view.append(job.slot.querySelector('.kepala').cloneNode(true), job.label, job.bar, job.text, job.heard, job.buttons);
    job.slot.replaceWith(job.view);
  }

  function show(job, state, words) {
    job.text.textContent = words;
    if (state === job.state) return;
    job.state = state;
    mark(job.view, state);
    job.heard.textContent = `${state[1]}. ${words}`;
    const focused = job.buttons.contains(document.activeElement);
    job.buttons.replaceChildren(...state[3] ? [button(state[3], () => hurry(job))] : [], job.cancel);
    if (focused) job.cancel.focus();
  }

  function progress(job, offset) {
    const all = job.record.blob.size;
    const words = WORDS.sent(kilobytes(offset), kilobytes(all));
    Object.assign(job.bar, {max: all, value: offset});
    job.label.textContent = words;
    const quarter = Math.floor(4 * offset / all);
    if (quarter > job.quarter) job.heard.textContent = words;
    job.quarter = quarter;
  }

  function uncover(job, slot) {
    const focused = job.view.contains(document.activeElement);
    job.view.replaceWith(slot);
    if (focused) { slot.tabIndex = -1; slot.focus(); }
  }

  function refuse(job, words) {
    const {slot} = job;
    mark(slot, STATES.failed);
    uncover(job, slot);
    slot.querySelector('.galat')?.remove();
    const sign = slot.querySelector('.chip svg').cloneNode(true);
    slot.querySelector('.kepala').after(make('p', {class: 'galat', role: 'alert'}, sign, words));
  }

  // What the server makes of it: the slot, how many are done, and the way on.
  async function refresh(job) {
    const answer = await request(job, 'GET', `/permohonan/${number}/berkas`);
    if (!answer.ok) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const slot = page.getElementById(job.record.kind);
    await forget(job);
    if (!slot) return location.reload();
    finish(job);
    uncover(job, slot);
    for (const id of ['jumlah', 'lanjut']) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
  }

  // --- sending ---

  async function request(job, method, url, headers, body) {
    job.stop = new AbortController();
    const timer = seconds(PATIENCE, () => job.stop.abort());
    try {
      return await fetch(url, {method, body, cache: 'no-store', signal: job.stop.signal,
        headers: {'Tus-Resumable': '1.0.0', 'X-Token': token, ...headers}});
    } finally {
      clearTimeout(timer);
    }
  }

  const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  async function begin(job) {
    const {kind, name, replace, blob} = job.record;
    const said = Object.entries({number, kind, filename: name.slice(-100)}).map(([key, value]) => `${key} ${base64(value)}`);
    if (replace) said.push('replace');
    const answer = await request(job, 'POST', '/unggah', {'Upload-Length': blob.size, 'Upload-Metadata': said.join()});
    if (answer.status !== 201) throw answer;
    job.record.url = answer.headers.get('Location');
    if (!job.over) await keep(job);
    return 0;
  }

  // How much the server has: it alone knows after anything went wrong.
  async function ask(job) {
    const answer = await request(job, 'HEAD', job.record.url);
    // Refused, and the words of it got lost: they are told only to GET.
    if (answer.status === 410) throw await request(job, 'GET', job.record.url);
    if (!answer.ok) throw answer;
    return Number(answer.headers.get('Upload-Offset'));
  }

  async function sendPiece(job, offset) {
    const piece = job.record.blob.slice(offset, offset + job.piece);
    const began = performance.now();
    const headers = {'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset};
    const answer = await request(job, 'PATCH', job.record.url, headers, piece);
    const now = Number(answer.headers.get('Upload-Offset'));
    if (!answer.ok || now <= offset) throw answer; // never in a circle: each piece costs the person money
    const fitting = piece.size * PIECE.seconds * 1000 / (performance.now() - began);
    job.piece = Math.max(PIECE.least, Math.min(PIECE.most, 2 * job.piece, Math.round(fitting)));
    return now;
  }

  async function sendAll(job) {
    // Gone: another tab brought it to its end.
    if (job.kept && await kept('get', job.record.id) === undefined) return refresh(job);
    let offset = job.record.url ? await ask(job) : await begin(job);
    show(job, STATES.busy, WORDS.sending);
    for (;;) {
      progress(job, offset);
      if (job.over) return;
      if (offset >= job.record.blob.size) return refresh(job);
      offset = await sendPiece(job, offset);
      job.tries = 0;
    }
  }

  async function fail(job, trouble) {
    const {status} = trouble;
    job.piece = Math.max(PIECE.least, job.piece >> 1);
    if ([410, 413, 422].includes(status)) {
      const words = await trouble.text();
      await forget(job);
      finish(job);
      return refuse(job, words);
    }
    if (status === 404 && job.record.url) {
      job.record.url = ''; // forgotten there, not here: once more under a new address
    } else if (status !== 409) {
      const state = status ? 'failed' : 'offline';
      show(job, STATES[state], WORDS[status >= 400 && status < 423 ? 'stale' : state]);
    }
    await pause(job, Math.min(60, 2 ** job.tries++) * (0.5 + Math.random() / 2));
  }

  async function run(job) {
    while (!job.over) {
      try {
        await sendAll(job);
      } catch (trouble) {
        if (!job.over) await fail(job, trouble).catch(() => {});
      }
    }
  }

  const pause = (job, time) => new Promise(done => { job.wake = done; seconds(time, done); });

  function hurry(job) {
    job.tries = 0;
    job.stop?.abort();
    job.wake?.();
  }

  function finish(job) {
    job.over = true;
    jobs.delete(job);
  }

  async function cancel(job) {
    finish(job);
    hurry(job);
    uncover(job, job.slot);
    await forget(job);
    if (job.record.url) await request(job, 'DELETE', job.record.url).catch(() => {});
  }

  // --- beginning ---

  let queue = Promise.resolve();

  function start(record) {
    const job = {record, piece: PIECE.first, tries: 0, quarter: 0, kept: true};
    jobs.add(job);
    cover(job);
    return job;
  }

  function enqueue(job) {
    show(job, STATES.busy, WORDS.queued);
    progress(job, 0);
    queue = queue.then(() => run(job));
  }

  async function take(input) {
    const [file] = input.files;
    const [,,,, kind, replace] = new URL(input.form.action).pathname.split('/');
    const record = {id: `${number}/${kind}`, number, kind, name: file.name, replace, blob: file, at: Date.now()};
    input.form.reset();
    const job = start(record);
    show(job, STATES.busy, WORDS.shrinking);
    record.blob = await shrunk(file, kind);
    if (job.over) return;
    await keep(job);
    if (job.over) await forget(job); else enqueue(job);
  }

  async function goOn() {
    for (const record of await kept('getAll') ?? []) {
      if (record.number === number) {
        if (!document.getElementById(record.kind)) await kept('delete', record.id);
        else if (![...jobs].some(job => job.record.id === record.id)) enqueue(start(record));
      } else if (record.at < Date.now() - KEPT) await kept('delete', record.id);
    }
  }

  document.addEventListener('change', ({target}) => {
    if (target.matches('.pick input[type=file]') && target.files.length) take(target);
  });
  addEventListener('online', () => jobs.forEach(hurry));
  addEventListener('offline', () => jobs.forEach(job => job.stop?.abort()));
  // On a slow line a photo may be chosen before this file is here.
  document.querySelectorAll('.pick input[type=file]').forEach(input => { if (input.files.length) take(input); });
  goOn();
})();
