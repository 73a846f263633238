// The course of a case as pure functions of its facts: what is marked how after fact k.
//
// Knows facts with their changes; must not know the page or the diagram. Each fact carries only what it
// changed, so a state is the fold of the changes up to it; a state is kept now and then, once it was
// passed, so that no jump folds more than EVERY facts twice.

const EVERY = 32;

/** A course over `facts`: `at(k)` is a Map name -> {state, times, since}, never to be changed. */
export function courseOf(facts) {
  const kept = [new Map()];
  let last = { k: 0, state: kept[0] };
  return {
    length: facts.length,
    at(k) {
      const number = Math.max(0, Math.min(k, facts.length));
      const place = Math.floor(number / EVERY);
      while (kept.length <= place) kept.push(folded(kept.at(-1), facts, (kept.length - 1) * EVERY, kept.length * EVERY));
      let from = { k: place * EVERY, state: kept[place] };
      if (last.k <= number && last.k > from.k) from = last;
      last = { k: number, state: folded(from.state, facts, from.k, number) };
      return last.state;
    },
  };
}

/** A state after the facts from..to (from 0, without `to`) of which `state` is the one before. */
function folded(state, facts, from, to) {
  const next = new Map(state);
  for (const { seq, changes } of facts.slice(from, to)) {
    for (const [name, mark, times] of changes ?? []) next.set(name, { state: mark, times, since: seq });
  }
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
