// A second look: one document at a time, digits tick its reasons; that it fits and a reason against it exclude each other.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const sheets = () => all('.alasan');
  const ticks = sheet => all('.tolak input', sheet);
  const fits = sheet => ticks(sheet)[0];
  const done = sheet => ticks(sheet).some(tick => tick.checked);
  let shown = '';
  document.addEventListener('meja:dokumen', ({detail: {kind}}) => {
    shown = kind;
    for (const sheet of sheets()) sheet.hidden = sheet.dataset.kind !== kind;
  });
  const open = sheet => document.querySelector(`#berkas [data-act][data-kind="${sheet.dataset.kind}"]`).click();
  document.addEventListener('change', ({target}) => {
    const sheet = target.closest('.alasan');
    if (!sheet || !target.checked) return;
    for (const tick of ticks(sheet)) if ((tick === fits(sheet)) !== (target === fits(sheet))) tick.checked = false;
  });
  document.addEventListener('meja:tombol', event => {
    const {key, again} = event.detail;
    const tick = /^[1-9]$/.test(key) && document.querySelector(`.alasan[data-kind="${shown}"] [data-digit="${key}"]`);
    if (!tick) return;
    event.preventDefault();
    if (again) return;
    tick.click();
    if (tick.value === 'other' && tick.checked) document.querySelector(`[name="catatan_${shown}"]`).focus();
  });
  document.addEventListener('click', event => {
    const act = event.target.closest?.('[data-act]')?.dataset.act;
    const left = sheets().find(sheet => !done(sheet));
    if (act === 'cocok') {
      const sheet = sheets().find(one => one.dataset.kind === shown);
      if (!fits(sheet).checked) fits(sheet).click();
      const next = sheets().find(one => !done(one));
      if (next) open(next);
      else document.querySelector('#kabar').textContent = 'Semua dokumen dinilai. Simpan penilaian.';
    } else if (act === 'terima' && left) {
      event.preventDefault();
      open(left);
      document.querySelector('#kabar').textContent = 'Dokumen ini belum dinilai.';
    }
  });
  document.dispatchEvent(new CustomEvent('meja:baru'));
  const first = sheets().find(sheet => sheet.querySelector('.galat')) ?? sheets()[0];
  if (first) open(first);
})();
