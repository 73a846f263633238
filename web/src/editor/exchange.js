// Plain BPMN files in and out, and what is told above the diagram.
//
// Knows files and notices of the page; must not know what a file says beyond the id of its process.
import { button, tag } from './fields.js';

const LARGEST = 1024 * 1024;

/** Hand the reader a file. */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/xml' }));
  const link = tag('a', { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}

/** Let the reader choose a file; gives its text, or null for one that is too large. */
export function chooseFile() {
  return new Promise((resolve) => {
    const input = tag('input', { type: 'file', accept: '.bpmn,.xml,application/xml,text/xml' });
    input.addEventListener('change', async () => {
      const [file] = input.files;
      resolve(!file || file.size > LARGEST ? null : await file.text());
    });
    input.click();
  });
}

export class Notices {
  constructor(host) { this.host = host; }

  /** One sentence with what can be done about it: [words, function] each. `alert` is read at once. */
  show(sentence, choices = [], tone = '') {
    const close = () => note.remove();
    const note = tag('div', { class: `note ${tone}`, role: tone === 'red' ? 'alert' : 'status' }, tag('div', {},
      tag('p', {}, sentence), choices.length > 0 && tag('p', { class: 'actions' }, choices.map(
        ([words, give]) => button(words, () => { close(); give(); })))));
    this.host.replaceChildren(note);
    return close;
  }

  clear() { this.host.replaceChildren(); }
}
