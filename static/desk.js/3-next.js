// The next file, fetched while the present one is read, and how one part of the page takes the place of another.

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
