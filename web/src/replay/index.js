// The replay of a case on its diagram. The page is whole without this; with it, every step is at hand at
// once, by buttons, keys and scrubbing.
import './replay.css';

import { courseOf } from './course.js';
import { Bar } from './player.js';
import { Stage } from './stage.js';
import { filled, Telling } from './telling.js';

const STEP_MS = 1000;
const REST_MS = 350;

class Replay {
  constructor(root, data, canvas) {
    this.root = root;
    this.data = data;
    this.course = courseOf(data.facts);
    this.following = true;
    this.k = 0;
    this.telling = new Telling(root.querySelector('.rp-detail'), data);
    this.said = root.querySelector('.rp-said');
    this.picture = root.querySelector('.rp-file');
    this.links = [...root.querySelectorAll('.rp-facts a')];
    this.bar = new Bar(root.querySelector('.rp-bar'), {
      words: data.words,
      icons: root.dataset.icons,
      length: this.course.length,
      on: {
        go: (k) => this.halt().go(k),
        by: (n) => this.halt().go(this.k + n, n === 1),
        play: () => this.play(),
        follow: (on) => { this.following = on; if (on) this.stage.follow(this.place); },
        heat: (on) => this.stage.warm(on ? data.heat : null),
        fit: () => this.stage.fit(),
      },
    });
    root.classList.add('live');
    // the stage measures its window: after the bar has taken its room
    this.stage = new Stage(canvas, { signs: data.signs, times: data.words.times });
    root.querySelector('.rp-facts').addEventListener('click', (event) => {
      const link = event.target.closest('a[data-seq]');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.halt().go(Number(link.dataset.seq));
    });
    document.addEventListener('keydown', (event) => this.key(event));
  }

  get fact() {
    return this.data.facts[this.k - 1];
  }

  /** Where on the diagram a moment is: at its own step, else at one that is open then. */
  get place() {
    return this.fact.element ?? [...this.course.at(this.k)].find(([, { state }]) => state === 'open')?.[0];
  }

  /** Take over the moment k that the server drew and told. */
  begin(k) {
    this.k = k;
    const { fact } = this;
    this.stage.show(this.course.at(k), fact.element);
    this.stage.fit();
    this.stage.follow(this.place);
    this.bar.at(k, this.course.length, fact.sentence);
    this.current = this.links[k - 1];
    this.look(true);
  }

  /** Show the moment after fact k; with `token`, let a token run into its step. */
  go(k, token = false) {
    const number = Math.max(1, Math.min(k, this.course.length));
    if (number === this.k) return this;
    const far = Math.abs(number - this.k) > 1;
    this.k = number;
    const { fact } = this;
    const state = this.course.at(number);
    this.stage.show(state, fact.element);
    if (token && (fact.type === 'task.opened' || fact.type === 'element.passed')) this.stage.run(fact.element, state, this.bar.factor);
    else this.stage.stop();
    if (this.following) this.stage.follow(this.place);
    this.mark(number, far);
    this.bar.at(number, this.course.length, fact.sentence);
    this.said.textContent = filled(this.data.words.step, { n: number, all: this.course.length, what: [fact.sentence, fact.who, fact.moment].filter(Boolean).join(' · ') });
    this.telling.tell(number);
    this.settle();
    return this;
  }

  mark(k, far) {
    this.current?.removeAttribute('aria-current');
    this.current = this.links[k - 1];
    if (!this.current) return;
    this.current.setAttribute('aria-current', 'step');
    this.look(far);
  }

  /** Bring the current line into view with the next frame, when the page is laid out anyway. */
  look(far) {
    cancelAnimationFrame(this.looking);
    this.looking = requestAnimationFrame(() => {
      this.reveal();
      // lines out of view have only a supposed height: after a jump, once they are drawn, look again
      if (far) this.looking = requestAnimationFrame(() => this.reveal());
    });
  }

  /** Scroll the list, and nothing else, to the current line. */
  reveal() {
    const list = this.current.closest('.rp-facts');
    const { top, bottom } = this.current.getBoundingClientRect();
    const box = list.getBoundingClientRect();
    if (top < box.top || bottom > box.bottom) list.scrollTop += top - box.top - box.height / 3;
  }

  /** When the replay rests on a moment, the address and the picture to be kept are those of it. */
  settle() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const address = new URL(location.href);
      address.searchParams.set('langkah', this.k);
      history.replaceState(history.state, '', address);
      this.picture.search = address.search;
    }, REST_MS);
  }

  play() {
    if (this.timer) return this.halt();
    if (this.k === this.course.length) this.go(1);
    this.said.setAttribute('aria-live', 'off');
    this.bar.runs(true);
    const next = () => {
      if (this.k === this.course.length) return this.halt();
      this.go(this.k + 1, true);
      this.timer = setTimeout(next, STEP_MS / this.bar.factor);
      return this;
    };
    this.timer = setTimeout(next, 0);
    return this;
  }

  halt() {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = null;
      this.said.removeAttribute('aria-live');
      this.bar.runs(false);
    }
    return this;
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest('input, select, textarea, .rp-canvas, details')) return;
    const does = {
      ArrowLeft: () => this.halt().go(this.k - 1),
      ArrowRight: () => this.halt().go(this.k + 1, true),
      Home: () => this.halt().go(1),
      End: () => this.halt().go(this.course.length),
      ' ': () => this.play(),
    }[event.key];
    if (!does || (event.key === ' ' && event.target.closest('button, a'))) return;
    event.preventDefault();
    does();
  }
}

function begin(root) {
  const data = JSON.parse(document.querySelector('script[type="application/json"]').textContent);
  const canvas = root.querySelector('.rp-canvas');
  canvas.setAttribute('aria-label', data.words.diagram);
  const replay = new Replay(root, data, canvas);
  replay.begin(Number(root.dataset.step));
  root.dataset.ready = 'yes';
}

const root = document.querySelector('[data-replay]');
if (root) begin(root);
