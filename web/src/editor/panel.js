// The panel beside the diagram: what the chosen element says, in fields.
//
// Knows which fields belong to which kind of element; must not know how a change is carried out
// (`intentions.js`). It is drawn anew after each change, keeping where the reader is.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { conditionEditor, inWords } from './conditions.js';
import { areaField, choiceField, tag, textField } from './fields.js';
import { isPerson, subject } from './intentions.js';
import { WORD } from './names.js';
import { citeRows, roleFields, rowsOf, section, spanFields } from './parts.js';
import { eachFields, personSections, rowsIn } from './person.js';

const KINDS = [
  ['bpmn:UserTask', 'User task'], ['bpmn:ManualTask', 'Manual task'], ['bpmn:ServiceTask', 'Service task'],
  ['bpmn:BusinessRuleTask', 'Business rule task'], ['bpmn:CallActivity', 'Call activity'],
  ['bpmn:SubProcess', 'Sub-process'], ['bpmn:ExclusiveGateway', 'Exclusive gateway'],
  ['bpmn:ParallelGateway', 'Parallel gateway'], ['bpmn:EventBasedGateway', 'Event-based gateway'],
  ['bpmn:StartEvent', 'Start event'], ['bpmn:EndEvent', 'End event'], ['bpmn:BoundaryEvent', 'Boundary event'],
  ['bpmn:IntermediateCatchEvent', 'Waiting event'], ['bpmn:SequenceFlow', 'Sequence flow'], ['bpmn:Lane', 'Lane'],
  ['bpmn:Participant', 'The whole route'], ['bpmn:Process', 'The whole route'],
  ['bpmn:Collaboration', 'The whole route'], ['bpmn:TextAnnotation', 'Note'],
];

export class Panel {
  constructor(host, services, { say, words, intentions, readOnly, show }) {
    Object.assign(this, { host, ...services, say, words, intentions, readOnly, show });
    this.folded = new Set(['other', 'each', 'documents']);
    this.pressed = false;
    const { eventBus } = services;
    eventBus.on(['selection.changed', 'commandStack.changed', 'import.done'], () => this.soon());
    // what lies under the pointer stays until the click has arrived
    host.addEventListener('pointerdown', () => { this.pressed = true; });
    for (const end of ['pointerup', 'pointercancel']) {
      addEventListener(end, () => { this.pressed = false; if (this.waiting) this.soon(); });
    }
    this.draw();
  }

  soon() {
    this.waiting = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => !this.pressed && this.draw());
  }

  /** The element the panel speaks of: the one chosen, or the route. */
  element() {
    const chosen = this.selection.get();
    if (chosen.length === 1) return chosen[0].labelTarget ?? chosen[0];
    const root = this.canvas.getRootElement();
    return this.elementRegistry.find((one) => is(one, 'bpmn:Participant')) ?? root;
  }

  laneOf(element) {
    const bo = getBusinessObject(element);
    return this.elementRegistry.find((one) => is(one, 'bpmn:Lane')
      && (getBusinessObject(one).flowNodeRef ?? []).includes(bo));
  }

  draw() {
    this.waiting = false;
    const focus = this.host.contains(document.activeElement) && document.activeElement.dataset.key;
    const element = this.element();
    const many = this.selection.get().length > 1;
    const { say } = this;
    const body = many
      ? tag('p', { class: 'hint' }, say('{n} elements are chosen. Choose one to see what it says.', { n: this.selection.get().length }))
      : tag('fieldset', { disabled: this.readOnly }, this.sections(element));
    this.host.replaceChildren(many ? '' : this.head(element), body);
    if (element !== this.drawn) this.host.parentElement.scrollTop = 0;
    this.drawn = element;
    this.host.dataset.about = many ? '' : element.id;
    if (focus) this.host.querySelector(`[data-key="${focus}"]`)?.focus({ preventScroll: true });
  }

  head(element) {
    const kind = KINDS.find(([type]) => is(element, type))?.[1];
    return tag('header', { class: 'panel-head' }, tag('p', { class: 'meta' }, this.say(kind ?? 'Element')),
      tag('h2', {}, subject(element).name || subject(element).text || subject(element).id || ''));
  }

  sections(element) {
    const { say, intentions, folded } = this;
    const bo = subject(element);
    if (is(element, 'bpmn:Collaboration') && !bo.$instanceOf('bpmn:Process')) return [];
    if (is(element, 'bpmn:TextAnnotation')) {
      return [areaField(say('Text'), bo.text, (text) => intentions.once(() => this.modeling.updateLabel(element, text)), { key: 'text' })];
    }
    const flow = is(element, 'bpmn:SequenceFlow');
    const general = [
      textField(flow ? say('Words on the line') : say('Name'), bo.name, (name) => intentions.name(element, name), { key: 'name' }),
      !is(element, 'bpmn:Lane') && areaField(say('Documentation'), bo.documentation?.[0]?.text, (text) => intentions.document(element, text), { key: 'documentation' }),
      !is(element, 'bpmn:Lane') && this.cites(element),
    ];
    return [
      section(say('General'), 'general', general, folded),
      ...this.own(element),
      section(say('Technical'), 'other', this.technical(element), folded),
    ];
  }

  cites(element) {
    const { say, intentions } = this;
    const text = rowsIn(subject(element), 'Cite').map((row) => row.ref).join('\n');
    return areaField(say('Legal basis'), text, (given) => intentions.extend(element, 'Cite', citeRows(given)), {
      key: 'cites', rows: 2, hint: say('One article or interpretation a line, for example PL 37(1) or INT-05.') });
  }

  technical(element) {
    const { say, intentions } = this;
    const bo = subject(element);
    const whole = isAny(element, ['bpmn:Participant', 'bpmn:Process']);
    const give = (id) => {
      const free = WORD.test(id) && (id === bo.id || !this.elementRegistry.get(id));
      if (free && id !== bo.id) intentions.rename(element, id); else this.soon();
    };
    return [textField(say('Technical name'), bo.id, give, { key: 'id', readonly: whole, hint: whole
      ? say('The key of the route stays as it is.')
      : say('Conditions use this name. Changing it changes them too.') })];
  }

  own(element) {
    const { say, folded } = this;
    if (isPerson(element)) return personSections(element, this);
    if (is(element, 'bpmn:ServiceTask')) return [section(say('What the system does'), 'own', this.service(element), folded)];
    if (is(element, 'bpmn:BusinessRuleTask')) return [section(say('Decision table'), 'own', this.rule(element), folded)];
    if (is(element, 'bpmn:ExclusiveGateway')) return [section(say('Ways on'), 'own', this.gateway(element), folded)];
    if (is(element, 'bpmn:SequenceFlow')) return this.flow(element);
    if (is(element, 'bpmn:CallActivity')) {
      return [section(say('Route called'), 'own', this.called(element), folded),
        section(say('For each member of a set'), 'each', eachFields(element, this), folded)];
    }
    if (is(element, 'bpmn:SubProcess')) return [section(say('For each member of a set'), 'each', eachFields(element, this), folded)];
    if (is(element, 'bpmn:Lane')) return [section(say('Executor'), 'own', this.lane(element), folded)];
    if (isAny(element, ['bpmn:Participant', 'bpmn:Process'])) return [section(say('Options of the route'), 'options', this.options(element), folded)];
    if (getBusinessObject(element).eventDefinitions?.length) return [section(say('What is waited for'), 'own', this.event(element), folded)];
    return [];
  }

  service(element) {
    const { say, words, intentions } = this;
    const row = rowsIn(getBusinessObject(element), 'Operation')[0] ?? {};
    const put = (change) => {
      const whole = { ...row, ...change };
      const needs = words.needs(whole.name);
      const kept = Object.fromEntries(Object.entries(whole).filter(([name]) => name === 'name' || needs.includes(name)));
      intentions.extend(element, 'Operation', whole.name ? [kept] : []);
    };
    const needs = words.needs(row.name);
    return [
      choiceField(say('Operation'), row.name, [['', say('Choose an operation')], ...words.operations()], (name) => put({ name }), { key: 'operation' }),
      needs.includes('kind') && choiceField(say('Document'), row.kind, [['', say('Choose a document')], ...words.documents()], (kind) => put({ kind }), { key: 'operation-kind' }),
      needs.includes('to') && choiceField(say('Recipient'), row.to, [['', say('Choose a recipient')],
        { group: say('Roles'), choices: words.roles() }, { group: say('Sets'), choices: words.sets() }], (to) => put({ to }), { key: 'operation-to' }),
      needs.includes('key') && choiceField(say('Route started'), row.key, [['', say('Choose a route')], ...words.routes()], (key) => put({ key }), { key: 'operation-key' }),
    ];
  }

  rule(element) {
    const { say, words, intentions } = this;
    const row = rowsIn(getBusinessObject(element), 'Decision')[0] ?? {};
    return [choiceField(say('Decision table'), row.ref, [['', say('Choose a table')], ...words.tables()],
      (ref) => intentions.extend(element, 'Decision', ref ? [{ ref }] : []), { key: 'decision' })];
  }

  gateway(element) {
    const { say, words, intentions } = this;
    const bo = getBusinessObject(element);
    const row = rowsIn(bo, 'Answer')[0] ?? {};
    const ways = element.outgoing.filter((flow) => is(flow, 'bpmn:SequenceFlow'));
    const target = (flow) => subject(flow.target).name || flow.target.id;
    const subjects = words.subjects(element);
    return [
      choiceField(say('Answer asked of the system'), row.name, [['', say('None')], ...words.answers()],
        (name) => intentions.extend(element, 'Answer', name ? [{ name }] : []), { key: 'answer' }),
      tag('ul', { class: 'ways' }, ways.map((flow) => {
        const condition = getBusinessObject(flow).conditionExpression?.body;
        const told = bo.default === getBusinessObject(flow) ? say('whenever no other way is open')
          : condition ? inWords(condition, subjects, say) : say('no condition yet');
        return tag('li', {}, tag('button', { type: 'button', class: 'as-link', onclick: () => this.show(flow) }, target(flow)),
          tag('p', { class: 'meta' }, told));
      })),
      ways.length > 1 && choiceField(say('When no way is open'), bo.default?.id, [['', say('Every case has its way')],
        ...ways.map((flow) => [flow.id, target(flow)])],
      (id) => intentions.fallBackOn(element, id ? this.elementRegistry.get(id) : null), { key: 'default' }),
    ];
  }

  flow(element) {
    const { say, words, intentions, folded } = this;
    const bo = getBusinessObject(element);
    const { source } = element;
    const asks = is(source, 'bpmn:ExclusiveGateway') && source.outgoing.length > 1;
    if (!asks && !bo.conditionExpression) return [];
    const fallback = source && getBusinessObject(source).default === bo;
    const editor = conditionEditor(bo.conditionExpression?.body ?? '', words.subjects(source),
      (text) => intentions.condition(element, text), { say, label: say('Condition of this way') });
    return [section(say('Condition of this way'), 'own', [
      fallback && tag('p', { class: 'hint' }, say('This way is taken whenever no other is open; it needs no condition.')),
      editor,
    ], folded)];
  }

  event(element) {
    const { say, intentions } = this;
    const [definition] = getBusinessObject(element).eventDefinitions;
    if (definition.$type !== 'bpmn:TimerEventDefinition') {
      const name = definition.$type.replace(/^bpmn:|EventDefinition$/g, '');
      if (!['Error', 'Escalation', 'Message'].includes(name)) return [];
      const root = definition[`${name.toLowerCase()}Ref`];
      const label = name === 'Message' ? say('Name of the message') : say('Code');
      return [textField(label, (name === 'Message' ? root?.name : root?.[`${name.toLowerCase()}Code`]) ?? '',
        (text) => intentions.code(element, text), { key: 'code' })];
    }
    const forms = [['timeDuration', say('After a span of time')], ['timeDate', say('At one instant')], ['timeCycle', say('Again and again')]];
    const form = forms.find(([one]) => definition[one])?.[0] ?? 'timeDuration';
    const body = definition[form]?.body ?? '';
    const empty = { timeDuration: 'P3D', timeDate: `${new Date().getFullYear() + 1}-01-04T01:00:00Z`, timeCycle: 'R3/P1D' };
    const give = (text) => intentions.timer(element, form, text);
    return [
      choiceField(say('When'), form, forms, (next) => intentions.timer(element, next, empty[next]), { key: 'timer-form' }),
      ...form === 'timeDuration' ? spanFields(say('How long'), body, give, { say, working: false, key: 'timer' })
        : [textField(say('When exactly'), body, give, { key: 'timer', hint: form === 'timeDate'
          ? say('Written like 2027-01-04T01:00:00Z.') : say('Written like R3/P1D: three times, a day apart.') })],
    ];
  }

  called(element) {
    const { say, words, intentions } = this;
    return [choiceField(say('Route'), getBusinessObject(element).calledElement, [['', say('Choose a route')], ...words.routes()],
      (key) => intentions.once(() => this.modeling.updateProperties(element, { calledElement: key || undefined })), { key: 'called' })];
  }

  lane(element) {
    const { say, words, intentions } = this;
    return roleFields(say('Executor of the steps in this lane'), rowsIn(getBusinessObject(element), 'Role')[0]?.ref,
      (ref) => intentions.staff(element, ref), { say, words, none: say('Nobody: steps of the system') });
  }

  options(element) {
    const { say, intentions } = this;
    return rowsOf({
      key: 'option', say, add: say('Add an option'),
      read: () => rowsIn(subject(element), 'Option'),
      write: (rows) => intentions.extend(element, 'Option', rows),
      fresh: () => ({ name: `option_${rowsIn(subject(element), 'Option').length + 1}`, value: 'true' }),
      title: (row) => `“${row.name}”`,
      draw: (row, put, at) => [
        textField(say('Name in conditions'), row.name, (name) => put({ name }), { key: `option-${at}-name` }),
        ['true', 'false'].includes(row.value)
          ? choiceField(say('Value'), row.value, [['true', say('Yes')], ['false', say('No')]], (value) => put({ value }), { key: `option-${at}-value` })
          : textField(say('Value'), row.value, (value) => put({ value }), { key: `option-${at}-value` }),
        areaField(say('What it means'), row.label, (label) => put({ label }), { key: `option-${at}-label`, rows: 2 }),
        textField(say('Legal basis'), row.cite, (cite) => put({ cite }), { key: `option-${at}-cite` }),
      ],
    });
  }
}

