// Conditions of flows: Paraf's subset of FEEL read into a tree, and trees of the usual shape into rows.
//
// Knows the grammar of `engine/expressions.py`; must not know routes or how a condition is shown. The server
// reads every condition again; what is found here only helps while typing.

const TOKEN = new RegExp(
  '\\s*(?:("(?:[^"\\\\\\x00-\\x1f]|\\\\["\\\\])*")|(-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,6})?(?![\\w.]))'
  + '|((?:and|or|not|in|true|false|null)\\b(?!\\.))'
  + '|([A-Za-z_]\\w{0,99}\\.[A-Za-z_]\\w{0,99}(?![\\w.]))|(!=|<=|>=|[=<>])|([(),]))', 'y');
const OPERATORS = ['=', '!=', '<', '<=', '>', '>='];
const MIRRORED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const DEEPEST = 25;
const LONGEST = 1000;

/** A text that is no condition; `position` is the offset of the first sign that cannot be read. */
export class ConditionFault extends Error {
  constructor(position) {
    super(`no condition (${position})`);
    this.position = position;
  }
}

function tokens(text) {
  if (text.length > LONGEST) throw new ConditionFault(LONGEST);
  const found = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ConditionFault(from + /^\s*/.exec(text.slice(from))[0].length);
    const kind = ['text', 'number', 'word', 'name', 'operator', 'sign'].find((_, at) => match[at + 1]);
    const value = match.slice(1).find(Boolean);
    found.push({ kind, value, position: TOKEN.lastIndex - value.length });
  }
  return [...found, { kind: 'end', value: '', position: end }];
}

/** The tree of a condition: {and|or: [...]}, {not}, {name}, {value}, {left, operator, right}, {left, in}.
    Throws ConditionFault. */
export function readCondition(text) {
  const list = tokens(text);
  let at = 0;
  let depth = 0;
  const is = (...values) => values.includes(list[at].value) && list[at].kind !== 'text';
  const fail = () => { throw new ConditionFault(list[at].position); };
  const take = (value) => (is(value) ? list[at++] : fail());

  const joined = (word, part) => () => {
    const parts = [part()];
    while (is(word)) { at += 1; parts.push(part()); }
    return parts.length > 1 ? { [word]: parts } : parts[0];
  };
  const literal = () => {
    const token = list[at];
    if (token.kind === 'text') { at += 1; return { value: token.value.slice(1, -1).replace(/\\(.)/g, '$1') }; }
    if (token.kind === 'number') { at += 1; return { value: Number(token.value) }; }
    if (is('true', 'false', 'null')) { at += 1; return { value: JSON.parse(token.value) }; }
    return fail();
  };
  const inBrackets = () => {
    take('(');
    depth += 1;
    if (depth > DEEPEST) fail();
    const inner = either();
    take(')');
    depth -= 1;
    return inner;
  };
  const term = () => {
    if (list[at].kind === 'name') return { name: list[at++].value };
    if (is('not')) { at += 1; return { not: inBrackets() }; }
    return is('(') ? inBrackets() : literal();
  };
  const claim = () => {
    const left = term();
    if (is(...OPERATORS)) return { left, operator: list[at++].value, right: term() };
    if (!is('in')) return left;
    at += 1;
    take('(');
    const values = [literal().value];
    while (is(',')) { at += 1; values.push(literal().value); }
    take(')');
    return { left, in: values };
  };
  const both = joined('and', claim);
  const either = joined('or', both);

  const tree = either();
  return list[at].kind === 'end' ? tree : fail();
}

// --- rows -------------------------------------------------------------------------------------

const row = (tree) => {
  if (tree.name) return { name: tree.name, operator: '=', value: true, short: true };
  if (tree.not?.name) return { name: tree.not.name, operator: '=', value: false, short: true };
  if (tree.left?.name && tree.right && 'value' in tree.right) {
    return { name: tree.left.name, operator: tree.operator, value: tree.right.value };
  }
  if (tree.right?.name && 'value' in (tree.left ?? {})) {
    return { name: tree.right.name, operator: MIRRORED[tree.operator], value: tree.left.value };
  }
  return null;
};

/** The condition as alternatives of claims: [[row, row], [row]] for `(a and b) or c`, each row
    {name, operator, value}; null when it is built otherwise. Throws ConditionFault. */
export function asRows(text) {
  if (!text.trim()) return [];
  const tree = readCondition(text);
  const groups = (tree.or ?? [tree]).map((part) => (part.and ?? [part]).map(row));
  return groups.flat().includes(null) ? null : groups;
}

const written = (value) => (typeof value === 'string'
  ? `"${value.replace(/[\\"]/g, '\\$&')}"` : String(value));

function claimed({ name, operator, value, short }) {
  if (short && value === true) return name;
  if (short && value === false) return `not(${name})`;
  return `${name} ${operator} ${written(value)}`;
}

/** The text of rows as `asRows` gives them. */
export function asText(groups) {
  const whole = groups.filter((rows) => rows.length);
  return whole.map((rows) => {
    const text = rows.map(claimed).join(' and ');
    return whole.length > 1 && rows.length > 1 ? `(${text})` : text;
  }).join(' or ');
}

/** The condition with every name `old.x` read as `fresh.x`, and every literal "old" as "fresh". */
export function renamed(text, old, fresh) {
  const name = new RegExp(`(^|[^\\w."])${old}(?=\\.[A-Za-z_])`, 'g');
  const literal = new RegExp(`(\\.return_to\\s*(?:=|!=)\\s*)"${old}"`, 'g');
  return text.replace(name, `$1${fresh}`).replace(literal, `$1"${fresh}"`);
}
