// What a decision table gives: the columns of its answer, for the conditions behind the step that asks it.
//
// Knows the DMN file as the server keeps it; must not know the diagram. The server reads and checks the
// table itself (`engine/table_sheet.py`): what cannot be read here is merely not offered. The browser's own
// parser would answer a broken file with a page in styles of its own, which the policy of the pages forbids.
import { Parser } from 'saxen';

const WORDS = /"((?:[^"\\]|\\.)*)"/g;
const NUMBERS = ['number', 'integer'];

const words = (cells) => cells.flatMap((cell) => [...cell.matchAll(WORDS)].map(([literal]) => JSON.parse(literal)));

/** The columns of the answer of a table: {name, label, kind, values}; a column of text that names no values
    can have those of its rows. */
export function outputsOf(file) {
  return read(file ?? '').filter(({ name }) => name).map(({ name, label, type, named, given }) => {
    const found = { name, label: label || name, kind: 'text' };
    if (type === 'boolean') return { ...found, kind: 'boolean' };
    if (NUMBERS.includes(type)) return { ...found, kind: 'number' };
    const values = [...new Set(words(named.length ? named : given))];
    return { ...found, values: values.length ? values.map((one) => [one, one]) : undefined };
  });
}

/** Every output with the text of its values and of its cells; none of a file that is no XML. */
function read(file) {
  const columns = [];
  let [place, cells, broken] = [0, null, false];
  const parser = new Parser();
  parser.on('openTag', (tag, attributes) => {
    const kind = tag.slice(tag.indexOf(':') + 1);
    if (kind === 'output') {
      const { name, label, typeRef: type } = attributes();
      columns.push({ name, label, type, named: [], given: [] });
    }
    if (kind === 'rule') place = 0;
    if (kind === 'outputValues') cells = columns.at(-1)?.named;
    if (kind === 'outputEntry') { cells = columns[place]?.given; place += 1; }
  });
  parser.on('closeTag', (tag) => { if (/(?:^|:)output(?:Values|Entry)$/.test(tag)) cells = null; });
  parser.on('text', (text, decoded) => cells?.push(decoded(text)));
  parser.on('cdata', (text) => cells?.push(text));
  parser.on('error', () => { broken = true; });
  parser.parse(file);
  return broken ? [] : columns;
}
