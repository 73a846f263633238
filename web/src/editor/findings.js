// What the server found in the draft: a list, marks on the elements, and the way into a fault walked on the
// diagram.
//
// Knows findings as `POST /drafts/{id}/findings` gives them; must not judge a route itself.
import { extensions, subject } from './intentions.js';
import { button, icon, tag } from './fields.js';

const PAUSE = 900;
const GRAVITY = { error: 0, warning: 1, note: 2 };

export class FindingList {
  /** `host` takes the list, `strip` the walk, `told(counts)` is told how many there are. */
  constructor({ host, strip, told }, services, { say, server, text, show, icons }) {
    Object.assign(this, { host, strip, told, ...services, say, server, text, show, icons });
    this.findings = null;
    this.asked = 0;
    strip.addEventListener('keydown', (event) => this.key(event));
  }

  /** Ask again a moment later; only the answer to the last question counts. */
  soon(wait = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    this.asked += 1;
    const mine = this.asked;
    this.host.setAttribute('aria-busy', 'true');
    let answer = null;
    let refusal = null;
    try {
      answer = await this.server.findings(await this.text());
    } catch (fault) {
      refusal = fault;
    }
    if (mine !== this.asked) return;
    this.host.removeAttribute('aria-busy');
    if (answer) this.take(answer);
    else this.fail(refusal);
  }

  fail(refusal) {
    const { say } = this;
    this.host.replaceChildren(tag('p', { class: 'hint' }, refusal.message
      || say('The server cannot be reached; the findings will be asked for again.')));
    if (!refusal.status) this.soon(5000);
  }

  take({ findings, decided, bound }) {
    this.findings = [...findings].sort((one, other) => GRAVITY[one.severity] - GRAVITY[other.severity]);
    const counts = { error: 0, warning: 0, note: 0 };
    for (const one of findings) counts[one.severity] += 1;
    this.told(counts);
    this.mark();
    this.host.replaceChildren(
      tag('p', { class: 'hint', role: 'status' }, this.summary(counts, decided)),
      !decided && bound ? tag('p', { class: 'hint' }, bound) : '',
      tag('ul', { class: 'finding-list' }, this.findings.map((one) => this.entry(one))));
  }

  /** The element of a finding; what is said of the process is said of its pool. */
  drawn(id) {
    return this.elementRegistry.get(id)
      ?? this.elementRegistry.find((one) => one.businessObject?.processRef?.id === id);
  }

  summary({ error, warning, note }, decided) {
    const { say } = this;
    if (!error && !warning && !note && !decided) return say('Nothing was found so far.');
    if (!error && !warning && !note) return say('Nothing was found; the route can be published.');
    const parts = [error && say('{n} faults', { n: error }), warning && say('{n} warnings', { n: warning }),
      note && say('{n} notes', { n: note })].filter(Boolean);
    return parts.join(', ');
  }

  entry(one) {
    const { say } = this;
    const element = this.drawn(one.element);
    const tone = { error: 'red', warning: 'amber', note: '' }[one.severity];
    const kind = { error: say('Fault'), warning: say('Warning'), note: say('Remark') }[one.severity];
    const where = element && (subject(element).name || one.element);
    return tag('li', { class: `finding ${one.severity}` },
      tag('p', {}, tag('span', { class: `chip ${tone}` }, kind), ' ',
        where ? tag('button', { type: 'button', class: 'as-link', onclick: () => this.show(element) }, where)
          : one.line ? say('Line {n}', { n: one.line }) : ''),
      tag('p', {}, one.message),
      one.path?.length ? button(say('Show the way there ({n} steps)', { n: one.path.length }),
        () => this.walk(one)) : '');
  }

  // --- marks on the diagram ---------------------------------------------------------------------

  mark() {
    this.overlays.remove({ type: 'paraf-finding' });
    for (const element of this.elementRegistry.filter((one) => one.marked)) {
      this.canvas.removeMarker(element, 'has-error');
      this.canvas.removeMarker(element, 'has-warning');
      element.marked = false;
    }
    const byElement = new Map();
    for (const one of this.findings) {
      if (one.severity === 'note' || !this.elementRegistry.get(one.element)) continue;
      byElement.set(one.element, [...byElement.get(one.element) ?? [], one]);
    }
    for (const [id, found] of byElement) this.markOne(this.elementRegistry.get(id), found);
  }

  markOne(element, found) {
    const error = found.some((one) => one.severity === 'error');
    const root = element === this.canvas.getRootElement();
    if (root) return;
    this.canvas.addMarker(element, error ? 'has-error' : 'has-warning');
    element.marked = true;
    const words = found.map((one) => one.message).join('\n');
    const badge = tag('button', { type: 'button', class: `finding-badge ${error ? 'error' : 'warning'}`, title: words,
      'aria-label': words, onclick: () => this.show(element) }, icon(this.icons, 'alert'));
    const position = element.waypoints ? { top: -8, left: 4 } : { top: -10, left: -10 };
    this.overlays.add(element, 'paraf-finding', { position, html: badge, show: { minZoom: 0.3 } });
  }

  // --- the way to a fault -----------------------------------------------------------------------

  walk(finding) {
    this.stop();
    this.path = finding.path;
    this.at = 0;
    this.strip.hidden = false;
    this.step(0);
    this.strip.querySelector('button')?.focus();
  }

  step(by) {
    this.at = Math.max(0, Math.min(this.path.length - 1, this.at + by));
    const { say } = this;
    const now = this.path[this.at];
    this.light();
    const name = (id) => (this.elementRegistry.get(id) && subject(this.elementRegistry.get(id)).name) || id;
    const words = say('{n} of {all}: {step}', { n: this.at + 1, all: this.path.length, step: name(now.element) });
    const here = this.elementRegistry.get(now.element);
    const decided = (here ? extensions(subject(here), 'Outcome') : [])
      .find((one) => one.id === now.outcome)?.label ?? now.outcome;
    const outcome = decided ? ` (${decided})` : '';
    const focused = this.strip.contains(document.activeElement) && document.activeElement.dataset.key;
    this.strip.replaceChildren(
      button(say('Back'), () => this.step(-1), { 'data-key': 'back', 'aria-disabled': this.at === 0 }),
      button(say('Onward'), () => this.step(1), { 'data-key': 'onward', 'aria-disabled': this.at === this.path.length - 1 }),
      tag('p', { role: 'status' }, words + outcome),
      button(say('End the walk'), () => this.stop(), { 'data-key': 'end' }));
    this.strip.querySelector(`[data-key="${focused || 'onward'}"]`)?.focus();
    if (here) this.canvas.scrollToElement(here, 120);
  }

  light() {
    this.dim();
    const lit = (id, marker) => {
      const element = id && this.elementRegistry.get(id);
      if (!element) return;
      this.canvas.addMarker(element, marker);
      this.lit.push([element, marker]);
    };
    this.path.slice(0, this.at + 1).forEach(({ element, flow }, n, walked) => {
      lit(n < this.at ? flow : null, 'walked');
      lit(n > 0 ? this.between(walked[n - 1].element, element) : null, 'walked');
      lit(element, n === this.at ? 'walk-now' : 'walked');
    });
  }

  /** The only line from one element to the next, where there is just one. */
  between(from, to) {
    const lines = (this.elementRegistry.get(from)?.outgoing ?? []).filter((one) => one.target.id === to);
    return lines.length === 1 ? lines[0].id : null;
  }

  dim() {
    for (const [element, marker] of this.lit ?? []) {
      if (this.elementRegistry.get(element.id)) this.canvas.removeMarker(element, marker);
    }
    this.lit = [];
  }

  stop() {
    this.dim();
    this.path = null;
    this.strip.hidden = true;
    this.strip.replaceChildren();
  }

  key(event) {
    if (!this.path) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in moves) this.step(moves[event.key]);
    else if (event.key === 'Home') this.step(-this.path.length);
    else if (event.key === 'End') this.step(this.path.length);
    else if (event.key === 'Escape') this.stop();
    else return;
    event.preventDefault();
  }
}
