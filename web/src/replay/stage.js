// The drawing on which a case is replayed: marks, counts, heat, the token.
//
// Knows the drawing of the server (`documents/played_picture.py`) and the names of marks; must not know
// facts in words. The server drew one moment already: what a moment needs is found by difference, and
// only that is touched.
import { differences, wayInto } from './course.js';
import { filled } from './telling.js';
import { View } from './view.js';

const STILL = matchMedia('(prefers-reduced-motion: reduce)');
const TOKEN_MS = 380;
const SVG = 'http://www.w3.org/2000/svg';
const FRAME = 6;

export class Stage {
  /** `signs` are the states of a step in words, `times` the words for a count. */
  constructor(canvas, { signs, times }) {
    this.canvas = canvas;
    this.signs = signs;
    this.times = times;
    this.sheet = canvas.querySelector('.rp-sheet');
    this.svg = this.sheet.querySelector('svg');
    this.steps = new Map();
    this.ways = new Map();
    this.shown = new Map();
    this.badges = new Map();
    this.into = new Map();
    for (const node of this.svg.querySelectorAll('[data-element]')) this.found(node);
    for (const node of this.svg.querySelectorAll('[data-flow]')) this.leads(node);
    const { width, height } = this.svg.viewBox.baseVal;
    this.size = { width, height };
    this.frame = this.svg.querySelector('.here');
    this.here = this.frame?.parentNode.dataset.element;
    this.view = new View(canvas, this.sheet, width, height);
    // what the drawing says of itself is true of the moment it was drawn for
    this.svg.setAttribute('aria-labelledby', this.svg.querySelector('title').id);
  }

  found(node) {
    const name = node.dataset.element;
    const [, state] = /step-(\w+)/.exec(node.getAttribute('class')) ?? [];
    const count = node.querySelector('.visits text');
    const step = { node, count, title: node.querySelector('title'), box: node.dataset.box.split(' ').map(Number) };
    this.steps.set(name, step);
    if (state) this.shown.set(name, { state, times: count ? parseInt(count.textContent, 10) : 1 });
  }

  leads(node) {
    const { flow, source, target } = node.dataset;
    this.ways.set(flow, node);
    if (node.classList.contains('way-walked')) this.shown.set(flow, { state: 'walked', times: 1 });
    const chosen = this.steps.get(source)?.node.classList.contains('choice');
    this.into.set(target, [...(this.into.get(target) ?? []), { id: flow, source, chosen }]);
  }

  /** Show a state, with the element of the newest fact framed. */
  show(state, here) {
    for (const [name, before, now] of differences(this.shown, state)) {
      if (this.steps.has(name)) this.mark(this.steps.get(name), before, now);
      else if (this.ways.has(name)) this.walk(this.ways.get(name), Boolean(now));
    }
    this.shown = state;
    if (here === this.here) return;
    this.here = here;
    this.put(this.steps.get(here)?.box);
  }

  mark({ node, count, title }, before, now) {
    const { classList, dataset } = node;
    if (before && before.state !== now?.state) classList.remove(`step-${before.state}`);
    if (now && before?.state !== now.state) classList.add(`step-${now.state}`);
    const many = Boolean(count) && now?.times > 1;
    classList.toggle('many', many);
    if (many) count.textContent = `${now.times}×`;
    title.textContent = (now ? `${dataset.name} (${this.signs[now.state]})` : dataset.name)
      + (many ? `, ${filled(this.times, { n: now.times })}` : '');
  }

  walk(way, walked) {
    way.classList.toggle('way-walked', walked);
    const arrow = way.getAttribute('marker-end');
    way.setAttribute('marker-end', arrow.replace(/#arrow(-walked)?-/, walked ? '#arrow-walked-' : '#arrow-'));
  }

  /** The one frame around the element of the moment; none without a box. */
  put(box) {
    if (!box) {
      this.frame?.remove();
      return;
    }
    this.frame ??= this.framed();
    const { x, y } = this.svg.viewBox.baseVal;
    const [left, top, width, height] = box;
    const sides = { x: x + left - FRAME, y: y + top - FRAME, width: width + 2 * FRAME, height: height + 2 * FRAME };
    for (const [side, value] of Object.entries(sides)) this.frame.setAttribute(side, value);
    if (this.frame.parentNode !== this.svg) this.svg.append(this.frame);
  }

  framed() {
    const frame = document.createElementNS(SVG, 'rect');
    frame.setAttribute('class', 'here');
    frame.setAttribute('rx', '11');
    return frame;
  }

  /** Colour each step by its time beside the standard; `heat` null goes back to the moment. */
  warm(heat) {
    for (const [name, { level }] of Object.entries(this.hot ?? {})) this.steps.get(name)?.node.classList.remove(`step-heat${level}`);
    this.hot = heat;
    this.canvas.classList.toggle('rp-hot', Boolean(heat));
    for (const [name, { level, words }] of Object.entries(heat ?? {})) {
      const step = this.steps.get(name);
      if (!step) continue;
      step.node.classList.add(`step-heat${level}`);
      if (!this.badges.has(name)) this.badges.set(name, this.badge(step.box, level ? `${level} · ${words}` : words));
    }
  }

  /** The words above a step, placed by parts of the sheet. */
  badge([left, top, width], words) {
    const badge = document.createElement('span');
    badge.className = 'rp-badge';
    badge.textContent = words;
    badge.style.insetInlineStart = `${((left + width / 2) / this.size.width) * 100}%`;
    badge.style.insetBlockStart = `${(top / this.size.height) * 100}%`;
    this.sheet.append(badge);
    return badge;
  }

  /** Let a token run along the way into `element`; nothing where motion is not wanted. */
  run(element, state, speed) {
    this.stop();
    if (STILL.matches || !element) return;
    const path = this.ways.get(wayInto(this.into.get(element) ?? [], state));
    if (!path) return;
    const token = document.createElementNS(SVG, 'circle');
    token.setAttribute('class', 'rp-token');
    token.setAttribute('r', '8');
    this.svg.append(token);
    this.token = token;
    const length = path.getTotalLength();
    const began = performance.now();
    const move = (now) => {
      if (this.token !== token) return;
      const part = Math.min(Math.max((now - began) * speed / TOKEN_MS, 0), 1);
      const { x, y } = path.getPointAtLength(length * part);
      token.setAttribute('transform', `translate(${x} ${y})`);
      if (part < 1) requestAnimationFrame(move);
      else this.stop();
    };
    move(began);
  }

  stop() {
    this.token?.remove();
    this.token = null;
  }

  follow(name) {
    const step = this.steps.get(name);
    if (step) this.view.follow(step.box);
  }

  fit() {
    this.view.fit();
  }
}
