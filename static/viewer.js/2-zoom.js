// An image of w x h lies turned about its middle, at scale k, the middle at (x, y) of its frame.

const size = figure => {
  const image = find('.layar', figure);
  return [Number(image.getAttribute('width')), Number(image.getAttribute('height'))];
};
const turned = figure => Number(figure.dataset.turn) || 0;
const rotate = ([x, y], degrees) => {
  const [sin, cos] = [[0, 1], [1, 0], [0, -1], [-1, 0]][(((degrees / 90) % 4) + 4) % 4];
  return [x * cos - y * sin, x * sin + y * cos];
};
const frame = figure => [figure.clientWidth || 1, figure.clientHeight || 1];
function fitting(figure) {
  const [w, h] = rotate(size(figure), turned(figure)).map(Math.abs);
  const [across, down] = frame(figure);
  return Math.min(across / w, down / h);
}

// The area an officer zoomed to on this kind of document is the area of the next one, too.
const memory = new Map();
function recalled(figure) {
  const fit = fitting(figure);
  const kept = memory.get(figure.dataset.kind);
  const [across, down] = frame(figure);
  if (!kept) return {k: fit, x: across / 2, y: down / 2};
  const k = fit * kept.times;
  const [w, h] = size(figure);
  const [dx, dy] = rotate([kept.u * w * k, kept.v * h * k], turned(figure));
  return {k, x: across / 2 - dx, y: down / 2 - dy};
}
function remember(figure) {
  const view = state.views.get(figure);
  const fit = fitting(figure);
  if (view.k <= fit * 1.01) return memory.delete(figure.dataset.kind);
  const [across, down] = frame(figure);
  const [dx, dy] = rotate([(across / 2 - view.x) / view.k, (down / 2 - view.y) / view.k], -turned(figure));
  const [w, h] = size(figure);
  memory.set(figure.dataset.kind, {times: view.k / fit, u: dx / w, v: dy / h});
}

// Once a frame, however often a wheel or a finger reports itself.
let frameAsked = 0;
function draw() {
  frameAsked = frameAsked || requestAnimationFrame(paint);
}
function paint() {
  frameAsked = 0;
  if (!state || !canvas()) return;
  const now = visible();
  for (const figure of now) {
    const view = state.views.get(figure);
    const [w, h] = size(figure);
    const transform = `translate(${view.x}px,${view.y}px) rotate(${turned(figure)}deg) scale(${view.k}) translate(${-w / 2}px,${-h / 2}px)`;
    for (const image of all('img', figure)) Object.assign(image.style, {width: `${w}px`, height: `${h}px`, transform});
    sharpen(figure, view);
  }
  const main = now[0];
  canvas().classList.toggle('muat', now.every(figure => state.views.get(figure).k <= fitting(figure) * 1.01));
  if (main) find('#besar').textContent = `${Math.round(state.views.get(main).k * devicePixelRatio * 100)}%`;
  placeHandles();
  point();
}

// Full resolution only where the size of the screen no longer does.
let waiting = 0;
function sharpen(figure, {k}) {
  const image = find('.layar', figure);
  const [w] = size(figure);
  if (figure.dataset.full || !image.naturalWidth || k * devicePixelRatio * w <= image.naturalWidth * 1.15) return;
  clearTimeout(waiting);
  const path = `${canvas().dataset.base}${figure.dataset.page}${canvas().dataset.query}penuh`;
  waiting = setTimeout(() => {
    figure.dataset.full = 'ya';
    const sharp = new Image();
    sharp.onload = () => { image.src = sharp.src; };
    sharp.src = path;
  }, 250);
}

function zoom(times, at) {
  for (const figure of visible()) {
    const view = state.views.get(figure);
    const fit = fitting(figure);
    const k = Math.min(Math.max(view.k * times, fit), Math.max(fit * MOST, 1));
    const [across, down] = frame(figure);
    const [px, py] = at ?? [across / 2, down / 2];
    state.views.set(figure, inside(figure, {k, x: px + (view.x - px) * (k / view.k), y: py + (view.y - py) * (k / view.k)}));
    remember(figure);
  }
  draw();
}
function pan(dx, dy) {
  for (const figure of visible()) {
    const view = state.views.get(figure);
    state.views.set(figure, inside(figure, {...view, x: view.x + dx, y: view.y + dy}));
    remember(figure);
  }
  draw();
}
// The picture never leaves its frame; one that is smaller stays in the middle.
function inside(figure, view) {
  const [w, h] = rotate(size(figure), turned(figure)).map(side => Math.abs(side) * view.k);
  const hold = (middle, length, room) => length <= room ? room / 2 : Math.min(Math.max(middle, room - length / 2), length / 2);
  const [across, down] = frame(figure);
  return {k: view.k, x: hold(view.x, w, across), y: hold(view.y, h, down)};
}
function fit() {
  for (const figure of visible()) {
    memory.delete(figure.dataset.kind);
    state.views.set(figure, recalled(figure));
  }
  draw();
}
