// Messages sent by hand: whoever comes back from WhatsApp is asked whether it was sent, and goes on by keys (keys.js).
// Without this file the same buttons work; the question then comes with the next look at the page.
(() => {
  const KEPT = 'pesan:lanjut';
  const kept = {
    put() { try { sessionStorage.setItem(KEPT, '1'); } catch { /* The keyboard then starts at the top. */ } },
    take() { try { const was = sessionStorage.getItem(KEPT); sessionStorage.removeItem(KEPT); return was; } catch { return null; } },
  };
  let opened = false;
  addEventListener('submit', ({target}) => {
    if (!target.closest('#giliran')) return;
    kept.put();
    opened = target.hasAttribute('data-buka');
  });
  function back() {
    if (!opened || document.hidden || !document.hasFocus()) return;
    opened = false;
    location.reload();
  }
  document.addEventListener('visibilitychange', back);
  addEventListener('focus', back);
  if (kept.take()) (document.querySelector('#ringkasan') ?? document.querySelector('#giliran [data-utama]') ?? document.querySelector('h1')).focus();
})();
