// Labelled fields of the panel, as plain elements of the page.
//
// Knows inputs, their labels and hints; must not know what is edited. Each gives its value when it is left or
// chosen (`change`), so that one field is one step of undoing.

let counter = 0;
const fresh = () => `isian-${(counter += 1)}`;

/** An element with attributes and children; `on...` functions become listeners. */
export function tag(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One sign of the sprite of the pages. */
export function icon(sprite, name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function labelled(label, control, hint) {
  const id = fresh();
  control.id = id;
  const help = hint && tag('p', { class: 'hint', id: `${id}-bantuan` }, hint);
  if (help) control.setAttribute('aria-describedby', help.id);
  return tag('div', { class: 'field' }, tag('label', { for: id }, label), control, help);
}

export function textField(label, value, give, { hint, key, ...attributes } = {}) {
  const input = tag('input', {
    type: 'text', autocomplete: 'off', spellcheck: 'false', 'data-key': key, ...attributes,
    onchange: () => give(input.value.trim()),
  });
  input.value = value ?? '';
  return labelled(label, input, hint);
}

export function areaField(label, value, give, { hint, key, ...attributes } = {}) {
  const area = tag('textarea', { rows: 3, 'data-key': key, ...attributes, onchange: () => give(area.value.trim()) });
  area.value = value ?? '';
  return labelled(label, area, hint);
}

/** `choices` are [value, words], or {group, choices}; a value the list does not have is kept and shown. */
export function choiceField(label, value, choices, give, { hint, key } = {}) {
  const select = tag('select', { 'data-key': key, onchange: () => give(select.value) });
  fill(select, choices, value);
  return labelled(label, select, hint);
}

export function fill(select, choices, value) {
  const option = ([given, words]) => tag('option', { value: given }, words);
  select.replaceChildren(...choices.map((one) => (Array.isArray(one)
    ? option(one) : tag('optgroup', { label: one.group }, one.choices.map(option)))));
  const wanted = value ?? '';
  if (![...select.options].some((one) => one.value === wanted)) select.append(option([wanted, wanted]));
  select.value = wanted;
}

export function tickField(label, value, give, { key } = {}) {
  const box = tag('input', { type: 'checkbox', 'data-key': key, onchange: () => give(box.checked) });
  box.checked = Boolean(value);
  return tag('label', { class: 'tick' }, box, tag('span', {}, label));
}

/** A group of fields that can be folded; it stays as the reader left it. */
export function section(title, key, content, folded) {
  const open = !folded.has(key);
  const box = tag('details', {
    class: 'part', open, 'data-part': key,
    ontoggle: () => { if (box.open) folded.delete(key); else folded.add(key); },
  }, tag('summary', {}, tag('h3', {}, title)), tag('div', { class: 'part-body' }, content));
  return box;
}

export const button = (words, give, { kind = 'slim', ...attributes } = {}) => tag(
  'button', { type: 'button', class: `btn ${kind}`, onclick: give, ...attributes }, words);
