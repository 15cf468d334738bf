// How a page lies, turned and with its corners marked, is kept with it; the picture is never touched.

let saving = 0;
let unsaved = null;
function keep(figure) {
  if (!canvas().dataset.lay) return;
  if (unsaved?.figure !== figure) flush();
  clearTimeout(saving);
  const token = find('#putusan [name=_token]').value;
  unsaved = {figure, token, path: `${canvas().dataset.lay}${figure.dataset.page}/letak`};
  saving = setTimeout(flush, 300);
}
function flush() {
  clearTimeout(saving);
  if (!unsaved) return;
  const {figure: {dataset}, token, path} = unsaved;
  unsaved = null;
  fetch(path, {
    method: 'POST',
    redirect: 'manual',
    keepalive: true,
    body: new URLSearchParams({_token: token, _kunci: '', putar: dataset.turn, sudut: dataset.corners}),
  }).catch(() => tell('Letak belum tersimpan. Gambar tetap bisa dibaca.'));
}
addEventListener('pagehide', flush);
function turn(degrees) {
  const figure = visible()[0];
  if (!figure) return;
  figure.dataset.turn = (turned(figure) + degrees + 360) % 360;
  memory.delete(figure.dataset.kind);
  state.views.set(figure, recalled(figure));
  draw();
  keep(figure);
}

// --- corners: four handles, dragged or moved by arrow keys ---

const NAMES = ['kiri atas', 'kanan atas', 'kanan bawah', 'kiri bawah'];
function corners(figure) {
  const parts = figure.dataset.corners.split(' ').map(Number);
  return parts.length === 8 ? [0, 2, 4, 6].map(at => [parts[at], parts[at + 1]]) : null;
}
const usual = () => [[.1, .1], [.9, .1], [.9, .9], [.1, .9]];
function onFrame(figure, [u, v]) {
  const {k, x, y} = state.views.get(figure);
  const [w, h] = size(figure);
  const [dx, dy] = rotate([(u - .5) * w * k, (v - .5) * h * k], turned(figure));
  return [x + dx, y + dy];
}
function onPage(figure, [fx, fy]) {
  const {k, x, y} = state.views.get(figure);
  const [w, h] = size(figure);
  const [dx, dy] = rotate([(fx - x) / k, (fy - y) / k], -turned(figure));
  return [dx / w + .5, dy / h + .5].map(part => Math.min(Math.max(part, 0), 1));
}
// Corners that nobody put anywhere are none.
function endMarking() {
  const figure = find('.sudut', canvas())?.parentNode;
  state.marking = false;
  for (const handle of all('.sudut', canvas())) handle.remove();
  if (!figure) return;
  if (!figure.dataset.marked) figure.dataset.corners = '';
  tell(figure.dataset.marked ? 'Sudut disimpan.' : '');
}
function mark() {
  const figure = visible()[0];
  if (!figure) return;
  if (state.marking) {
    endMarking();
    show();
    return;
  }
  state.marking = true;
  figure.dataset.marked = corners(figure) ? 'ya' : '';
  const points = corners(figure) ?? usual();
  figure.dataset.corners = points.flat().join(' ');
  NAMES.forEach((name, at) => {
    const handle = document.createElement('button');
    Object.assign(handle, {type: 'button', className: 'sudut'});
    handle.dataset.at = at;
    handle.setAttribute('aria-label', `Sudut ${name} dokumen`);
    figure.append(handle);
  });
  tell('Geser 4 titik ke sudut.');
  show();
  find('.sudut', figure).focus();
}
function placeHandles() {
  for (const handle of all('.sudut', canvas())) {
    const [x, y] = onFrame(handle.parentNode, corners(handle.parentNode)[handle.dataset.at]);
    Object.assign(handle.style, {left: `${x}px`, top: `${y}px`});
  }
}
function moveCorner(handle, point) {
  const figure = handle.parentNode;
  const points = corners(figure);
  points[handle.dataset.at] = point;
  figure.dataset.corners = points.flat().map(part => part.toFixed(4)).join(' ');
  figure.dataset.marked = 'ya';
  keep(figure);
  draw();
  crop();
}
