// What a decision table gives: the columns of its answer, for the conditions behind the step that asks it.
//
// Knows the DMN file as the server keeps it; must not know the diagram. The server reads and checks the
// table itself (`engine/table_sheet.py`): what cannot be read here is merely not offered.

const WORDS = /"((?:[^"\\]|\\.)*)"/g;
const NUMBERS = ['number', 'integer'];

const texts = (nodes) => Array.from(nodes, (one) => one.textContent);
const words = (cells) => cells.flatMap((cell) => [...cell.matchAll(WORDS)].map(([literal]) => JSON.parse(literal)));

/** The columns of the answer of a table: {name, label, kind, values}; a column of text that names no values
    can have those of its rows. */
export function outputsOf(file) {
  const table = new DOMParser().parseFromString(file ?? '', 'application/xml');
  const rows = [...table.getElementsByTagNameNS('*', 'rule')];
  return Array.from(table.getElementsByTagNameNS('*', 'output'), (column, place) => {
    const [name, type] = [column.getAttribute('name'), column.getAttribute('typeRef') ?? 'string'];
    const found = { name, label: column.getAttribute('label') || name, kind: 'text' };
    if (type === 'boolean') return { ...found, kind: 'boolean' };
    if (NUMBERS.includes(type)) return { ...found, kind: 'number' };
    const named = texts(column.getElementsByTagNameNS('*', 'outputValues'));
    const given = rows.map((row) => row.getElementsByTagNameNS('*', 'outputEntry')[place]?.textContent ?? '');
    const values = [...new Set(words(named.length ? named : given))];
    return { ...found, values: values.length ? values.map((one) => [one, one]) : undefined };
  }).filter(({ name }) => name);
}
