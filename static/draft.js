// Typing stays on this phone until the server says that it has it; never the token or the key of a form.
(() => {
  const store = localStorage;
  const line = document.getElementById('simpanan');
  if (!line) return;
  const form = line.closest('form');
  const here = `isian:${location.pathname}`;
  const drop = () => store.removeItem(here);
  const typed = () => {
    const data = new URLSearchParams(new FormData(form));
    ['_token', '_kunci', 'yakin', 'website'].forEach(field => data.delete(field));
    return `${data}`;
  };
  const say = () => line.replaceChildren(line.nextElementSibling.content.cloneNode(true));
  const send = () => store[here] && line.dispatchEvent(new Event('kirim'));

  let saved = typed();
  let timer;
  // What the server gives back, because it could not take it, is not older than what is kept here.
  if (store[here] && !line.dataset.back) {
    const data = new URLSearchParams(store[here]);
    for (const field of form.elements) {
      const value = data.get(field.name);
      if (/radio|checkbox/.test(field.type)) field.checked = value === field.value;
      else if (value != null) field.value = value;
    }
    store[here] = typed();
    say();
  }

  form.addEventListener('input', () => {
    store[here] = typed();
    if (!line.hasAttribute('hx-post')) say();
  });
  form.addEventListener('click', ({target}) => target.closest('[data-theirs]') && drop());
  addEventListener('load', send);
  addEventListener('online', send);

  const on = (event, act) => form.addEventListener(`htmx:${event}`, event => act(event.detail.ctx, event));
  const fail = () => {
    say();
    clearTimeout(timer);
    timer = setTimeout(send, 20000);
  };
  on('before:request', (ctx, event) => {
    ctx.typed = typed();
    if (ctx.sourceElement !== line || ctx.typed !== saved) return;
    event.preventDefault();
    drop();
  });
  on('after:request', ({sourceElement, typed: sent, response: {status, headers}}) => {
    const whole = sourceElement === form;
    // The whole form was sent and the server leads on; or a line of ours came, not a page of somebody's WiFi.
    if (whole ? headers.has('Location') : status === 200 && headers.has('X-Request-Id')) {
      saved = sent;
      // What was typed since, here or in another tab, is still on its way.
      if (store[here] === sent) drop();
    } else if (!whole && status !== 409) fail();
  });
  on('error', ctx => ctx.sourceElement !== form && fail());
})();
