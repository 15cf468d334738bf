// Looking at the documents of a file: one or two at a time, zoomed to the pointer, turned, made brighter, compared with
// what they replaced, and the place of each typed value once an officer marked a document's corners.
(() => {
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
    draw();
    crop();
  }

  // --- geometry: an image of w x h lies turned about its middle, at scale k, the middle at (x, y) of its frame ---

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

  // --- how a page lies is kept with it; the picture is never touched ---

  let saving = 0;
  let unsaved = null;
  function keep(figure) {
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

  // --- the crop: where a value stands on the straightened document, as it is, nothing read by a machine ---

  // The eight figures of the projection that takes four points to four others.
  function projection(from, to) {
    const rows = [];
    from.forEach(([x, y], at) => {
      const [u, v] = to[at];
      rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
    });
    for (let col = 0; col < 8; col++) {
      const best = rows.slice(col).reduce((most, row, at) => Math.abs(row[col]) > Math.abs(rows[most][col]) ? col + at : most, col);
      [rows[col], rows[best]] = [rows[best], rows[col]];
      if (!rows[col][col]) return null;
      for (let row = 0; row < 8; row++) {
        if (row === col) continue;
        const factor = rows[row][col] / rows[col][col];
        for (let at = col; at < 9; at++) rows[row][at] -= factor * rows[col][at];
      }
    }
    return rows.map((row, at) => row[8] / row[at]);
  }
  // The places of the active row on documents whose corners are known.
  function places() {
    const row = state.row;
    if (!row?.isConnected) return [];
    return row.dataset.areas.split(';').filter(Boolean).map(text => {
      const [kind, ...area] = text.split(' ');
      return {kind, area: area.map(Number), figure: pages(kind).find(figure => corners(figure))};
    }).filter(place => place.figure);
  }
  const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]];
  // The same place, marked on the document itself.
  function point() {
    for (const old of all('.tempat', canvas())) old.remove();
    for (const {figure, area: [left, top, width, height]} of places()) {
      if (!visible().includes(figure)) continue;
      const p = projection(SQUARE, corners(figure));
      if (!p) continue;
      const spots = SQUARE.map(([x, y]) => [left + x * width, top + y * height]).map(([x, y]) => {
        const far = p[6] * x + p[7] * y + 1;
        return onFrame(figure, [(p[0] * x + p[1] * y + p[2]) / far, (p[3] * x + p[4] * y + p[5]) / far]);
      });
      const drawing = document.createElementNS(SVG, 'svg');
      drawing.setAttribute('class', 'tempat');
      drawing.setAttribute('aria-hidden', 'true');
      drawing.appendChild(document.createElementNS(SVG, 'polygon')).setAttribute('points', spots.join(' '));
      figure.append(drawing);
    }
  }
  function crop() {
    find('.potong-baris')?.remove();
    const known = places();
    const place = known.find(({kind}) => kind === state.kind) ?? known[0];
    if (!place) return;
    const {row} = state;
    const {figure, area: [left, top, width, height]} = place;
    const line = document.createElement('tr');
    line.className = 'potong-baris';
    const cell = line.appendChild(document.createElement('td'));
    cell.colSpan = 3;
    const window = cell.appendChild(document.createElement('div'));
    window.className = 'potong';
    row.after(line);
    const across = window.clientWidth / width;
    const down = across / (Number(figure.dataset.aspect) || 1);
    const [w, h] = size(figure);
    const shift = ([x, y]) => [x - left * across, y - top * down];
    const to = [[0, 0], [across, 0], [across, down], [0, down]].map(shift);
    const p = projection(corners(figure).map(([u, v]) => [u * w, v * h]), to);
    if (!p) return line.remove();
    window.style.height = `${Math.min(height * down, 150)}px`;
    const source = find('.layar', figure);
    const image = window.appendChild(new Image());
    image.alt = `Potongan ${source.alt}`;
    image.src = source.src;
    Object.assign(image.style, {
      width: `${w}px`,
      height: `${h}px`,
      transform: `matrix3d(${p[0]},${p[3]},0,${p[6]},${p[1]},${p[4]},0,${p[7]},0,0,1,0,${p[2]},${p[5]},0,1)`,
    });
  }

  // --- buttons, pointer, wheel, arrows ---

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
      if (state.both && state.other) document.dispatchEvent(new CustomEvent('meja:dilihat', {detail: {kind: state.other}}));
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
})();
