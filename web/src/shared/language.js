// The words of an island: an English sentence is the key, a catalogue has its Indonesian.
//
// Knows the language of the page and what a catalogue lacks; must not know what the words are about. What
// is missing is noted on the root element (`data-untranslated`), where a test finds it.

export const language = () => document.documentElement.lang || 'id';

/** A function that says `msgid` in the language of the page, its `{places}` filled from `values`. */
export function speaker(...catalogues) {
  const words = Object.assign({}, ...catalogues);
  const english = language() === 'en';
  return function say(msgid, values = {}) {
    if (!msgid) return '';
    let text = msgid;
    if (!english) {
      if (words[msgid] === undefined) note(msgid);
      text = words[msgid] ?? msgid;
    }
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}

function note(msgid) {
  const { dataset } = document.documentElement;
  const missing = new Set(JSON.parse(dataset.untranslated || '[]'));
  dataset.untranslated = JSON.stringify([...missing.add(msgid)]);
}

/** The module that makes bpmn-js speak; `say` knows the keys of `shared/indonesian.json`. */
export const translation = (say) => ({ translate: ['value', say] });
