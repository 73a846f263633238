// What the closed lists of the office are called: roles, sets, documents, operations, forms, answers.
//
// Knows the answer of `GET /workshop/words` and the elements of the open diagram; must not know fields.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

import { extensions, isPerson, nodes, subject } from './intentions.js';
import { outputsOf } from './table_outputs.js';

const pairs = (list, key = 'id', label = 'label') => (list ?? []).map((one) => [one[key], one[label] || one[key]]);
const flat = (choices) => choices.flatMap((one) => (Array.isArray(one) ? [one] : one.choices));

export class Words {
  constructor(given, elementRegistry, canvas, say) {
    Object.assign(this, { given, elementRegistry, canvas, say });
  }

  roles() { return pairs(this.given.roles); }

  sets() { return pairs(this.given.sets); }

  units() { return pairs(this.given.units, 'code', 'name'); }

  documents() { return pairs(this.given.documents); }

  acts() { return pairs(this.given.acts); }

  forms() { return pairs(this.given.forms, 'name', 'title'); }

  tables() { return Object.keys(this.given.tables ?? {}).map((name) => [name, name]); }

  outcomes() { return pairs(this.given.outcomes); }

  /** Whether an outcome asks for a reason unless the route says otherwise. */
  needsReason(outcome) {
    return Boolean(this.given.outcomes?.find((one) => one.id === outcome)?.comment_required);
  }

  routes() { return pairs(this.given.routes, 'key', 'name'); }

  operations() { return pairs(this.given.operations); }

  answers() { return pairs(this.given.answers); }

  /** What an operation needs: some of "kind", "to", "key". */
  needs(operation) {
    return this.given.operations?.find((one) => one.id === operation)?.needs ?? [];
  }

  called(choices, value) {
    return flat(choices).find(([given]) => given === value)?.[1] ?? value;
  }

  step(id) {
    const element = this.elementRegistry.get(id);
    return (element && subject(element).name) || id;
  }

  steps(beside, wanted = isPerson) {
    return nodes(this.elementRegistry).filter(wanted)
      .filter((one) => !beside || getBusinessObject(one).$parent === getBusinessObject(beside).$parent);
  }

  options() {
    const root = this.canvas.getRootElement();
    const pool = is(root, 'bpmn:Collaboration')
      ? this.elementRegistry.find((one) => is(one, 'bpmn:Participant')) : root;
    return pool ? extensions(subject(pool), 'Option') : [];
  }

  /** Everything a condition may read beside this element, in groups: {group, choices: [subject]}, each
      subject {name, label, kind, values}. Steps right before it come first. */
  subjects(beside) {
    const { say } = this;
    const before = new Set(beside.incoming?.map((flow) => flow.source.id));
    const steps = this.steps(beside, (one) => isPerson(one) || decides(one))
      .sort((one, other) => before.has(other.id) - before.has(one.id));
    const groups = steps.map((step) => ({ group: this.step(step.id), choices: decides(step) ? this.ofDecision(step) : this.ofStep(step) }));
    const answers = nodes(this.elementRegistry).map((one) => extensions(getBusinessObject(one), 'Answer')[0]?.name);
    for (const name of new Set(answers.filter(Boolean))) {
      const answer = this.given.answers?.find((one) => one.id === name);
      groups.push({
        group: answer?.label ?? name,
        choices: (answer?.fields ?? []).map((field) => ({
          name: `${name}.${field.name}`, label: this.answered(field.name), kind: kindOf(field),
        })),
      });
    }
    groups.push({ group: say('Options of the route'), choices: this.options().map((option) => this.ofOption(option)) });
    groups.push({ group: say('The case'), choices: this.ofCase() });
    return groups.filter((one) => one.choices.length);
  }

  ofStep(step) {
    const { say } = this;
    const { id, loopCharacteristics } = getBusinessObject(step);
    const outcomes = extensions(getBusinessObject(step), 'Outcome');
    const targets = [...new Set(outcomes.flatMap((one) => (one.to ?? '').split(/[\s,]+/)).filter(Boolean))];
    const found = [{
      name: `${id}.outcome`, label: say('the outcome'), kind: 'text',
      values: outcomes.map((one) => [one.id, one.label || one.id]),
    }];
    if (targets.length) {
      found.push({
        name: `${id}.return_to`, label: say('the step returned to'), kind: 'text',
        values: targets.map((target) => [target, this.step(target)]),
      });
    }
    if (loopCharacteristics) {
      for (const one of outcomes) {
        found.push({ name: `${id}.${one.id}`, label: say('how many chose “{label}”', { label: one.label || one.id }), kind: 'number' });
      }
    }
    const form = extensions(getBusinessObject(step), 'Form')[0]?.ref;
    for (const field of this.given.forms?.find((one) => one.name === form)?.fields ?? []) {
      if (!field.engine) continue;
      found.push({ name: `${id}.${field.name}`, label: field.title ?? field.name, kind: kindOf(field), values: valuesOf(field) });
    }
    // what the office works out when the form is handed in (`usecases/forms_of_step.py`)
    if (form === 'review') found.push({ name: `${id}.all_conform`, label: say('all three criteria are met'), kind: 'boolean' });
    return found;
  }

  ofDecision(step) {
    const bo = getBusinessObject(step);
    const table = this.given.tables?.[extensions(bo, 'Decision')[0]?.ref];
    return outputsOf(table).map((output) => ({ ...output, name: `${bo.id}.${output.name}` }));
  }

  answered(field) {
    const { say } = this;
    return { complete: say('whether it is complete'), round: say('the round of revision'), current: say('whether it is current') }[field] ?? field;
  }

  ofCase() {
    const { say } = this;
    const kinds = [['mikro', 'Mikro'], ['makro', 'Makro'], ['teknis', 'Teknis']];
    return [
      { name: 'case.sop_kind', label: say('the kind of SOP'), kind: 'text', values: kinds },
      { name: 'case.request_kind', label: say('new or changed'), kind: 'text',
        values: [['new', say('New')], ['change', say('Change')]] },
      { name: 'case.proposer_is_biro_po', label: say('proposed by the bureau itself'), kind: 'boolean' },
      { name: 'case.from_perwakilan', label: say('proposed by a mission'), kind: 'boolean' },
      { name: 'case.proposer_unit_kind', label: say('the kind of the proposing unit'), kind: 'text' },
    ];
  }

  ofOption({ name, value, label }) {
    const logical = value === 'true' || value === 'false';
    const told = label?.match(/(?:^|\. )(\w+): /g)?.map((part) => part.replace(/^\. /, '').slice(0, -2)) ?? [];
    const values = logical ? undefined : [...new Set([value, ...told])].map((one) => [one, one]);
    return { name: `option.${name}`, label: name, kind: logical ? 'boolean' : 'text', values, short: logical };
  }
}

const decides = (element) => is(element, 'bpmn:BusinessRuleTask');
const kindOf = ({ type }) => {
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number' || type === 'count') return 'number';
  return 'text';
};
const valuesOf = ({ values }) => values?.map((one) => (Array.isArray(one) ? one : [one.value ?? one, one.label ?? one.value ?? one]));
