// Before the first paint: what only scripts make work stands in its place at once, so that nothing moves when they come;
// and it goes again when one of them does not come.
(() => {
  const {classList} = document.documentElement;
  classList.add('js');
  addEventListener('error', ({target}) => { if (target.tagName === 'SCRIPT') classList.remove('js'); }, true);
})();
