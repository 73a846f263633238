// One moment of a replay in words, beside the diagram: the same as the server writes without a script.
//
// Knows the data of the page and its words; must not know the diagram. Every text becomes a text node.

export const filled = (text, values = {}) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

function make(tag, name = '', ...parts) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...parts.filter((part) => part !== null && part !== undefined && part !== ''));
  return node;
}

function link(url, words) {
  const node = make('a', '', words);
  node.href = url;
  return node;
}

const soft = (words) => make('span', 'soft', words);
const chip = (words, tone = '') => make('span', `chip ${tone}`, words);

/** The nodes that tell the moment after fact k of `data`. */
export function tellMoment(data, k) {
  const { words } = data;
  const say = (key, values) => filled(words[key], values);
  const fact = data.facts[k - 1];
  return [
    ...tellFact(fact, say),
    make('h3', '', say('open_after')),
    tellOpen(data, fact, say),
    make('h3', '', say('papers')),
    tellPapers(data, fact, say),
    ...tellVersions(data, fact, say),
    make('p', 'small', soft(`${say('state')}:`), ' ', chip(data.states[fact.state] ?? fact.state, stateTone(fact.state))),
  ];
}

function tellFact(fact, say) {
  const nodes = [];
  const head = make('p', '', make('strong', '', fact.sentence));
  if (fact.outcome && fact.round > 1) head.append(' ', chip(say('round', { n: fact.round })));
  nodes.push(make('p', 'small soft num', fact.moment), head);
  if (fact.who) {
    const who = make('p', '', fact.who);
    if (fact.signed_as) who.append(make('br'), make('span', 'small soft', fact.signed_as));
    if (fact.behalf) who.append(make('br'), make('span', 'small soft', say('on_behalf', { name: fact.behalf })));
    nodes.push(who);
  }
  if (fact.instrument) nodes.push(make('p', 'small soft', say('instrument', { number: fact.instrument })));
  if (fact.item) nodes.push(make('p', 'small soft', fact.item));
  if (fact.label) {
    const line = make('p', '', chip(fact.label, fact.tone));
    if (fact.to) line.append(' ', make('span', 'small soft', say('to', { step: fact.to })));
    if (fact.draft) line.append(' ', make('span', 'small soft', say('on_draft', { n: fact.draft })));
    nodes.push(line);
  }
  if (fact.number) nodes.push(make('p', 'small soft num', fact.number));
  if (fact.reason) nodes.push(make('blockquote', '', fact.reason));
  else if (fact.reason_erased) nodes.push(make('p', 'small soft', say('erased')));
  if (fact.answers) {
    const list = make('dl', 'facts small');
    for (const [label, value] of fact.answers) list.append(make('dt', '', label), make('dd', 'break prose', value));
    nodes.push(make('details', 'small', make('summary', '', say('filled_in')), list));
  }
  if (fact.form_erased) nodes.push(make('p', 'small soft', say('erased_form')));
  if (fact.url) nodes.push(make('p', 'small', link(fact.url, say('read_it'))));
  return nodes;
}

function tellOpen(data, fact, say) {
  if (!fact.open) return make('p', 'small soft', say('nothing_open'));
  return make('ul', 'bullets small', ...fact.open.map((place) => {
    const task = data.tasks[place];
    const line = make('li', '', make('b', '', task.name));
    if (task.item_title) line.append(' ', soft(task.item_title));
    if (task.round > 1) line.append(' ', soft(`(${say('round', { n: task.round })})`));
    if (task.due) line.append(' ', soft(say('due', { day: task.due })));
    for (const id of latest(task.offered, fact.seq)?.positions ?? []) line.append(make('br'), ...tellPosition(data.positions[id], fact.at, say));
    const holder = latest(task.held ?? [], fact.seq);
    if (holder?.name) line.append(make('br'), soft(say('held_by', { name: holder.name })));
    return line;
  }));
}

/** Who held a position at an instant. */
function tellPosition(position, at, say) {
  const held = position.holders.filter((one) => one.from <= at && (one.to === null || one.to > at));
  if (!held.length) return [`${position.title}: `, make('em', '', say('vacant'))];
  const names = held.map((one) => [one.label, one.name ?? say('erased_person')].filter(Boolean).join(' '));
  return [`${position.title}: ${names.join(', ')}`];
}

const latest = (told, seq) => told.filter((one) => one.seq <= seq).at(-1);

function tellPapers(data, fact, say) {
  const papers = data.documents.filter((one) => one.seq <= fact.seq).reverse();
  if (!papers.length) return make('p', 'small soft', say('no_papers'));
  return make('ul', 'bullets small', ...papers.map((one) => {
    const line = make('li', '', link(one.url, one.title));
    if (one.act) line.append(' ', soft(one.act));
    if (one.number) line.append(' ', make('span', 'soft num', one.number));
    return line;
  }));
}

function tellVersions(data, fact, say) {
  const nodes = [];
  const drafts = data.drafts.filter((one) => one.at <= fact.at);
  if (drafts.length) nodes.push(linked(say('drafts'), drafts.map((one) => link(one.url, say('draft', { n: one.n })))));
  const files = data.files.filter((one) => one.from <= fact.at && (one.to === null || one.to > fact.at));
  if (files.length) nodes.push(linked(say('files'), files.map((one) => link(one.url, one.name))));
  return nodes;
}

function linked(label, links) {
  const line = make('p', 'small break', soft(`${label}:`));
  links.forEach((one, index) => line.append(index ? ', ' : ' ', one));
  return line;
}

function stateTone(state) {
  return { running: 'blue', completed: 'green', suspended: 'amber', incident: 'red' }[state] ?? '';
}
