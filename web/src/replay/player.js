// The bar under the diagram: step, scrub, play at a speed, follow, heat, fit.
//
// Knows buttons and their words; must not know facts. It calls what it was given and is told where the
// replay stands.
import { filled } from './telling.js';

const SPEEDS = [0.5, 1, 2, 4, 8];
const ICONS = 'http://www.w3.org/2000/svg';

export class Bar {
  /** `on` is what the buttons do: {go(k), by(n), play(), follow(on), heat(on), fit()}. */
  constructor(bar, { words, icons, length, on }) {
    this.words = words;
    this.icons = icons;
    bar.replaceChildren();
    this.range = document.createElement('input');
    Object.assign(this.range, { type: 'range', min: 1, max: length, step: 1, className: 'rp-range' });
    this.range.setAttribute('aria-label', words.place);
    this.range.addEventListener('input', () => on.go(Number(this.range.value)));
    bar.append(this.range);
    this.button(bar, 'to-first', words.first, () => on.go(1));
    this.button(bar, 'step-back', words.back, () => on.by(-1));
    this.playing = this.button(bar, 'play', words.play, () => on.play());
    this.playing.classList.add('main');
    this.button(bar, 'step-on', words.next, () => on.by(1));
    this.button(bar, 'to-last', words.last, () => on.go(length));
    this.speed = this.speeds(bar, words.speed);
    this.toggle(bar, words.follow, true, on.follow);
    this.toggle(bar, words.heat, false, on.heat);
    this.text(bar, words.fit, on.fit);
  }

  button(bar, sign, words, does) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn', title: words });
    button.setAttribute('aria-label', words);
    button.append(this.icon(sign));
    button.addEventListener('click', does);
    bar.append(button);
    return button;
  }

  icon(sign) {
    const icon = document.createElementNS(ICONS, 'svg');
    icon.setAttribute('class', 'icon');
    icon.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(ICONS, 'use');
    use.setAttribute('href', `${this.icons}#${sign}`);
    icon.append(use);
    return icon;
  }

  text(bar, words, does) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn slim', textContent: words });
    button.addEventListener('click', does);
    bar.append(button);
    return button;
  }

  toggle(bar, words, pressed, does) {
    const button = this.text(bar, words, () => {
      const now = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(now));
      does(now);
    });
    button.setAttribute('aria-pressed', String(pressed));
  }

  speeds(bar, words) {
    const label = document.createElement('label');
    label.className = 'rp-speed';
    const select = document.createElement('select');
    for (const speed of SPEEDS) select.add(new Option(`${String(speed).replace('.', ',')}×`, speed, speed === 1, speed === 1));
    label.append(`${words} `, select);
    bar.append(label);
    return select;
  }

  get factor() {
    return Number(this.speed.value);
  }

  at(k, of, what) {
    this.range.value = k;
    this.range.setAttribute('aria-valuetext', filled(this.words.step, { n: k, all: of, what }));
  }

  runs(playing) {
    const words = playing ? this.words.pause : this.words.play;
    this.playing.replaceChildren(this.icon(playing ? 'pause' : 'play'));
    this.playing.setAttribute('aria-label', words);
    this.playing.title = words;
  }
}
