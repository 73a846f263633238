// The course of a case as pure functions of its facts: what is marked how after fact k.
//
// Knows facts with their changes; must not know the page or the diagram. Each fact carries only what it
// changed, so a state is the fold of the changes up to it; a state is kept now and then, so that no jump
// folds more than EVERY facts.

const EVERY = 32;

/** A course over `facts`: `at(k)` is a Map name -> {state, times, since}, never to be changed. */
export function courseOf(facts) {
  const kept = [new Map()];
  let state = new Map();
  facts.forEach((fact, index) => {
    state = after(state, fact);
    if ((index + 1) % EVERY === 0) kept.push(state);
  });
  let last = { k: 0, state: kept[0] };
  return {
    length: facts.length,
    at(k) {
      const number = Math.max(0, Math.min(k, facts.length));
      let from = Math.floor(number / EVERY) * EVERY;
      let found = kept[from / EVERY];
      if (last.k <= number && last.k > from) {
        from = last.k;
        found = last.state;
      }
      for (let index = from; index < number; index += 1) found = after(found, facts[index]);
      last = { k: number, state: found };
      return found;
    },
  };
}

function after(state, fact) {
  if (!fact.changes) return state;
  const next = new Map(state);
  for (const [name, mark, times] of fact.changes) next.set(name, { state: mark, times, since: fact.seq });
  return next;
}

/** What must be drawn anew to come from one state to another: [name, before, after] of each difference. */
export function differences(before, now) {
  const found = [];
  for (const [name, one] of now) {
    const old = before.get(name);
    if (!old || old.state !== one.state || old.times !== one.times) found.push([name, old, one]);
  }
  for (const [name, old] of before) if (!now.has(name)) found.push([name, old, undefined]);
  return found;
}

/** The way a token took into `element`: of the flows that lead there, the one left last. `incoming` are
 * {id, source, chosen}; `chosen` says that a choice names the flow it took. */
export function wayInto(incoming, state) {
  let best = null;
  let newest = -1;
  for (const flow of incoming) {
    const source = state.get(flow.source);
    const taken = flow.chosen ? state.get(flow.id) : source;
    if (source && taken && source.state !== 'open' && taken.since >= newest) {
      newest = taken.since;
      best = flow.id;
    }
  }
  return best;
}
