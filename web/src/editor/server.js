// The draft on the server: reading it, saving it, asking for findings and for a tidy drawing.
//
// Knows the API's addresses and its problems; must not know what a draft says.

/** A refusal in the server's own words. `status` 0: no answer came. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? '');
    this.status = status;
    this.problem = problem;
  }
}

export class Server {
  /** `base` is the address of the draft in the API, `words` that of the words, `csrf` the session's token. */
  constructor({ base, words, csrf }) {
    Object.assign(this, { base, wordsAddress: words, csrf });
  }

  async ask(method, address, body, options = {}) {
    let response;
    try {
      response = await fetch(address, {
        method,
        credentials: 'same-origin',
        headers: { Accept: 'application/json', 'X-CSRF-Token': this.csrf, ...body && { 'Content-Type': 'application/json' } },
        body: body && JSON.stringify(body),
        ...options,
      });
    } catch {
      throw new Refused(0, {});
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  }

  draft() { return this.ask('GET', this.base); }

  words() { return this.ask('GET', this.wordsAddress); }

  save(revision, bpmn, options) { return this.ask('PUT', this.base, { revision, bpmn }, options); }

  findings(bpmn) { return this.ask('POST', `${this.base}/findings`, { bpmn }); }

  tidy(bpmn) { return this.ask('POST', `${this.base}/tidy`, { bpmn }); }
}
