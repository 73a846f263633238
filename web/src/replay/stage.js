// The diagram on which a case is replayed: marks, counts, heat, the token, and what is in view.
//
// Knows bpmn-js and the names of marks; must not know facts in words. Only what differs is touched, and
// one badge is kept for each element. The watermark of bpmn.io stays as it is, uncovered.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { differences, wayInto } from './course.js';

const STILL = matchMedia('(prefers-reduced-motion: reduce)');
const TOKEN_MS = 380;
const CLOSEST = 1;

export async function stageOn(container, bpmn) {
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(bpmn);
  return new Stage(viewer);
}

class Stage {
  constructor(viewer) {
    this.viewer = viewer;
    this.canvas = viewer.get('canvas');
    this.registry = viewer.get('elementRegistry');
    this.overlays = viewer.get('overlays');
    this.shown = new Map();
    this.badges = new Map();
    this.here = null;
    this.hot = null;
    this.incoming = new Map();
    for (const one of this.registry.filter((each) => each.type === 'bpmn:SequenceFlow')) {
      const { id, source, target } = one;
      const chosen = /Exclusive|EventBased/.test(source.type);
      this.incoming.set(target.id, [...(this.incoming.get(target.id) ?? []), { id, source: source.id, chosen }]);
    }
    this.fit();
  }

  /** Show a state, with the element of the newest fact framed. */
  show(state, here) {
    for (const [name, before, now] of differences(this.shown, state)) {
      if (!this.registry.get(name)) continue;
      if (before && before.state !== now?.state) this.canvas.removeMarker(name, `rp-${before.state}`);
      if (now && before?.state !== now.state) this.canvas.addMarker(name, `rp-${now.state}`);
      if (!this.hot) this.count(name, now);
    }
    this.shown = state;
    if (here !== this.here) {
      if (this.here) this.canvas.removeMarker(this.here, 'rp-here');
      this.here = here && this.registry.get(here) ? here : null;
      if (this.here) this.canvas.addMarker(this.here, 'rp-here');
    }
  }

  count(name, now) {
    const times = now && now.state !== 'walked' && now.state !== 'passed' ? now.times : 0;
    this.badge(name, times > 1 ? `${times}×` : '');
  }

  /** One badge for each element, made when first needed and reused. */
  badge(name, words, kind = '') {
    let badge = this.badges.get(name);
    if (!badge) {
      if (!words) return;
      badge = document.createElement('span');
      this.badges.set(name, badge);
      this.overlays.add(name, 'replay', { position: { top: -10, right: 14 }, html: badge });
    }
    badge.className = `rp-badge ${kind}`;
    badge.textContent = words;
    badge.hidden = !words;
  }

  /** Colour each step by its time beside the standard; `heat` null goes back to the moment. */
  warm(heat) {
    for (const [name, { level }] of Object.entries(this.hot ?? {})) {
      if (this.registry.get(name)) this.canvas.removeMarker(name, `rp-heat-${level}`);
      this.count(name, this.shown.get(name));
    }
    this.hot = heat;
    this.canvas.getContainer().classList.toggle('rp-hot', Boolean(heat));
    for (const [name, { level, words }] of Object.entries(heat ?? {})) {
      if (!this.registry.get(name)) continue;
      this.canvas.addMarker(name, `rp-heat-${level}`);
      this.badge(name, level ? `${level} · ${words}` : words, 'wide');
    }
    if (heat) for (const [name] of this.badges) if (!heat[name]) this.badge(name, '');
  }

  /** Let a token run along the way into `element`; nothing where motion is not wanted. */
  run(element, state, speed) {
    this.stop();
    if (STILL.matches || !element) return;
    const way = wayInto(this.incoming.get(element) ?? [], state);
    const path = way && this.registry.getGraphics(way)?.querySelector('.djs-visual path');
    if (!path) return;
    const token = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    token.setAttribute('class', 'rp-token');
    token.setAttribute('r', '8');
    this.canvas.getLayer('replay-token', 900).append(token);
    this.token = token;
    const length = path.getTotalLength();
    const began = performance.now();
    const move = (now) => {
      if (this.token !== token) return;
      const part = Math.min(Math.max((now - began) * speed / TOKEN_MS, 0), 1);
      const { x, y } = path.getPointAtLength(length * part);
      token.setAttribute('cx', x);
      token.setAttribute('cy', y);
      if (part < 1) requestAnimationFrame(move);
      else this.stop();
    };
    requestAnimationFrame(move);
  }

  stop() {
    this.token?.remove();
    this.token = null;
  }

  /** Bring an element to the middle, close enough to be read, when it is not well in view. */
  follow(name) {
    const shape = name && this.registry.get(name);
    if (!shape || shape.width === undefined) return;
    const view = this.canvas.viewbox();
    const x = shape.x + shape.width / 2;
    const y = shape.y + shape.height / 2;
    const near = view.scale >= 0.6
      && x > view.x + view.width * 0.2 && x < view.x + view.width * 0.8
      && y > view.y + view.height * 0.2 && y < view.y + view.height * 0.8;
    if (near) return;
    const scale = view.scale >= 0.6 ? view.scale : CLOSEST * 0.8;
    const width = view.outer.width / scale;
    const height = view.outer.height / scale;
    this.canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
  }

  fit() {
    this.canvas.resized();
    this.canvas.zoom('fit-viewport', 'auto');
  }
}
