// Where a value stands on the straightened document, as it is, nothing read by a machine.

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
