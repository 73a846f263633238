// What elements are called in the file: ids in lower snake_case, flows `f<n>`, lanes `lane_<role>`.
//
// Knows the ids a diagram has and had; must not know what elements do. An id once given to a flow is not
// given again, so that undoing and comparing never meet a namesake: the page remembers what it gave, and is
// told what the draft had before.
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory';
import { is } from 'bpmn-js/lib/util/ModelUtil';

const PREFIXES = [
  ['bpmn:SequenceFlow', 'f'],
  ['bpmn:BoundaryEvent', 'edge_'],
  ['bpmn:CatchEvent', 'event_'],
  ['bpmn:EndEvent', 'end_'],
  ['bpmn:ExclusiveGateway', 'check_'],
  ['bpmn:Gateway', 'fork_'],
  ['bpmn:SubProcess', 'part_'],
  ['bpmn:Activity', 'step_'],
  ['bpmn:Lane', 'lane_'],
  ['bpmn:TextAnnotation', 'note_'],
  ['bpmn:Association', 'link_'],
];
/** An id nobody chose: the name may still give a better one. */
export const GIVEN_ID = /^(?:f|edge_|event_|end_|check_|fork_|part_|step_|lane_)\d+$/;

export const WORD = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** "Paraf Sekretariat Eselon I" as an id: paraf_sekretariat_eselon_i. */
export function idFrom(name) {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').replace(/^(\d)/, 'step_$1').slice(0, 60);
}

export default function NamingFactory(moddle, eventBus) {
  BpmnFactory.call(this, moddle);
  this._highest = new Map();
  eventBus.on('import.parse.complete', ({ elementsById = {} }) => this.remember(Object.keys(elementsById)));
}
NamingFactory.$inject = ['moddle', 'eventBus'];
NamingFactory.prototype = Object.create(BpmnFactory.prototype);

NamingFactory.prototype._ensureId = function ensureId(element) {
  const found = !element.id && PREFIXES.find(([type]) => is(element, type));
  if (found) element.id = this.next(found[1]);
  BpmnFactory.prototype._ensureId.call(this, element);
};

/** Ids that are or were taken: their numbers are not given again. */
NamingFactory.prototype.remember = function remember(given) {
  for (const id of given) {
    const [, prefix, number] = /^(.*?)(\d{1,9})$/.exec(id) ?? [];
    if (number) this._highest.set(prefix, Math.max(Number(number), this._highest.get(prefix) ?? 0));
  }
};

/** The next free id with this prefix; numbers go up only. */
NamingFactory.prototype.next = function next(prefix) {
  const { ids } = this._model;
  let number = this._highest.get(prefix) ?? 0;
  do number += 1; while (ids.assigned(`${prefix}${number}`));
  this._highest.set(prefix, number);
  return `${prefix}${number}`;
};

/** `wanted`, or with a number behind it, so that nothing else has this id. */
NamingFactory.prototype.free = function free(wanted) {
  const { ids } = this._model;
  let id = wanted;
  for (let number = 2; ids.assigned(id); number += 1) id = `${wanted}_${number}`;
  return id;
};
