// Changes of a route as the owner means them: each is one step of undoing, however much it touches.
//
// Knows bpmn-js's modeling and where Paraf's extensions stand in the file; must not know the panel.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { renamed } from './feel.js';
import { GIVEN_ID, idFrom } from './names.js';

// The order in which `engine/write_route.py` writes them.
const ORDER = ['Role', 'Cite', 'Form', 'Due', 'Edits', 'Answer', 'Document', 'Operation', 'Decision', 'Outcome', 'Option'];
const PERSON = ['bpmn:UserTask', 'bpmn:ManualTask'];
const place = (item) => ORDER.indexOf(item.$type.replace('paraf:', ''));

/** The business object that carries name, documentation and extensions: for the pool, its process. */
export const subject = (element) => getBusinessObject(element).processRef ?? getBusinessObject(element);

/** The extensions of one kind, as the file has them: moddle elements with their attributes. */
export const extensions = (bo, kind) => (bo.extensionElements?.values ?? []).filter(
  (item) => item.$type === `paraf:${kind}`);

export const isPerson = (element) => isAny(element, PERSON);

/** Every person's step and every other node of the diagram, in the order of the file. */
export function nodes(elementRegistry) {
  return elementRegistry.filter((element) => is(element, 'bpmn:FlowNode') && element.type !== 'label');
}

class IntentionHandler {
  // everything done within preExecute belongs to this one entry of the command stack
  preExecute({ steps }) { steps(); }
}

export default class Intentions {
  constructor(commandStack, modeling, bpmnFactory, moddle, elementRegistry, canvas, elementFactory) {
    Object.assign(this, { commandStack, modeling, bpmnFactory, moddle, elementRegistry, canvas, elementFactory });
    commandStack.registerHandler('paraf.intention', IntentionHandler);
  }

  /** Do all of `steps` as one step of undoing. */
  once(steps) {
    this.commandStack.execute('paraf.intention', { steps });
  }

  set(element, properties, bo = subject(element)) {
    if (bo === getBusinessObject(element)) this.modeling.updateProperties(element, properties);
    else this.modeling.updateModdleProperties(element, bo, properties);
  }

  /** Name an element; an id that nobody chose follows the name. */
  name(element, name) {
    this.once(() => {
      const bo = subject(element);
      if (bo !== getBusinessObject(element)) this.modeling.updateProperties(element, { name });
      this.set(element, { name: name || undefined });
      const id = idFrom(name);
      if (GIVEN_ID.test(bo.id) && id && is(element, 'bpmn:FlowNode')) this._rename(element, this.bpmnFactory.free(id));
    });
  }

  /** Give an element another id, everywhere the old one is written. */
  rename(element, id) {
    this.once(() => this._rename(element, id));
  }

  _rename(element, id) {
    const old = getBusinessObject(element).id;
    this.modeling.updateProperties(element, { id });
    for (const node of nodes(this.elementRegistry)) {
      const bo = getBusinessObject(node);
      const outcomes = extensions(bo, 'Outcome');
      for (const outcome of outcomes) {
        const to = (outcome.to ?? '').split(/[\s,]+/).map((one) => (one === old ? id : one)).join(' ');
        const when = outcome.when && renamed(outcome.when, old, id);
        if (outcome.to && to !== outcome.to) this.modeling.updateModdleProperties(node, outcome, { to });
        if (when !== outcome.when) this.modeling.updateModdleProperties(node, outcome, { when });
      }
      const cardinality = bo.loopCharacteristics?.loopCardinality;
      if (cardinality?.body === `each.${old}`) {
        this.modeling.updateModdleProperties(node, cardinality, { body: `each.${id}` });
      }
    }
    for (const flow of this.elementRegistry.filter((one) => is(one, 'bpmn:SequenceFlow'))) {
      const condition = getBusinessObject(flow).conditionExpression;
      const body = condition?.body && renamed(condition.body, old, id);
      if (condition && body !== condition.body) this.modeling.updateModdleProperties(flow, condition, { body });
    }
  }

  document(element, text) {
    const bo = subject(element);
    const documentation = text.trim()
      ? [this._made('bpmn:Documentation', { text: text.trim() }, bo)] : [];
    this.once(() => this.modeling.updateModdleProperties(element, bo, { documentation }));
  }

  /** Replace the extensions of one kind by `rows` of attributes; an attribute left empty is left out. */
  extend(element, kind, rows, bo = subject(element)) {
    this.once(() => this._extend(element, kind, rows, bo));
  }

  _extend(element, kind, rows, bo = subject(element)) {
    const block = bo.extensionElements ?? this._made('bpmn:ExtensionElements', { values: [] }, bo);
    const others = (block.values ?? []).filter((item) => item.$type !== `paraf:${kind}`);
    const fresh = rows.map((row) => this._made(`paraf:${kind}`, filled(row), block));
    const values = [...others, ...fresh];
    // what is not Paraf's keeps its place in front
    values.sort((one, other) => place(one) - place(other));
    this.modeling.updateModdleProperties(element, block, { values });
    this.modeling.updateModdleProperties(element, bo, { extensionElements: values.length ? block : undefined });
  }

  /** Give a lane its role; an id that nobody chose follows the role. */
  staff(lane, ref) {
    this.once(() => {
      this._extend(lane, 'Role', ref ? [{ ref }] : []);
      if (ref && GIVEN_ID.test(lane.id)) this._rename(lane, this.bpmnFactory.free(`lane_${idFrom(ref)}`));
    });
  }

  /** Let each member of a set do the step; null for one holder only. */
  repeat(element, each) {
    const bo = getBusinessObject(element);
    this.once(() => {
      if (!each) return this.modeling.updateProperties(element, { loopCharacteristics: undefined });
      const loop = bo.loopCharacteristics ?? this._made('bpmn:MultiInstanceLoopCharacteristics', {}, bo);
      const loopCardinality = this._made('bpmn:FormalExpression', { body: `each.${bo.id}` }, loop);
      const closer = each.closer || undefined;
      this.modeling.updateModdleProperties(element, loop, {
        each: each.members, closer, isSequential: each.sequential || undefined, loopCardinality,
      });
      return this.modeling.updateProperties(element, { loopCharacteristics: loop });
    });
  }

  /** The condition of a flow; an empty text takes it away. */
  condition(flow, text) {
    this.once(() => this._condition(flow, text));
  }

  _condition(flow, text) {
    const bo = getBusinessObject(flow);
    const conditionExpression = text.trim()
      ? this._made('bpmn:FormalExpression', { body: text.trim() }, bo) : undefined;
    this.modeling.updateProperties(flow, { conditionExpression });
    if (conditionExpression && bo.sourceRef.default === bo) {
      this.modeling.updateProperties(flow.source, { default: undefined });
    }
  }

  /** The flow taken when no other is; it has no condition. */
  fallBackOn(gateway, flow) {
    this.once(() => {
      this.modeling.updateProperties(gateway, { default: flow ? getBusinessObject(flow) : undefined });
      if (flow) this.modeling.updateProperties(flow, { conditionExpression: undefined });
    });
  }

  timer(element, form, body) {
    const definition = getBusinessObject(element).eventDefinitions[0];
    const expression = this._made('bpmn:FormalExpression', { body }, definition);
    const none = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
    this.once(() => this.modeling.updateModdleProperties(element, definition, { ...none, [form]: expression }));
  }

  /** The code an error or escalation carries, or the name of a message: one root element for each. */
  code(element, text) {
    const definition = getBusinessObject(element).eventDefinitions[0];
    const kind = definition.$type.replace(/^bpmn:|EventDefinition$/g, '');
    const attribute = kind === 'Message' ? 'name' : `${kind.toLowerCase()}Code`;
    const definitions = getBusinessObject(this.canvas.getRootElement()).$parent;
    this.once(() => {
      const known = definitions.rootElements.find((one) => one.$type === `bpmn:${kind}` && one[attribute] === text);
      const root = known ?? this.bpmnFactory.create(`bpmn:${kind}`, { [attribute]: text, name: text });
      root.$parent = definitions;
      const rootElements = known ? definitions.rootElements : [...definitions.rootElements, root];
      this.modeling.updateModdleProperties(element, definitions, { rootElements });
      this.modeling.updateModdleProperties(element, definition, { [`${kind.toLowerCase()}Ref`]: text ? root : undefined });
    });
  }

  /** Put a choice behind a step: one way for each outcome, those of a return drawn to their steps. Gives
      the gateway. */
  branch(step, name) {
    let gateway;
    this.once(() => {
      const onward = step.outgoing.find((flow) => is(flow, 'bpmn:SequenceFlow'));
      const bo = getBusinessObject(step);
      gateway = onward && is(onward.target, 'bpmn:ExclusiveGateway') && onward.target.incoming.length === 1
        ? onward.target : this._gateway(step, onward, name);
      const open = gateway.outgoing.filter((flow) => !getBusinessObject(flow).conditionExpression);
      for (const outcome of extensions(bo, 'Outcome')) this._way(step, gateway, outcome, open);
    });
    return gateway;
  }

  _gateway(step, onward, name) {
    const id = this.bpmnFactory.free(`gw_${step.id}`);
    const businessObject = this.bpmnFactory.create('bpmn:ExclusiveGateway', { id });
    const shape = this.elementFactory.createShape({ type: 'bpmn:ExclusiveGateway', businessObject });
    const at = { x: step.x + step.width + 75, y: step.y + step.height / 2 };
    const gateway = this.modeling.createShape(shape, at, step.parent);
    if (onward) {
      const { target } = onward;
      this.modeling.reconnectEnd(onward, gateway, at);
      this.modeling.connect(gateway, target, { type: 'bpmn:SequenceFlow' });
    } else this.modeling.connect(step, gateway, { type: 'bpmn:SequenceFlow' });
    this.modeling.updateProperties(gateway, { name });
    return gateway;
  }

  _way(step, gateway, outcome, open) {
    const targets = (outcome.to ?? '').split(/[\s,]+/).filter(Boolean);
    const conditions = targets.length
      ? targets.map((target) => [`${step.id}.return_to = "${target}"`, this.elementRegistry.get(target)])
      : [[`${step.id}.outcome = "${outcome.id}"`, null]];
    for (const [text, target] of conditions) {
      const drawn = gateway.outgoing.some((flow) => getBusinessObject(flow).conditionExpression?.body === text);
      if (drawn) continue;
      const way = target ? this.modeling.connect(gateway, target, { type: 'bpmn:SequenceFlow' }) : open.shift();
      if (!way) continue;
      this._condition(way, text);
      this.modeling.updateProperties(way, { name: outcome.label });
    }
  }

  _made(type, attributes, parent) {
    const made = this.moddle.create(type, attributes);
    made.$parent = parent;
    return made;
  }
}
Intentions.$inject = [
  'commandStack', 'modeling', 'bpmnFactory', 'moddle', 'elementRegistry', 'canvas', 'elementFactory',
];

const filled = (row) => Object.fromEntries(
  Object.entries(row).filter(([, value]) => value !== '' && value !== undefined && value !== null));
