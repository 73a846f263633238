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

/** The moment beside the drawing, in parts; a part is written anew only when it says something else. */
export class Telling {
  /** `place` holds what the server told of one moment, until another is told. */
  constructor(place, data) {
    this.place = place;
    this.data = data;
    this.say = (key, values) => filled(data.words[key], values);
    this.parts = null;
    this.told = [];
  }

  /** Tell the moment after fact k. */
  tell(k) {
    const { data, say } = this;
    const fact = data.facts[k - 1];
    const holders = openTasks(data, fact);
    const papers = data.documents.filter((one) => one.seq <= fact.seq);
    const drafts = data.drafts.filter((one) => one.at <= fact.at);
    const files = data.files.filter((one) => one.from <= fact.at && (one.to === null || one.to > fact.at));
    this.write([
      [k, () => tellFact(fact, say)],
      [JSON.stringify(holders), () => tellOpen(holders, say)],
      [papers.length, () => tellPapers(papers, say)],
      [`${drafts.length} ${files.map((one) => one.url)}`, () => tellVersions(drafts, files, say)],
      [fact.state, () => tellState(data.states, fact.state, say)],
    ]);
  }

  write(parts) {
    if (!this.parts) {
      this.parts = parts.map(() => make('div', 'rp-part'));
      this.place.replaceChildren(...this.parts);
    }
    parts.forEach(([key, nodes], index) => {
      if (this.told[index] === key) return;
      this.told[index] = key;
      this.parts[index].replaceChildren(...nodes());
    });
  }
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
    if (fact.asked_by) who.append(make('br'), make('span', 'small soft', say('asked_by', { name: fact.asked_by })));
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

/** The tasks open after a fact with whoever could act in them then. */
function openTasks(data, fact) {
  return (fact.open ?? []).map((place) => {
    const task = data.tasks[place];
    const positions = latest(task.offered, fact.seq)?.positions ?? [];
    return { ...task, offered: positions.map((id) => heldAt(data.positions[id], fact.at)), held: latest(task.held ?? [], fact.seq)?.name };
  });
}

function heldAt({ title, holders }, at) {
  return { title, holders: holders.filter((one) => one.from <= at && (one.to === null || one.to > at)) };
}

const latest = (told, seq) => told.filter((one) => one.seq <= seq).at(-1);

function tellOpen(tasks, say) {
  const head = make('h3', '', say('open_after'));
  if (!tasks.length) return [head, make('p', 'small soft', say('nothing_open'))];
  return [head, make('ul', 'bullets small', ...tasks.map((task) => {
    const line = make('li', '', make('b', '', task.name));
    if (task.item_title) line.append(' ', soft(task.item_title));
    if (task.round > 1) line.append(' ', soft(`(${say('round', { n: task.round })})`));
    if (task.due) line.append(' ', soft(say('due', { day: task.due })));
    for (const position of task.offered) line.append(make('br'), ...tellPosition(position, say));
    if (task.held) line.append(make('br'), soft(say('held_by', { name: task.held })));
    return line;
  }))];
}

function tellPosition({ title, holders }, say) {
  if (!holders.length) return [`${title}: `, make('em', '', say('vacant'))];
  const names = holders.map((one) => [one.label, one.name ?? say('erased_person')].filter(Boolean).join(' '));
  return [`${title}: ${names.join(', ')}`];
}

function tellPapers(papers, say) {
  const head = make('h3', '', say('papers'));
  if (!papers.length) return [head, make('p', 'small soft', say('no_papers'))];
  return [head, make('ul', 'bullets small', ...papers.reverse().map((one) => {
    const line = make('li', '', link(one.url, one.title));
    if (one.act) line.append(' ', soft(one.act));
    if (one.number) line.append(' ', make('span', 'soft num', one.number));
    return line;
  }))];
}

function tellVersions(drafts, files, say) {
  const nodes = [];
  if (drafts.length) nodes.push(linked(say('drafts'), drafts.map((one) => link(one.url, say('draft', { n: one.n })))));
  if (files.length) nodes.push(linked(say('files'), files.map((one) => link(one.url, one.name))));
  return nodes;
}

function linked(label, links) {
  const line = make('p', 'small break', soft(`${label}:`));
  links.forEach((one, index) => line.append(index ? ', ' : ' ', one));
  return line;
}

function tellState(states, state, say) {
  return [make('p', 'small', soft(`${say('state')}:`), ' ', chip(states[state] ?? state, stateTone(state)))];
}

function stateTone(state) {
  return { running: 'blue', completed: 'green', suspended: 'amber', incident: 'red' }[state] ?? '';
}
