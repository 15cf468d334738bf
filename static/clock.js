// The desk's clock goes on, by the server's time.
(() => {
  const clock = document.getElementById('jam');
  const ahead = clock.dataset.kini - Date.now();
  const wib = new Intl.DateTimeFormat('id-ID', {hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Jakarta'});
  setInterval(() => { clock.textContent = `${wib.format(Date.now() + ahead).replace(':', '.')} WIB`; }, 10000);
})();
