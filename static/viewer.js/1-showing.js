// Looking at the documents of a file: one or two at a time, zoomed to the pointer, turned, made brighter, compared with
// what they replaced, and the place of each typed value once an officer marked a document's corners. The parts are
// served as one script. This one: which pages are shown.

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const canvas = () => find('#kanvas');
const tell = words => { find('#kanvas-kabar').textContent = words; };
const STEP = 1.25;
const SVG = 'http://www.w3.org/2000/svg';
const MOST = 8; // times the fitting size

// --- what is shown ---

let state = null;
function setUp() {
  if (!canvas()) return;
  flush();
  for (const made of all('.sudut,.tempat', canvas())) made.remove();
  const figures = all('figure', canvas());
  state = {kind: figures[0]?.dataset.kind ?? '', other: '', page: 0, before: false, both: false, bright: 0, marking: false, row: null, views: new Map()};
  canvas().classList.add('hidup');
  frames.disconnect();
  frames.observe(canvas());
  show();
  const first = figures[0] && find('.layar', figures[0]);
  if (!first) return;
  if (first.complete) fetchRest();
  else first.addEventListener('load', fetchRest, {once: true});
}
// Only once the first document is there: the line is the officer's.
function fetchRest() {
  for (const image of all('figure:not(.lama) .layar', canvas())) image.loading = 'eager';
}

const pages = kind => all(`figure[data-kind="${kind}"]:not(.lama)`, canvas());
const earlier = kind => all(`figure[data-kind="${kind}"].lama`, canvas());
const kinds = () => [...new Set(all('figure', canvas()).map(figure => figure.dataset.kind))];
const pick = kind => (state.before && kind === state.kind && earlier(kind)[0]) || pages(kind)[kind === state.kind ? state.page % Math.max(pages(kind).length, 1) : 0];
const visible = () => [pick(state.kind), state.both && pick(state.other)].filter(Boolean);

function show() {
  const now = visible();
  canvas().classList.toggle('berdua', now.length > 1);
  canvas().classList.toggle('terang', state.bright === 1);
  canvas().classList.toggle('lebih-terang', state.bright === 2);
  for (const figure of all('figure', canvas())) figure.hidden = !now.includes(figure);
  now.forEach((figure, place) => {
    figure.style.order = place;
    const big = find('.layar', figure);
    if (big.loading === 'lazy') big.loading = 'eager';
    if (!state.views.has(figure)) state.views.set(figure, recalled(figure));
  });
  const press = (act, on) => find(`[data-act="${act}"]`)?.setAttribute('aria-pressed', String(on));
  for (const tab of all('[data-kind][aria-pressed]')) tab.setAttribute('aria-pressed', String(tab.dataset.kind === state.kind));
  press('banding', state.both);
  press('sebelumnya', state.before);
  press('terangkan', state.bright > 0);
  press('luruskan', state.marking);
  document.dispatchEvent(new CustomEvent('meja:dilihat', {detail: {pages: now.map(figure => figure.dataset.page)}}));
  draw();
  crop();
}
