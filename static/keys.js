// Keys press visible buttons: each says its own key by aria-keyshortcuts. A page with more to do listens for
// meja:tombol first (preventDefault takes the key), and for meja:keluar when Esc leaves a field.
(() => {
  const TYPING = 'textarea,select,[contenteditable],input:not([type=checkbox]):not([type=radio])';
  const OWN_KEYS = {Space: 'button,summary,a,input', Enter: 'button,summary,a'};
  const find = selector => document.querySelector(selector);
  const fire = (name, target, detail) => target.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, cancelable: true}));

  function keyOf(event) {
    if (event.key === ' ') return 'Space';
    return event.shiftKey && /^[A-Z]$/.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  }
  function help() {
    const list = find('#daftar-pintas');
    const button = find('[data-act=bantuan]');
    list.hidden = !list.hidden;
    button.setAttribute('aria-expanded', String(!list.hidden));
    (list.hidden ? button : list).focus();
  }
  document.addEventListener('keydown', event => {
    const {target} = event;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      const list = find('#daftar-pintas');
      if (list && !list.hidden) help();
      else if (target.matches(TYPING)) fire('meja:keluar', target);
      return;
    }
    const key = keyOf(event);
    if (key !== 'F2' && target.matches(TYPING)) return;
    if (OWN_KEYS[key] && target.matches(OWN_KEYS[key])) return;
    if (!fire('meja:tombol', target, {key, again: event.repeat})) return event.preventDefault();
    const button = [...document.querySelectorAll('[aria-keyshortcuts]')].find(one => one.getAttribute('aria-keyshortcuts').split(' ').includes(key) && !one.disabled);
    if (!button) return;
    event.preventDefault();
    if (event.repeat && !/perbesar|perkecil/.test(button.dataset.act)) return;
    if (button.id === 'cari') return button.focus();
    button.click();
  });
  document.addEventListener('click', ({target}) => {
    if (target.closest?.('[data-act=bantuan]')) help();
  });
})();
