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
    const canvas = onPage ? Object.assign(document.createElement('canvas'), {width, height}) : new OffscreenCanvas(width, height);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, width, height);
    image.close?.();
    return pen;
  }

  const encode = (canvas, type, quality) =>
    onPage ? new Promise(done => canvas.toBlob(done, type, quality)) : canvas.convertToBlob({type, quality});

  const FAR = 6; // pixels
  // What makes a photo hard to read, seen on a small copy; docs/uploads.md has what was measured.
  function judge(pen, shortest, type) {
    const {width, height} = pen.canvas;
    const {data} = pen.getImageData(0, 0, width, height);
    let count = 0, sum = 0, edges = 0, bright = 0, burnt = 0;
    for (let y = FAR; y < height - FAR; y++) {
      for (let x = FAR; x < width - FAR; x++) {
        const at = (right, down) => data[4 * ((y + down) * width + x + right) + 1]; // green: most of what eyes see
        const here = at(0, 0);
        count++;
        sum += here;
        edges += (4 * here - at(1, 0) - at(-1, 0) - at(0, 1) - at(0, -1)) ** 2;
        bright += here >= 100;
        burnt += Math.min(here, at(FAR, 0), at(-FAR, 0), at(0, FAR), at(0, -FAR)) >= 250;
      }
    }
    const found = {
      blurred: edges * count < sum * sum / 50, // of equal contrast, however bright
      dark: bright < count / 20,
      // A sheet that is white all over is none, and a camera makes no PNG.
      glare: burnt > count / 250 && burnt < count / 2 && !type.endsWith('png'),
      small: shortest < 900,
    };
    return Object.keys(found).filter(code => found[code]);
  }

  // At most so many pixels long; the file itself when that fails (no photo, no memory) or gains next to nothing.
  // found: what makes it hard to read; missing when nobody can see it here.
  async function shrink(file, longest) {
    let found;
    try {
      const image = await decode(file);
      const shortest = Math.min(image.width, image.height);
      const {canvas} = draw(image, longest);
      found = judge(draw(canvas, 800), shortest, file.type);
      for (const [type, quality] of [['image/webp', 0.75], ['image/jpeg', 0.8]]) {
        const small = await encode(canvas, type, quality);
        if (small.type === type) return {found, small: small.size < file.size * 0.9 ? small : file};
      }
    } catch { /* the server judges the original */ }
    return {found, small: file};
  }

  if (!onPage) {
    self.onmessage = async ({data: {file, longest}, ports: [port]}) => port.postMessage(await shrink(file, longest));
    return;
  }

  const LONGEST = {family_card: 2000, form_f102: 2000, data_evidence: 2000}; // pixels; of a card 1600
  const PIECE = {first: 65536, least: 16384, most: 524288, seconds: 4}; // bytes
  const PATIENCE = 60; // seconds for one request
  const SHRINKING = 30; // seconds until the original goes
  const KEPT = 7 * 864e5; // ms that another application's photo stays on this phone
  const {src, dataset: {page}} = document.currentScript; // page: to ask for anew
  const number = page.split('/')[2];
  const token = document.querySelector('[name=_token]')?.value ?? '';
  const jobs = new Set();
  const rest = document.getElementById('sisa');
  const seconds = (n, act, ...values) => setTimeout(act, n * 1000, ...values);

  // --- what the phone keeps: {id, number, kind, name, replace, blob, found, seen, at, url}; null when it cannot ---

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
    const {port1, port2} = new MessageChannel();
    port1.onmessage = ({data}) => done(data);
    worker.addEventListener('error', fail);
    worker.postMessage({file, longest}, [port2]);
  });

  async function shrunk(file, kind) {
    const asItIs = {small: file};
    if (!file.type.startsWith('image/')) return asItIs;
    const work = (worker ? inWorker : shrink)(file, LONGEST[kind] ?? 1600);
    return Promise.race([work, new Promise(done => seconds(SHRINKING, done, asItIs))]).catch(() => asItIs);
  }

  // --- what the person sees ---

  const kilobytes = bytes => Math.ceil(bytes / 1000);
  const parts = document.getElementById('kirim').content;
  const part = name => parts.querySelector(`[data-n=${name}]`).cloneNode(true);

  // Colour and chip of a slot; what else belongs to this state is returned.
  function mark(slot, name) {
    const state = part(name);
    slot.className = state.className;
    slot.querySelector('.chip').replaceWith(state.firstElementChild);
    return state;
  }

  // In place of the slot, which comes back when nothing becomes of this.
  function cover(job) {
    const {kind} = job.record;
    job.slot = document.getElementById(kind);
    job.view = job.slot.cloneNode(false);
    job.view.hidden = false;
    job.view.tabIndex = -1;
    job.sending = part('view');
    [job.label, job.bar, job.text, job.heard] = job.sending.children;
    [job.retry, job.cancel] = job.sending.querySelectorAll('button');
    job.label.htmlFor = job.bar.id = `${kind}-p`;
    job.retry.onclick = () => hurry(job);
    job.cancel.onclick = () => cancel(job);
    job.view.append(job.slot.querySelector('.kepala').cloneNode(true), job.sending);
    job.slot.replaceWith(job.view);
  }

  function show(job, name) {
    if (name === job.state) return;
    job.state = name;
    const {textContent, dataset: {again}} = mark(job.view, name);
    job.text.textContent = textContent;
    job.heard.textContent = `${job.view.querySelector('.chip').textContent}. ${textContent}`;
    if (document.activeElement === job.retry) job.cancel.focus();
    job.retry.hidden = !again;
    job.retry.textContent = again;
  }

  // The photo, large, and one question. Nobody has to answer, unless something was found.
  function question(job) {
    const {kind, found, blob} = job.record;
    job.asked = part('ask');
    const [title, photo, note, buttons] = job.asked.children;
    if (!/card/.test(kind)) title.textContent = title.dataset.else;
    photo.src = URL.createObjectURL(blob);
    photo.onload = () => URL.revokeObjectURL(photo.src);
    note.hidden = !found.length;
    note.querySelectorAll('p').forEach(line => { line.hidden = !found.includes(line.dataset.n); });
    buttons.firstElementChild.onclick = () => agree(job);
    buttons.lastElementChild.onclick = () => retake(job);
    job.sending.before(job.asked);
    if (job.input && document.activeElement === document.body) title.focus();
  }

  function agree(job) {
    if (job.over) return uncover(job, job.slot);
    job.asked.remove();
    job.asked = null;
    job.view.focus();
    job.record.seen = true;
    if (job.record.found.length) enqueue(job);
  }

  function retake(job) {
    if (job.over) uncover(job, job.slot); else cancel(job);
    const {input, slot} = job;
    const fold = slot.querySelector('details');
    if (fold) fold.open = true;
    const camera = slot.querySelector('.pick input');
    if (!camera) location.href = `berkas#${job.record.kind}`;
    else if (slot.contains(input)) input.click();
    else camera.focus();
  }

  function progress(job, offset) {
    const all = job.record.blob.size;
    const words = `Terkirim ${kilobytes(offset)} dari ${kilobytes(all)} KB`;
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
    mark(slot, 'refused');
    slot.hidden = false;
    uncover(job, slot);
    slot.querySelector('.galat')?.remove();
    const line = part('fault');
    line.append(words);
    slot.querySelector('.kepala').after(line);
  }

  // What the server makes of it: the slot, how many are done, and the way on.
  async function refresh(job) {
    const answer = await request(job, 'GET', page, {'HX-Request': 'true'});
    if (!answer.ok) throw answer;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const slot = fresh.getElementById(job.record.kind);
    await forget(job);
    if (!slot) return location.reload();
    finish(job);
    job.slot = slot;
    if (job.record.found) slot.querySelector('[data-asks]')?.remove(); // asked already
    if (job.asked) {
      mark(job.view, 'done');
      job.sending.remove();
    } else uncover(job, slot);
    document.querySelectorAll('[data-fresh]').forEach(old => {
      old.replaceChildren(...fresh.getElementById(old.id).childNodes);
    });
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
    const {kind, name, replace, blob, found, seen} = job.record;
    const said = Object.entries({number, kind, filename: name.slice(-100)}).map(([key, value]) => `${key} ${base64(value)}`);
    if (replace) said.push('replace');
    if (seen) said.push(`noticed ${base64(found.join(' '))}`);
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
    show(job, 'sending');
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
      show(job, !status ? 'offline' : status < 423 ? 'stale' : 'failed');
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
    rest.hidden = true;
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
    show(job, 'queued');
    queue = queue.then(() => run(job));
  }

  // A photo that is hard to read would cost money for nothing: it waits for the answer.
  function proceed(job) {
    const {found, seen} = job.record;
    if (found && !seen) question(job);
    progress(job, 0);
    if (seen || !found?.length) enqueue(job); else show(job, 'look');
  }

  async function take(input) {
    const [file] = input.files;
    const [,,,, kind, replace] = new URL(input.form.action).pathname.split('/');
    const record = {id: `${number}/${kind}/${Date.now()}`, number, kind, name: file.name, replace, blob: file, at: Date.now()};
    input.form.reset();
    const job = start(record);
    job.input = input;
    show(job, 'shrinking');
    const {small, found} = await shrunk(file, kind);
    Object.assign(record, {blob: small, found});
    if (job.over) return;
    await keep(job);
    if (job.over) await forget(job); else proceed(job);
  }

  async function goOn() {
    for (const record of await kept('getAll') ?? []) {
      if (record.number === number) {
        if (!document.getElementById(record.kind)) await kept('delete', record.id);
        else if (![...jobs].some(job => job.record.id === record.id)) proceed(start(record));
      } else if (record.at < Date.now() - KEPT) await kept('delete', record.id);
    }
  }

  document.addEventListener('change', ({target}) => {
    if (target.matches('.pick input[type=file]') && target.files.length) take(target);
  });
  addEventListener('online', () => jobs.forEach(hurry));
  addEventListener('offline', () => jobs.forEach(job => job.stop?.abort()));
  // Only the last step waits for photos that are still here.
  document.addEventListener('submit', event => {
    if (!jobs.size || !event.target.action.endsWith('/pengajuan')) return;
    event.preventDefault();
    rest.hidden = false;
    rest.querySelector('b').textContent = jobs.size;
    rest.focus();
  });
  // On a slow line a photo may be chosen before this file is here.
  document.querySelectorAll('.pick input[type=file]').forEach(input => { if (input.files.length) take(input); });
  goOn();
})();
