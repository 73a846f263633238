// The buttons above the diagram and the list of keys.
//
// Knows what can be asked of the editor and how it is called; must not know how it is done.
import { icon, tag } from './fields.js';

const keys = (say) => [
  ['Ctrl + Z', say('Undo')], ['Ctrl + Y', say('Redo')], ['Ctrl + F', say('Search in diagram')],
  ['Delete', say('Remove what is chosen')], ['Ctrl + A', say('Choose everything')],
  ['Ctrl + C, Ctrl + V', say('Copy and paste')], ['Ctrl + +, Ctrl + -, Ctrl + 0', say('Zoom in, out, to normal')],
  ['E', say('Write the name of the chosen element')],
  ['H, L, S, C', say('Tools: move, choose several, make room, connect')],
  ['R', say('Change the kind of the chosen element')],
];

/** `actions` are {name, words, sign, plain, act}; gives the toolbar and its buttons by name. */
export function toolbar(host, actions, icons) {
  const buttons = {};
  for (const { name, words, sign, plain, act } of actions) {
    const made = tag('button', { type: 'button', class: 'btn slim', title: plain ? words : undefined,
      'aria-label': plain ? words : undefined, 'data-do': name, onclick: act }, icon(icons, sign), plain ? '' : words);
    buttons[name] = made;
    host.append(made);
  }
  return buttons;
}

export function keyboardHelp(say) {
  const rows = keys(say).map(([key, words]) => tag('tr', {}, tag('th', { scope: 'row' }, tag('kbd', {}, key)), tag('td', {}, words)));
  const dialog = tag('dialog', { class: 'keys', 'aria-labelledby': 'judul-papan-ketik' },
    tag('h2', { id: 'judul-papan-ketik' }, say('Keys in the diagram')),
    tag('p', { class: 'hint' }, say('The keys work while the diagram has the focus. Everything can also be done by keyboard alone in the step table.')),
    tag('table', {}, tag('tbody', {}, rows)),
    tag('form', { method: 'dialog' }, tag('button', { class: 'btn' }, say('Close'))));
  document.body.append(dialog);
  return () => dialog.showModal();
}
