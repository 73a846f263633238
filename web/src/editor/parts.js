// Fields that several kinds of elements share: role, time, rows that can be added and taken away.
//
// Knows how a role and a time are written in the file; must not know which element they belong to.
import { button, choiceField, section, tag, textField } from './fields.js';

const OF_UNIT = /^(pimpinan|staf)\(([A-Z0-9_.-]*)\)$/;
const SPANS = [['D', /^P(\d{1,4})D$/, (n) => `P${n}D`], ['H', /^PT(\d{1,4})H$/, (n) => `PT${n}H`],
  ['M', /^PT(\d{1,5})M$/, (n) => `PT${n}M`]];

/** Who does it: a role of the office, or head or staff of one unit. `none` says what an empty choice means. */
export function roleFields(label, value, give, { say, words, none, item = false, key = 'role' }) {
  const [, kind, unit] = OF_UNIT.exec(value ?? '') ?? [];
  const roles = words.roles().filter(([role]) => item || role !== 'item');
  const choices = [['', none], ...roles,
    ['pimpinan()', say('Head of one unit')], ['staf()', say('Staff of one unit')]];
  const units = words.units();
  const first = units[0]?.[0] ?? '';
  const chosen = (role) => give(OF_UNIT.test(role) ? role.replace('()', `(${unit || first})`) : role);
  const select = choiceField(label, kind ? `${kind}()` : value, choices, chosen, { key });
  if (!kind) return [select];
  const which = units.length
    ? choiceField(say('Unit'), unit, units, (code) => give(`${kind}(${code})`), { key: `${key}-unit` })
    : textField(say('Unit'), unit, (code) => give(`${kind}(${code.toUpperCase()})`), { key: `${key}-unit` });
  return [select, which];
}

/** A span of time as a number and its unit; what is written otherwise is shown and edited as text. */
export function spanFields(label, value, give, { say, working = true, key = 'span' }) {
  const names = working
    ? { D: say('working days'), H: say('working hours'), M: say('minutes') }
    : { D: say('days'), H: say('hours'), M: say('minutes') };
  const found = SPANS.find(([, shape]) => shape.test(value ?? ''));
  if (value && !found) {
    return [textField(label, value, give, { key, hint: say('Written like P3D or PT4H.') })];
  }
  const unit = found?.[0] ?? 'D';
  const number = tag('input', { type: 'number', min: 1, max: 9999, 'data-key': key, id: `${key}-jumlah`, onchange: () => put() });
  number.value = found ? found[1].exec(value)[1] : '';
  const units = tag('select', { 'data-key': `${key}-unit`, 'aria-label': say('Unit of time'), onchange: () => number.value && put() },
    SPANS.map(([sign]) => tag('option', { value: sign, selected: sign === unit }, names[sign])));
  const put = () => give(Number(number.value) > 0
    ? SPANS.find(([sign]) => sign === units.value)[2](Math.trunc(Number(number.value))) : '');
  return [tag('div', { class: 'field' }, tag('label', { for: `${key}-jumlah` }, label),
    tag('div', { class: 'joined' }, number, units))];
}

/** A span in words: "3 hari kerja". */
export function spanInWords(value, say) {
  const [sign, shape] = SPANS.find(([, one]) => one.test(value ?? '')) ?? [];
  if (!sign) return value ?? '';
  const words = { D: say('working days'), H: say('working hours'), M: say('minutes') };
  return `${shape.exec(value)[1]} ${words[sign]}`;
}

/** Rows of attributes as cards. `read()` gives the rows as they are now, `write(rows)` puts them, `draw(row,
    put, at)` gives the fields of one, `fresh()` a new one. */
export function rowsOf({ key, read, write, draw, fresh, add, title, say }) {
  const put = (at) => (change) => write(read().map((row, n) => (n === at ? { ...row, ...change } : row)));
  const remove = (at) => write(read().filter((_, n) => n !== at));
  const move = (at, by) => {
    const rows = read();
    rows.splice(at + by, 0, ...rows.splice(at, 1));
    write(rows);
  };
  const last = read().length - 1;
  const cards = read().map((row, at) => tag('li', { class: 'row-card', 'data-row': `${key}-${at}` },
    draw(row, put(at), at),
    tag('div', { class: 'actions' },
      at > 0 && button(say('Move up'), () => move(at, -1), { kind: 'slim plain' }),
      at < last && button(say('Move down'), () => move(at, 1), { kind: 'slim plain' }),
      button(say('Remove {what}', { what: title(row, at) }), () => remove(at), { kind: 'slim plain' }))));
  return [tag('ol', { class: 'row-cards' }, cards),
    button(add, () => write([...read(), fresh()]), { 'data-key': `${key}-add` })];
}

/** The articles behind an element, one a line. */
export const citeRows = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean).map((ref) => ({ ref }));

export { section };
