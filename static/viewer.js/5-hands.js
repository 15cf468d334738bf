// Buttons, pointer, wheel, fingers, arrows.

function open(kind) {
  endMarking();
  Object.assign(state, {kind, page: 0, before: false});
  if (state.other === kind) state.other = kinds().find(one => one !== kind) ?? '';
  show();
  document.dispatchEvent(new CustomEvent('meja:dokumen', {detail: {kind}}));
}
const ACTS = {
  perbesar: () => zoom(STEP),
  perkecil: () => zoom(1 / STEP),
  pas: fit,
  'ukuran-asli'() {
    const main = visible()[0];
    if (main) zoom(1 / devicePixelRatio / state.views.get(main).k);
  },
  putar: () => turn(90),
  'putar-balik': () => turn(-90),
  terangkan() { state.bright = (state.bright + 1) % 3; show(); },
  banding() {
    state.both = !state.both;
    state.other = kinds().find(kind => kind !== state.kind) ?? '';
    state.views.clear();
    show();
  },
  sebelumnya() {
    if (!earlier(state.kind).length) return tell('Dokumen ini belum pernah diganti.');
    state.before = !state.before;
    tell(state.before ? 'Foto sebelum diganti.' : 'Foto yang berlaku.');
    show();
  },
  'lembar-berikut'() {
    const count = pages(state.kind).length;
    state.page = (state.page + 1) % Math.max(count, 1);
    tell(`Lembar ${state.page + 1} dari ${count}.`);
    show();
  },
  luruskan: mark,
};
document.addEventListener('click', ({target}) => {
  const button = target.closest?.('#berkas [data-act]');
  if (!button || !state) return;
  if (button.dataset.kind) open(button.dataset.kind);
  else ACTS[button.dataset.act]?.();
});
document.addEventListener('meja:baru', setUp);
document.addEventListener('meja:isian', ({detail: {row}}) => {
  if (!state) return;
  state.row = row;
  crop();
  draw();
});
// The frame changes with the window, and with the reasons and the message below it.
const frames = new ResizeObserver(() => {
  if (!state || !canvas()) return;
  state.views.clear();
  show();
});

const place = (figure, {clientX, clientY}) => {
  const box = figure.getBoundingClientRect();
  return [clientX - box.left, clientY - box.top];
};
document.addEventListener('wheel', event => {
  const figure = event.target.closest?.('#kanvas.hidup figure');
  if (!figure) return;
  event.preventDefault();
  // A notch of a wheel is one step; a touch pad reports many small ones.
  zoom(STEP ** Math.min(Math.max(-event.deltaY / 100, -1), 1), place(figure, event));
}, {passive: false});

const fingers = new Map();
let handle = null;
document.addEventListener('pointerdown', event => {
  const figure = event.target.closest?.('#kanvas.hidup figure');
  if (!figure) return;
  handle = event.target.closest('.sudut');
  if (!handle) {
    event.preventDefault();
    canvas().focus();
  }
  fingers.set(event.pointerId, event);
  figure.setPointerCapture?.(event.pointerId);
});
document.addEventListener('pointermove', event => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  fingers.set(event.pointerId, event);
  if (handle) return moveCorner(handle, onPage(handle.parentNode, place(handle.parentNode, event)));
  if (fingers.size === 1) return pan(event.clientX - before.clientX, event.clientY - before.clientY);
  const other = [...fingers.values()].find(one => one.pointerId !== event.pointerId);
  const far = one => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
  const figure = visible()[0];
  zoom(far(event) / far(before), place(figure, {clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2}));
});
for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, ({pointerId}) => {
  fingers.delete(pointerId);
  handle = null;
});

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !state?.marking) return;
  mark();
  canvas().focus();
  event.preventDefault();
});
const ARROWS = {ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
document.addEventListener('keydown', event => {
  const way = ARROWS[event.key];
  if (!way || !state) return;
  if (event.target.matches('.sudut')) {
    const step = event.shiftKey ? .002 : .01;
    const figure = event.target.parentNode;
    const [dx, dy] = rotate([-way[0] * step, -way[1] * step], -turned(figure));
    const [u, v] = corners(figure)[event.target.dataset.at];
    moveCorner(event.target, [u + dx, v + dy].map(part => Math.min(Math.max(part, 0), 1)));
  } else if (event.target.id === 'kanvas') pan(way[0] * 60, way[1] * 60);
  else return;
  event.preventDefault();
});
