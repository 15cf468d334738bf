// The supervisor's figures go on only while somebody looks, and at once when somebody comes back.
(() => {
  const figures = () => document.getElementById('angka');
  let asked = Date.now();
  document.addEventListener('htmx:config:request', event => {
    if (event.detail.ctx.sourceElement !== figures()) return;
    // What somebody is reading by keyboard, or has opened, is not swapped away.
    const open = figures().contains(document.activeElement) || figures().querySelector('details[open]');
    if (document.hidden || open) event.preventDefault();
    else asked = Date.now();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() - asked > 60000) figures().dispatchEvent(new Event('lihat'));
  });
})();
