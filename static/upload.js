// Sends a chosen photo by itself, in pieces (tus 1.0.0 at /unggah), and never again what arrived already: not after
// the line broke, nor the tab was closed, nor the phone restarted. Without this file the plain forms do the work.
// As a Worker, the same file makes photos small; where Workers have no canvas, that happens on the page.
(() => {
  const onPage = 'document' in self;

  // --- making it small ---

  // Upright: by the option, or in older browsers without asking.
  async function decode(file) {
    if (!onPage) return createImageBitmap(file, {imageOrientation: 'from-image'}).catch(() => createImageBitmap(file));
    const image = new Image();
    image.src = URL.createObjectURL(file);
    await image.decode();
    return image;
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
    // Row after row; that the ends of rows touch changes next to nothing.
    for (let here = FAR * width; here < (height - FAR) * width; here++) {
      const at = off => data[4 * (here + off) + 1]; // green: most of what eyes see
      const value = at(0);
      count++;
      sum += value;
      edges += (4 * value - at(1) - at(-1) - at(width) - at(-width)) ** 2;
      bright += value >= 100;
      burnt += Math.min(value, at(FAR), at(-FAR), at(FAR * width), at(-FAR * width)) >= 250;
    }
    const found = {
      blurred: edges * count < sum * sum / 50, // of equal contrast, however bright
      dark: bright < count / 20,
      // A sheet that is white all over is none, and a camera makes no PNG.
      glare: burnt > count / 250 && burnt < count / 2 && !/png/.test(type),
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
        if (small.type === type) return {found, blob: small.size < file.size * 0.9 ? small : file};
      }
    } catch { /* the server judges the original */ }
    return {found, blob: file};
  }

  if (!onPage) {
    self.onmessage = async ({data: {file, longest}, ports: [port]}) => port.postMessage(await shrink(file, longest));
    return;
  }

  // Bytes of a piece, and seconds that one may take. What arrived of it is kept, so a line that breaks costs far less.
  const LEAST = 16384;
  const MOST = 524288;
  const LASTS = 12;
  const PATIENCE = 60; // seconds for one request
  const CHOICE = '.pick [type=file]';
  const SHRINKING = 30; // seconds until the original goes
  const KEPT = 7 * 864e5; // ms that another application's photo stays on this phone
  const {src, dataset: {page}} = document.currentScript; // page: to ask for anew
  const number = page.split('/')[2];
  const byId = id => document.getElementById(id);
  const jobs = new Map(); // how to hurry the photo of a document: one at a time of each
  const rest = byId('sisa');
  const seconds = (n, act) => setTimeout(act, n * 1000);
  let fitting = 65536; // bytes of the next piece, of whichever photo: the line is the same

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
    change.onabort = fail;
  })).catch(() => null);

  // --- the Worker ---

  const worker = self.OffscreenCanvas && new Worker(src);

  const inWorker = (file, longest) => new Promise((done, fail) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = ({data}) => done(data);
    worker.addEventListener('error', fail);
    worker.postMessage({file, longest}, [port2]);
  });

  function shrunk(file, kind) {
    const asItIs = {blob: file};
    const work = (worker ? inWorker : shrink)(file, kind === 'old_card' ? 1600 : 2000); // pixels
    return Promise.race([work, new Promise(done => seconds(SHRINKING, () => done(asItIs)))]).catch(() => asItIs);
  }

  // --- what the person sees ---

  const kilobytes = bytes => Math.ceil(bytes / 1000);
  const parts = byId('kirim').content;
  const part = name => parts.querySelector(`[data-n=${name}]`).cloneNode(true);

  // Colour and chip of a slot; what else belongs to this state is returned.
  function mark(slot, name) {
    const state = part(name);
    slot.className = state.className;
    slot.querySelector('.chip').replaceWith(state.firstElementChild);
    return state;
  }

  // What was said of a photo before stays when another one goes on by itself.
  function swap(old, fresh) {
    const words = old.querySelector('.galat');
    if (words) fresh.querySelector('.kepala').after(words);
    old.replaceWith(fresh);
  }

  let queue = Promise.resolve();

  const offsetIn = answer => Number(answer.headers.get('Upload-Offset'));

  // One photo on its way. input: where it was chosen just now; without, it was kept and goes on.
  async function start(record, input) {
    const {kind} = record;
    let slot = byId(kind);
    let isKept = true;
    let tries = 0;
    let state, asked, over, stop, wake;

    const view = slot.cloneNode(false);
    const sending = part('view');
    const [label, bar, text, heard] = sending.children;
    const [retry, end] = sending.querySelectorAll('button');

    const show = name => {
      if (name === state) return;
      state = name;
      const {textContent, dataset: {again}} = mark(view, name);
      text.textContent = textContent;
      heard.textContent = `${view.querySelector('.chip').textContent}. ${textContent}`;
      if (document.activeElement === retry) end.focus();
      retry.hidden = !again;
      retry.textContent = again;
    };

    const progress = offset => {
      const {size} = record.blob;
      const words = `Terkirim ${kilobytes(offset)} dari ${kilobytes(size)} KB`;
      bar.max = size;
      bar.value = offset;
      label.textContent = words;
      if (offset) heard.textContent = words;
    };

    const uncover = () => {
      const focused = view.contains(document.activeElement);
      swap(view, slot);
      if (focused) { slot.tabIndex = -1; slot.focus(); }
    };

    // The photo, large, and one question. Nobody has to answer, unless something was found.
    const question = () => {
      asked = part('ask');
      const [title, photo, note, buttons] = asked.children;
      if (!/card/.test(kind)) title.textContent = title.dataset.else;
      photo.src = URL.createObjectURL(record.blob);
      note.hidden = !record.found.length;
      note.querySelectorAll('p').forEach(line => { line.hidden = !record.found.includes(line.dataset.n); });
      buttons.firstElementChild.onclick = agree;
      buttons.lastElementChild.onclick = retake;
      sending.before(asked);
      if (input && document.activeElement === document.body) title.focus();
    };

    const agree = () => {
      if (over) return uncover();
      asked.remove();
      asked = null;
      view.focus();
      record.seen = true;
      if (record.found.length) enqueue();
    };

    const retake = () => {
      if (over) uncover(); else cancel();
      const fold = slot.querySelector('details');
      if (fold) fold.open = true;
      const camera = slot.querySelector(CHOICE);
      if (!camera) location.href = `berkas#${kind}`;
      else if (slot.contains(input)) input.click();
      else camera.focus();
    };

    const refuse = words => {
      mark(slot, 'refused');
      slot.hidden = false;
      view.querySelector('.galat')?.remove();
      uncover();
      const line = part('fault');
      line.append(words);
      slot.querySelector('.kepala').after(line);
    };

    // What the server makes of it: the slot, how many are done, and the way on.
    const refresh = async () => {
      const answer = await request('GET', page, {'HX-Request': 'true', 'HX-Target': kind});
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      await finish();
      slot = fresh.getElementById(kind);
      if (!slot) return location.reload();
      if (record.found) slot.querySelector('[data-asks]')?.remove(); // asked already
      if (asked) {
        mark(view, 'done');
        sending.remove();
      } else uncover();
      document.querySelectorAll('[data-fresh]').forEach(old => {
        old.replaceChildren(...fresh.getElementById(old.id).childNodes);
      });
    };

    // --- sending ---

    const keep = async () => { isKept = await kept('put', record); };
    const forget = () => kept('delete', record.id);

    // Throws the answer when it is a refusal.
    const request = async (method, url, headers, body) => {
      const mine = stop = new AbortController();
      seconds(PATIENCE, () => mine.abort());
      const {signal} = mine;
      const answer = await fetch(url, {method, headers: {'Tus-Resumable': '1.0.0', ...headers}, body, signal});
      if (!answer.ok) throw answer;
      return answer;
    };

    const begin = async () => {
      const {name, replace, blob, found, seen} = record;
      const said = {number, kind, filename: name, ...replace && {replace}, ...seen && {noticed: found.join(' ')}};
      const encoder = new TextEncoder();
      const pairs = Object.entries(said).map(([key, value]) => `${key} ${btoa(String.fromCharCode(...encoder.encode(value)))}`);
      const answer = await request('POST', '/unggah', {'Upload-Length': blob.size, 'Upload-Metadata': pairs.join()});
      if (answer.status !== 201) throw answer;
      record.url = answer.headers.get('Location');
      if (!over) await keep();
      return offsetIn(answer);
    };

    const sendPiece = async offset => {
      const piece = record.blob.slice(offset, offset + fitting);
      const began = performance.now();
      const headers = {'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset};
      const answer = await request('PATCH', record.url, headers, piece);
      const now = offsetIn(answer);
      if (now <= offset) throw answer; // never in a circle: each piece costs the person money
      fitting = Math.max(LEAST, Math.min(MOST, 2 * fitting, piece.size * LASTS * 1000 / (performance.now() - began)));
      return now;
    };

    const sendAll = async () => {
      if (isKept) {
        const stored = await kept('get', record.id);
        if (stored === undefined) return refresh(); // gone: another tab brought it to its end
        if (stored) record.url = stored.url; // or began it
      }
      // How much the server has, it alone knows after anything went wrong. It tells GET also in words why it refused.
      let offset = record.url ? offsetIn(await request('GET', record.url)) : await begin();
      show('sending');
      for (;;) {
        progress(offset);
        if (over) return;
        if (offset >= record.blob.size) return refresh();
        offset = await sendPiece(offset);
        tries = 0;
      }
    };

    const fail = async trouble => {
      const {name, status} = trouble;
      if (name === 'AbortError') fitting = Math.max(LEAST, fitting / 2); // a piece should not take longer than our patience
      if (/410|413|422/.test(status)) {
        const words = await trouble.text();
        await finish();
        return refuse(words);
      }
      if (status === 404 && record.url) {
        if (isKept && await kept('get', record.id) === undefined) return refresh(); // given up in another tab
        record.url = ''; // forgotten there, not here: once more under a new address
        await keep();
      } else if (status !== 409) {
        show(!status ? 'offline' : status < 423 ? 'stale' : 'failed');
      }
      const pause = Math.min(60, 0.6 * 1.5 ** tries++) * Math.random();
      await new Promise(done => { wake = done; seconds(pause, done); });
    };

    // Of several tabs one sends it; the others wait until it has arrived, or that tab's line broke.
    const inTurn = () => {
      stop = new AbortController();
      return navigator.locks ? navigator.locks.request(record.id, {signal: stop.signal}, sendAll) : sendAll();
    };

    const run = async () => {
      while (!over) {
        try {
          await inTurn();
        } catch (trouble) {
          if (!over) await fail(trouble).catch(() => {});
        }
      }
    };

    const hurry = () => {
      tries = 0;
      stop?.abort();
      wake?.();
    };

    // Another photo of the same document may be waiting.
    const finish = async () => {
      over = true;
      jobs.delete(kind);
      rest.hidden = true;
      await forget();
      goOn();
    };

    const cancel = () => {
      finish();
      hurry();
      uncover();
      if (record.url) request('DELETE', record.url).catch(() => {});
    };

    const enqueue = () => {
      show('queued');
      queue = queue.then(run);
    };

    // --- beginning: in place of the slot, which comes back when nothing becomes of this ---

    view.hidden = false;
    view.tabIndex = -1;
    label.htmlFor = bar.id = `${kind}-p`;
    retry.onclick = hurry;
    end.onclick = cancel;
    view.append(slot.querySelector('.kepala').cloneNode(true), sending);
    swap(slot, view);
    jobs.set(kind, hurry);
    if (input) {
      show('shrinking');
      Object.assign(record, await shrunk(record.blob, kind));
      if (over) return;
      await keep();
      if (over) return forget();
    }
    const {found, seen} = record;
    if (found && !seen) question();
    progress(0);
    // A photo that is hard to read would cost money for nothing: it waits for the answer.
    if (seen || !found?.length) enqueue(); else show('look');
  }

  // Whatever was changed; a photo goes.
  function take({target: input}) {
    if (!input.matches(CHOICE) || !input.files.length) return;
    const [blob] = input.files;
    const [,,,,,, kind, replace] = input.form.action.split('/');
    const at = Date.now();
    input.form.reset();
    byId(kind).querySelector('.galat')?.remove();
    start({id: `${number}/${kind}/${at}`, number, kind, name: blob.name, replace, blob, at}, input);
  }

  async function goOn() {
    for (const record of await kept('getAll') ?? []) {
      const {id, kind, at} = record;
      const isOurs = record.number === number;
      if (isOurs ? !byId(kind) : at < Date.now() - KEPT) await kept('delete', id);
      else if (isOurs && !jobs.has(kind)) start(record);
    }
  }

  document.addEventListener('change', take);
  const hurryAll = () => jobs.forEach(hurry => hurry());
  addEventListener('online', hurryAll);
  addEventListener('offline', hurryAll); // says at once that there is no line
  // Only the last step waits for photos that are still here.
  document.addEventListener('submit', event => {
    if (!jobs.size || !/pengajuan$/.test(event.target.action)) return;
    event.preventDefault();
    rest.hidden = false;
    rest.querySelector('b').textContent = jobs.size;
    rest.focus();
  });
  // On a slow line a photo may be chosen before this file is here.
  document.querySelectorAll(CHOICE).forEach(target => take({target}));
  goOn();
})();
