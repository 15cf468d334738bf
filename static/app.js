// Beside htmx: say in place what failed, never send twice. Every page works without this file.
// What an element with data-quiet asks for by itself fails without a word; it looks after that on its own.
(() => {
  const WORDS = {
    offline: 'Internet terputus|Isian Anda masih ada. Coba lagi setelah tersambung.',
    slow: 'Jaringan sangat lambat|Belum ada jawaban. Coba lagi, tidak tercatat dua kali.',
    foreign: 'Belum sampai di kami|WiFi ini mungkin minta masuk dulu.',
    ended: 'Sesi Anda berakhir|Isian Anda masih ada. Masuk di tab baru, lalu coba lagi.',
    server: 'Ada gangguan di sistem kami|Bukan di HP Anda. Isian Anda masih ada. Coba lagi 5 menit lagi.',
  };
  const desk = document.getElementById('jam');
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  // How to take away what stands beside an element: a note, or the signs that it waits.
  const beside = new WeakMap();
  const clear = elt => { beside.get(elt)?.(); beside.delete(elt); };

  // While something is on its way the button says so, after 400 ms a line of words does, and after 10 s another.
  function begin(elt, submitter) {
    clear(elt);
    const button = submitter || elt;
    const line = make('p', {className: 'abu'});
    line.setAttribute('role', 'status');
    button.setAttribute('aria-busy', true);
    const say = (words, after) => setTimeout(() => { elt.after(line); line.textContent = words; }, after);
    const timers = [say('Sedang dikirim. Mohon tunggu.', 400), say('Jaringan lambat, masih dicoba.', 10000)];
    beside.set(elt, () => {
      timers.forEach(clearTimeout);
      button.removeAttribute('aria-busy');
      line.remove();
    });
  }

  function fail({sourceElement: elt, sourceEvent: {type}, request: {submitter}}, reason, shown) {
    clear(elt);
    if ('quiet' in elt.dataset) return;
    const [title, text] = WORDS[reason].split('|');
    shown ||= make('div', {className: 'note gawat', innerHTML: `<div><b>${title}</b><p>${text}`});
    const words = shown.lastElementChild;
    if (reason === 'ended') words.append(make('a', {href: location, target: '_blank', textContent: 'Masuk lagi'}));
    words.append(make('button', {className: 'btn sec', type: 'button', textContent: 'Coba lagi', onclick() {
      clear(elt);
      elt.dispatchEvent(Object.assign(new Event(type, {bubbles: true, cancelable: true}), {submitter}));
    }}));
    shown.setAttribute('role', 'alert');
    shown.tabIndex = -1;
    elt.after(shown);
    beside.set(elt, () => shown.remove());
    shown.focus();
  }

  const on = (name, act) => document.addEventListener(`htmx:${name}`, event => act(event.detail.ctx, event));
  // The address of the page is known to the server and costs bytes on every request.
  on('config:request', ctx => { delete ctx.request.headers['HX-Current-URL']; });
  on('before:request', ({sourceElement, sourceEvent: {type}, request}) => {
    if (/submit|click/.test(type)) begin(sourceElement, request.submitter);
  });
  on('after:request', (ctx, event) => {
    const {text, sourceElement, response: {status, headers}} = ctx;
    const next = headers.get('Location');
    if (next) {
      setTimeout(clear, 30000, sourceElement);
      location = next;
      if (location.href.endsWith(next)) location.reload();
      return;
    }
    clear(sourceElement);
    if (status < 400 && (!headers.has('X-Request-Id') || (status === 200 && !text))) {
      // Every answer of ours carries a number; the sign-in page of somebody's WiFi does not.
      event.preventDefault();
      fail(ctx, 'foreign');
    } else if (ctx.whole && /200|404|422/.test(status) && /<html/i.test(text)) {
      // Thanks, or the form's own page with its faults: as if the browser had sent the form itself.
      event.preventDefault();
      document.open();
      document.write(text);
      document.close();
    }
  });
  // A fragment with faults is swapped in. A bare notice or somebody else's page must not replace a form.
  on('response:error', ctx => {
    const {text, sourceElement: {dataset}, response: {status}} = ctx;
    const bare = /^\s*<div class="note/.test(text);
    if (status < 500 && !/<html/i.test(text) && (!bare || 'quiet' in dataset)) return;
    ctx.swap = 'none';
    fail(ctx, status > 499 ? 'server' : status === 403 ? 'ended' : 'foreign', bare && make('div', {innerHTML: text}).firstElementChild);
  });
  // What was given up on purpose has its reason, but for old browsers, where only silent requests are.
  on('finally:request', ctx => {
    const {reason} = ctx.request.signal;
    if (ctx.text != null) return;
    clear(ctx.sourceElement);
    if (!reason || reason === 'timeout') fail(ctx, /Type/.test(ctx.status) ? 'offline' : 'slow');
  });

  // Nothing is sent twice, with htmx or without. The Enter key clicks, too.
  document.addEventListener('click', event => {
    if (!event.target.closest('[aria-busy]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  // A citizen's form goes by htmx, so that what was typed stays when the line breaks.
  addEventListener('submit', event => {
    const {target: form, submitter} = event;
    if (event.defaultPrevented || form.target) return;
    if (!desk && form.method + form.enctype[0] === 'posta') {
      // Where htmx did not arrive, this line fails, and the browser sends the form.
      htmx.ajax('POST', form.action, {source: form, event, whole: true, swap: 'none', headers: {'HX-Target': 'body'}});
      event.preventDefault();
    } else {
      begin(form, submitter);
      setTimeout(clear, 30000, form); // a download leaves the page standing
    }
  });

  // After load, or back on a page that was left. Asked for anew at most once an hour, not with every page. What is shown while there is no line: static/sw.js.
  addEventListener('pageshow', () => {
    [...document.forms].forEach(clear);
    if (!desk) navigator.serviceWorker?.register('/sw.js', {updateViaCache: 'all'}).catch(clear);
  });
})();
