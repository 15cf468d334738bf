// A NIK tells birth date and sex, as a rule: they are filled in as a suggestion, and typed over where the card says other.
(() => {
  const form = document.getElementById('isian');
  if (!form) return;
  const {nik, tgl_lahir: born, jenis_kelamin: sex} = form.elements;
  let suggested = '';
  nik.addEventListener('input', () => {
    const digits = nik.value.replace(/\D/g, '');
    if (digits.length !== 16 || (born.value && born.value !== suggested)) return;
    const coded = +digits.slice(6, 8);
    const day = coded > 40 ? coded - 40 : coded;
    const month = +digits.slice(8, 10);
    const year = +digits.slice(10, 12);
    const century = year > new Date().getFullYear() % 100 ? 1900 : 2000;
    if (day < 1 || day > 31 || month < 1 || month > 12) return;
    const two = number => String(number).padStart(2, '0');
    born.value = suggested = `${two(day)}-${two(month)}-${century + year}`;
    if (!sex.value || sex.dataset.suggested === sex.value) sex.dataset.suggested = sex.value = coded > 40 ? 'female' : 'male';
  });
})();
