// Beside htmx: say in place what failed, never send twice. Every page works without this file.
(() => {
  const WORDS = {
    offline: ['Internet terputus', 'Isian Anda masih ada di halaman ini. Tekan Coba lagi setelah tersambung.'],
    slow: ['Jaringan sangat lambat', 'Belum ada jawaban. Tekan Coba lagi, tidak akan tercatat dua kali.'],
    server: ['Ada gangguan di sistem kami', 'Bukan di perangkat Anda. Isian Anda masih ada. Coba lagi 5 menit lagi.'],
    other: ['Belum berhasil', 'Muat ulang halaman, lalu coba lagi.'],
    poll: ['Belum bisa memuat yang terbaru', 'Data terakhir tetap tampil. Kami coba lagi otomatis.'],
  };
  const notes = new WeakMap();
  const waits = new WeakMap();
  const put = (elt, node) => elt.matches('form') ? elt.append(node) : elt.after(node);
  const make = (tag, className, ...content) => {
    const node = document.createElement(tag);
    node.className = className;
    node.append(...content);
    return node;
  };
  const drop = (map, elt) => { map.get(elt)?.remove(); map.delete(elt); };

  // While something is on its way the button says so, and after 400 ms a line of words does.
  function begin(elt, button) {
    const line = make('p', 'abu');
    line.setAttribute('role', 'status');
    const marked = [elt, button].filter(Boolean);
    const busy = now => marked.forEach(one => now ? one.setAttribute('aria-busy', now) : one.removeAttribute('aria-busy'));
    const timer = setTimeout(() => { put(elt, line); line.textContent = 'Sedang dikirim. Mohon tunggu.'; }, 400);
    busy(true);
    waits.set(elt, {remove() { clearTimeout(timer); busy(false); line.remove(); }});
  }
  const end = elt => drop(waits, elt);

  const note = ([title, text]) => make('div', 'note gawat', make('div', '', make('b', '', title), make('p', '', text)));

  function fail({sourceElement: elt, sourceEvent: {type}, request}, shown, retry) {
    const poll = type === 'every';
    if (poll && notes.has(elt)) return;
    drop(notes, elt);
    if (poll) shown = note(WORDS.poll);
    else if (retry) {
      const again = make('button', 'btn sec', 'Coba lagi');
      again.type = 'button';
      again.onclick = () => {
        drop(notes, elt);
        if (type === 'submit') elt.requestSubmit(request.submitter?.isConnected ? request.submitter : null);
        else if (type === 'click') elt.click();
        else if (type === 'load') location.reload();
        else elt.dispatchEvent(new Event(type, {bubbles: true, cancelable: true}));
      };
      shown.lastElementChild.append(again);
    }
    shown.setAttribute('role', poll ? 'status' : 'alert');
    shown.tabIndex = -1;
    put(elt, shown);
    notes.set(elt, shown);
    if (!poll) shown.focus();
  }

  const on = (name, act) => document.addEventListener(`htmx:${name}`, ({detail}) => act(detail.ctx));
  // The address of the page is known to the server and costs bytes on every request.
  on('config:request', ctx => { delete ctx.request.headers['HX-Current-URL']; });
  on('before:request', ({sourceElement, sourceEvent, request}) => {
    if (/^(submit|click)$/.test(sourceEvent.type)) begin(sourceElement, request.submitter);
  });
  on('finally:request', ctx => end(ctx.sourceElement));
  on('after:request', ctx => { if (ctx.response.status < 400) drop(notes, ctx.sourceElement); });
  // A form that comes back with its faults is swapped in. A bare notice or a whole page must not replace a form.
  on('response:error', ctx => {
    const {body} = new DOMParser().parseFromString(ctx.text, 'text/html');
    const {status} = ctx.response;
    if (status < 500 && !/<html/i.test(ctx.text) && !body.firstElementChild?.matches('.note')) return;
    ctx.swap = 'none';
    fail(ctx, body.querySelector('.note') ?? note(WORDS[status < 500 ? 'other' : 'server']), status >= 500 || status === 429);
  });
  on('error', ctx => {
    if (ctx && ctx.text == null) fail(ctx, note(WORDS[ctx.request.signal.reason === 'timeout' ? 'slow' : 'offline']), true);
  });

  // Nothing is sent twice, with htmx or without.
  for (const [name, busy] of [['submit', 'form[aria-busy]'], ['click', 'button[aria-busy]']]) {
    document.addEventListener(name, event => {
      if (!event.target.closest(busy)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }
  addEventListener('submit', ({target, submitter, defaultPrevented}) => {
    if (defaultPrevented || target.target) return;
    begin(target, submitter);
    setTimeout(end, 30000, target); // a download leaves the page standing
  });
  addEventListener('pageshow', ({persisted}) => { if (persisted) [...document.forms].forEach(end); });

  // The desk's clock goes on, by the server's time.
  const clock = document.getElementById('jam');
  if (clock) {
    const ahead = clock.dataset.kini - Date.now();
    const wib = new Intl.DateTimeFormat('id-ID', {hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Jakarta'});
    setInterval(() => { clock.textContent = `${wib.format(Date.now() + ahead).replace(':', '.')} WIB`; }, 10000);
  }
})();
