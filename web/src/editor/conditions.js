// A condition without code: claims chosen from lists, the FEEL text behind them beside, each changing the
// other.
//
// Knows rows and text of one condition; must not know where it is kept.
import { asRows, asText, ConditionFault } from './feel.js';
import { button, fill, tag } from './fields.js';

const NUMBERS = ['=', '!=', '<', '<=', '>', '>='];
const EQUALS = ['=', '!='];

/** The editor of one condition. `subjects` are groups of what may be asked, `give(text)` takes the text when
    it is whole or empty. */
export function conditionEditor(text, subjects, give, { say, key = 'condition', label }) {
  const known = new Map(subjects.flatMap((group) => group.choices.map((one) => [one.name, one])));
  const area = tag('textarea', {
    class: 'mono', rows: 2, 'data-key': key, spellcheck: 'false', id: `${key}-teks`,
    'aria-describedby': `${key}-salah`, oninput: () => check(), onchange: () => typed(),
  });
  area.value = text;
  const rows = tag('div', { class: 'claims' });
  const wrong = tag('p', { class: 'wrong', id: `${key}-salah`, role: 'status' });
  const operators = {
    '=': say('is'), '!=': say('is not'), '<': say('is less than'), '<=': say('is at most'),
    '>': say('is more than'), '>=': say('is at least'),
  };

  function fault() {
    try {
      asRows(area.value);
      return null;
    } catch (found) {
      if (found instanceof ConditionFault) return found;
      throw found;
    }
  }

  function check() {
    const found = fault();
    area.setAttribute('aria-invalid', String(Boolean(found)));
    wrong.textContent = found ? say('The condition cannot be read from sign {n} on.', { n: found.position + 1 }) : '';
    return !found;
  }

  function typed() {
    if (!check()) return;
    draw();
    give(area.value.trim());
  }

  function chosen(groups) {
    area.value = asText(groups);
    check();
    draw();
    give(area.value);
  }

  function draw() {
    const groups = fault() ? null : asRows(area.value);
    if (!groups) {
      rows.replaceChildren(tag('p', { class: 'hint' }, fault()
        ? say('Mend the text below, or empty it and choose anew.')
        : say('This condition is built in a way that the lists cannot show. It can be changed as text.')));
      return;
    }
    rows.replaceChildren(...groups.flatMap((group, at) => [
      at > 0 && tag('p', { class: 'joined-by' }, say('or')),
      tag('div', { class: 'claim-group' }, group.map((one, place) => claim(groups, at, place))),
    ].filter(Boolean)), tag('div', { class: 'actions' },
      groups.length > 0 && button(say('And another condition'), () => chosen(added(groups, false))),
      button(groups.length ? say('Or another possibility') : say('Choose a condition'), () => chosen(added(groups, true)))));
  }

  function added(groups, apart) {
    const first = subjects[0]?.choices[0];
    const fresh = starting(first);
    const copy = groups.map((group) => [...group]);
    if (apart || !copy.length) copy.push([fresh]);
    else copy.at(-1).push(fresh);
    return copy;
  }

  function claim(groups, at, place) {
    const one = groups[at][place];
    const about = known.get(one.name);
    const put = (change) => chosen(groups.map((group, n) => group.map((row, m) => (n === at && m === place
      ? change : row))));
    const what = tag('select', { 'aria-label': say('What is asked'), 'data-key': `${key}-what`,
      onchange: () => put(starting(known.get(what.value) ?? { name: what.value, kind: 'text' })) });
    fill(what, subjects.map((group) => ({ group: group.group, choices: group.choices.map((choice) => [
      choice.name, `${group.group}: ${choice.label}`]) })), one.name);
    const how = tag('select', { 'aria-label': say('How it is compared'), 'data-key': `${key}-how`,
      onchange: () => put({ ...one, operator: how.value, short: false }) });
    const list = about?.kind === 'number' ? NUMBERS : EQUALS;
    fill(how, list.map((sign) => [sign, operators[sign]]), one.operator);
    const remove = button(say('Remove'), () => chosen(groups.map((group, n) => group.filter(
      (_, m) => n !== at || m !== place)).filter((group) => group.length)), { kind: 'slim plain' });
    return tag('div', { class: 'claim' }, place > 0 && tag('span', { class: 'joined-by' }, say('and')), what, how,
      valueField(one, about, put), remove);
  }

  function valueField(one, about, put) {
    const named = { 'aria-label': say('The value'), 'data-key': `${key}-value` };
    if (about?.kind === 'boolean' || (!about && typeof one.value === 'boolean')) {
      const select = tag('select', { ...named, onchange: () => put({ ...one, value: select.value === 'true' }) });
      fill(select, [['true', say('Yes')], ['false', say('No')]], String(one.value));
      return select;
    }
    if (about?.values?.length) {
      const select = tag('select', { ...named, onchange: () => put({ ...one, value: select.value }) });
      fill(select, about.values, String(one.value));
      return select;
    }
    const number = about?.kind === 'number';
    const input = tag('input', { ...named, type: number ? 'number' : 'text', onchange: () => put({
      ...one, value: number || typeof one.value === 'number' ? Number(input.value) : input.value }) });
    input.value = String(one.value ?? '');
    return input;
  }

  check();
  draw();
  return tag('div', { class: 'condition', role: 'group', 'aria-label': label }, rows,
    tag('div', { class: 'field' }, tag('label', { for: `${key}-teks` }, say('As text (FEEL)')), area, wrong));
}

function starting(about) {
  if (!about) return { name: 'case.sop_kind', operator: '=', value: 'mikro' };
  if (about.kind === 'boolean') return { name: about.name, operator: '=', value: true, short: about.short };
  if (about.kind === 'number') return { name: about.name, operator: '>', value: 0 };
  return { name: about.name, operator: '=', value: about.values?.[0]?.[0] ?? '' };
}

/** A condition in words, for a summary; the text itself where rows cannot say it. */
export function inWords(text, subjects, say) {
  let groups;
  try {
    groups = asRows(text);
  } catch {
    return text;
  }
  if (!groups) return text;
  const known = new Map(subjects.flatMap((group) => group.choices.map(
    (one) => [one.name, { ...one, group: group.group }])));
  const told = ({ name, operator, value }) => {
    const about = known.get(name);
    const what = about ? `${about.group}: ${about.label}` : name;
    const is = { '=': say('is'), '!=': say('is not'), '<': say('is less than'), '<=': say('is at most'),
      '>': say('is more than'), '>=': say('is at least') }[operator];
    const yes = typeof value === 'boolean' ? say(value ? 'Yes' : 'No') : value;
    return `${what} ${is} ${about?.values?.find(([one]) => one === value)?.[1] ?? yes}`;
  };
  return groups.map((group) => group.map(told).join(` ${say('and')} `)).join(` ${say('or')} `);
}
