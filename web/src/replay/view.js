// What of a drawing is in its window: moved by pointer, wheel, two fingers and keys, fitted, followed.
//
// Knows a window and a sheet of a known size; must not know what is drawn. The sheet is moved and scaled
// as a whole, by its transform alone, so that nothing on it is laid out again.

const LARGEST = 4;
const SMALLEST = 0.1;
const READABLE = 0.6;
const FOLLOWED = 0.8;
const NUDGE = 60;

export class View {
  /** `sheet` is `width` by `height` at scale 1 and stands in `box`, which cuts off what is outside. */
  constructor(box, sheet, width, height) {
    Object.assign(this, { box, sheet, width, height, x: 0, y: 0, scale: 1 });
    this.pointers = new Map();
    this.room = { width: box.clientWidth, height: box.clientHeight };
    new ResizeObserver(() => {
      this.room = { width: box.clientWidth, height: box.clientHeight };
      if (this.fitted) this.fit();
    }).observe(box);
    box.addEventListener('pointerdown', (event) => this.take(event));
    box.addEventListener('pointermove', (event) => this.drag(event));
    for (const end of ['pointerup', 'pointercancel']) box.addEventListener(end, (event) => this.leave(event));
    box.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    box.addEventListener('keydown', (event) => this.key(event));
  }

  /** Put the point (x, y) of the window's upper left corner, in units of the sheet, at a scale. */
  place(x, y, scale, fitted = false) {
    Object.assign(this, { x, y, scale, fitted });
    this.sheet.style.transform = `matrix(${scale},0,0,${scale},${-x * scale},${-y * scale})`;
  }

  fit() {
    const { width, height } = this.room;
    if (!width) return;
    const scale = Math.min(width / this.width, height / this.height, 1);
    this.place((this.width - width / scale) / 2, (this.height - height / scale) / 2, scale, true);
  }

  /** Bring a part of the sheet to the middle, close enough to be read, when it is not well in view. */
  follow([left, top, wide, high]) {
    const x = left + wide / 2;
    const y = top + high / 2;
    const width = this.room.width / this.scale;
    const height = this.room.height / this.scale;
    const near = this.scale >= READABLE
      && x > this.x + width * 0.2 && x < this.x + width * 0.8
      && y > this.y + height * 0.2 && y < this.y + height * 0.8;
    if (near) return;
    const scale = this.scale >= READABLE ? this.scale : FOLLOWED;
    this.place(x - this.room.width / scale / 2, y - this.room.height / scale / 2, scale);
  }

  /** Scale by a factor; the point (x, y) of the window, in its pixels, stays where it is. */
  zoom(factor, x = this.room.width / 2, y = this.room.height / 2) {
    const scale = Math.min(Math.max(this.scale * factor, SMALLEST), LARGEST);
    this.place(this.x + x / this.scale - x / scale, this.y + y / this.scale - y / scale, scale);
  }

  /** Move what is seen by pixels of the window; a corner of the sheet always stays in view. */
  move(across, down) {
    const within = (at, size, room) => Math.min(Math.max(at, NUDGE - room / this.scale), size - NUDGE);
    this.place(
      within(this.x + across / this.scale, this.width, this.room.width),
      within(this.y + down / this.scale, this.height, this.room.height),
      this.scale,
    );
  }

  take(event) {
    if (event.button) return;
    this.pointers.set(event.pointerId, event);
    this.box.setPointerCapture(event.pointerId);
    this.box.classList.add('held');
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    this.pointers.set(event.pointerId, event);
    const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
    const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (other && far(before)) {
      const { left, top } = this.box.getBoundingClientRect();
      this.zoom(far(event) / far(before), other.clientX - left, other.clientY - top);
    } else {
      this.move(before.clientX - event.clientX, before.clientY - event.clientY);
    }
  }

  leave(event) {
    this.pointers.delete(event.pointerId);
    this.box.classList.toggle('held', this.pointers.size > 0);
  }

  wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode ? 18 : 1;
    if (event.ctrlKey || event.metaKey) {
      const { left, top } = this.box.getBoundingClientRect();
      this.zoom(Math.exp(-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY) * unit, 100) / 400),
        event.clientX - left, event.clientY - top);
    } else if (event.shiftKey && !event.deltaX) {
      this.move(event.deltaY * unit, 0);
    } else {
      this.move(event.deltaX * unit, event.deltaY * unit);
    }
  }

  key(event) {
    if (event.altKey) return;
    const does = {
      ArrowLeft: () => this.move(-NUDGE, 0),
      ArrowRight: () => this.move(NUDGE, 0),
      ArrowUp: () => this.move(0, -NUDGE),
      ArrowDown: () => this.move(0, NUDGE),
      '+': () => this.zoom(1.25),
      '=': () => this.zoom(1.25),
      '-': () => this.zoom(0.8),
      0: () => this.fit(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }
}
