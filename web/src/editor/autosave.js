// Saving a draft by itself: a moment after the last change, when the page is left, and again when the
// network is back. What somebody else saved in the meantime is never overwritten.
//
// Knows the order of savings and their state; must not know what is saved or how the state is told.

const PAUSE = 1200;
const AGAIN = 5000;

export class Autosave {
  /** `text()` gives the whole file; `tell(state, detail)` is told of saved, changed, saving, offline,
      conflict (with the problem) and refused (with its words). */
  constructor(server, revision, text, tell) {
    Object.assign(this, { server, revision, text, tell });
    this.state = 'saved';
    this.changes = 0;
    this.saved = 0;
    this.timer = 0;
    this.running = null;
    addEventListener('online', () => this.state === 'offline' && this.now());
    document.addEventListener('visibilitychange', () => document.hidden && this.pending && this.now());
    addEventListener('beforeunload', (event) => {
      if (!this.pending) return;
      this.now();
      event.preventDefault();
    });
  }

  get pending() { return this.changes !== this.saved; }

  changed() {
    this.changes += 1;
    if (this.state === 'conflict') return;
    if (!this.running) this._tell('changed');
    this._later(PAUSE);
  }

  /** Save now what is not saved. Gives whether everything is safe. */
  async now() {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.pending) return true;
    if (this.state === 'conflict') return false;
    this.running = this._save();
    try {
      return await this.running;
    } finally {
      this.running = null;
      if (this.pending && !['conflict', 'refused'].includes(this.state)) {
        this._later(this.state === 'offline' ? AGAIN : PAUSE);
      }
    }
  }

  async _save() {
    const { changes } = this;
    this._tell('saving');
    try {
      const answer = await this.server.save(this.revision, await this.text());
      this.revision = answer.revision;
      this.saved = changes;
      this._tell(this.pending ? 'changed' : 'saved');
      return !this.pending;
    } catch (refusal) {
      if (refusal.status === 409) this._tell('conflict', refusal.problem);
      else if (refusal.status === 0 || refusal.status >= 500) this._tell('offline');
      else this._tell('refused', refusal.message);
      return false;
    }
  }

  _later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }

  _tell(state, detail) {
    this.state = state;
    this.tell(state, detail);
  }
}
