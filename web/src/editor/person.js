// What a person's step says: who, within which time, on which form, with which outcomes and documents.
//
// Knows the extensions of `userTask` and `manualTask`; must not know how they are drawn.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

import { conditionEditor } from './conditions.js';
import { button, choiceField, tag, textField, tickField } from './fields.js';
import { extensions } from './intentions.js';
import { roleFields, rowsOf, section, spanFields } from './parts.js';

const attributes = (item) => ({ ...item.$attrs, ...Object.fromEntries(
  item.$descriptor.properties.map(({ name }) => [name.replace(/^paraf:/, ''), item.get(name)])
    .filter(([, value]) => value !== undefined)) });

/** The rows of one kind of extension, as plain attributes. */
export const rowsIn = (bo, kind) => extensions(bo, kind).map(attributes);

export function personSections(element, panel) {
  const { say, words, intentions, folded } = panel;
  const bo = getBusinessObject(element);
  const first = (kind) => rowsIn(bo, kind)[0] ?? {};
  const put = (kind) => (rows) => intentions.extend(element, kind, rows);
  const one = (kind, row) => put(kind)(Object.values(row).some(Boolean) ? [row] : []);
  const lane = panel.laneOf(element);
  const laneRole = lane && rowsIn(getBusinessObject(lane), 'Role')[0]?.ref;
  const none = laneRole
    ? say('By the lane: {role}', { role: words.called(words.roles(), laneRole) }) : say('By the lane');

  const who = [
    ...roleFields(say('Executor'), first('Role').ref, (ref) => one('Role', { ref }), {
      say, words, none, item: Boolean(bo.loopCharacteristics) }),
    ...spanFields(say('Standard time'), first('Due').working, (working) => one('Due', working
      ? { ...first('Due'), working } : {}), { say, key: 'due' }),
    first('Due').working && textField(say('Basis of the standard time'), first('Due').cite,
      (cite) => one('Due', { ...first('Due'), cite }), { key: 'due-cite' }),
    choiceField(say('Form'), first('Form').ref, [['', say('No form')], ...words.forms()],
      (ref) => one('Form', { ref }), { key: 'form' }),
    tickField(say('The draft SOP is written at this step'), first('Edits').what === 'naskah',
      (given) => one('Edits', { what: given ? 'naskah' : '' }), { key: 'edits' }),
  ];
  return [
    section(say('Executor and time'), 'who', who, folded),
    section(say('Outcomes'), 'outcomes', outcomes(element, panel), folded),
    section(say('Documents'), 'documents', documents(element, panel), folded),
    section(say('For each member of a set'), 'each', eachFields(element, panel), folded),
  ];
}

function outcomes(element, panel) {
  const { say, words, intentions } = panel;
  const bo = getBusinessObject(element);
  const read = () => rowsIn(bo, 'Outcome');
  const write = (rows) => intentions.extend(element, 'Outcome', rows);
  const steps = words.steps(element).filter((step) => step !== element);

  const draw = (row, put, at) => {
    const required = (row.comment ?? (words.needsReason(row.id) ? 'required' : 'optional')) === 'required';
    const targets = (row.to ?? '').split(/[\s,]+/).filter(Boolean);
    const fresh = () => (read()[at].to ?? '').split(/[\s,]+/).filter(Boolean);
    const comment = (given) => (given === words.needsReason(row.id) ? '' : given ? 'required' : 'optional');
    const returned = targets.map((target) => tag('li', {}, tag('span', {}, words.step(target)),
      button(say('Remove'), () => put({ to: fresh().filter((id) => id !== target).join(' ') }),
        { kind: 'slim plain', 'aria-label': say('Remove {what}', { what: words.step(target) }) })));
    const rest = steps.filter((step) => !targets.includes(step.id)).map((step) => [step.id, words.step(step.id)]);
    return [
      textField(say('Words on the button'), row.label, (label) => put({ label }), { key: `outcome-${at}-label` }),
      choiceField(say('Kind of outcome'), row.id, words.outcomes(), (id) => put({ id }),
        { key: `outcome-${at}-id` }),
      tickField(say('A reason is required'), required, (given) => put({ comment: comment(given) }),
        { key: `outcome-${at}-comment` }),
      returned.length > 0 && tag('ul', { class: 'targets', 'aria-label': say('Goes back to') }, returned),
      choiceField(targets.length ? say('May also go back to') : say('Goes back to'), '',
        [['', say('Choose a step')], ...rest], (id) => id && put({ to: [...fresh(), id].join(' ') }),
        { key: `outcome-${at}-to` }),
      tag('details', { class: 'more', open: Boolean(row.when || row.role) }, tag('summary', {}, say('Offered only')),
        conditionEditor(row.when ?? '', words.subjects(element).filter((group) => group.choices.some(
          ({ name }) => !name.startsWith(`${bo.id}.`))), (when) => put({ when }), {
          say, key: `when-${at}`, label: say('Offered only when') }),
        roleFields(say('To another role'), row.role, (role) => put({ role }), {
          say, words, none: say('To whoever does the step'), key: `outcome-${at}-role` })),
    ];
  };

  const list = rowsOf({
    key: 'outcome', read, write, draw, say, add: say('Add an outcome'),
    title: (row) => `“${row.label || row.id}”`,
    fresh: () => {
      const [id, label] = words.outcomes().find(([one]) => !read().some((row) => row.id === one)) ?? ['done', ''];
      return { id, label };
    },
  });
  return [...list, branchButton(element, panel, read())];
}

/** Several ways on, or a way back, need a choice behind the step; its conditions are written for the owner. */
function branchButton(element, panel, rows) {
  const { say, intentions } = panel;
  if (rows.length < 2 && !rows.some((row) => row.to)) return null;
  const onward = element.outgoing.find((flow) => is(flow, 'bpmn:SequenceFlow'))?.target;
  const drawn = onward && is(onward, 'bpmn:ExclusiveGateway');
  return tag('div', { class: 'offer' },
    tag('p', { class: 'hint' }, drawn
      ? say('A choice follows this step. Ways that have no condition yet get the one of their outcome.')
      : say('This step ends in several ways. A choice behind it sends each on its way.')),
    button(drawn ? say('Write the conditions of the choice') : say('Draw the choice'), () => {
      const name = getBusinessObject(element).name || element.id;
      panel.show(intentions.branch(element, drawn ? onward.businessObject.name : say('The outcome of {step}?', { step: name })));
    }, { 'data-key': 'branch' }));
}

function documents(element, { say, words, intentions }) {
  const bo = getBusinessObject(element);
  return rowsOf({
    key: 'document', say, add: say('Add a document'),
    read: () => rowsIn(bo, 'Document'),
    write: (rows) => intentions.extend(element, 'Document', rows),
    fresh: () => ({ kind: words.documents()[0]?.[0] ?? '', act: words.acts()[0]?.[0] ?? 'konsep' }),
    title: (row) => `“${words.called(words.documents(), row.kind)}”`,
    draw: (row, put, at) => [
      choiceField(say('Document'), row.kind, words.documents(), (kind) => put({ kind }), { key: `document-${at}-kind` }),
      choiceField(say('What is done with it'), row.act, words.acts(), (act) => put({ act }), { key: `document-${at}-act` }),
    ],
  });
}

/** The set whose members each do it, and who closes last; for sub-processes too. */
export function eachFields(element, { say, words, intentions }) {
  const bo = getBusinessObject(element);
  const now = () => {
    const loop = bo.loopCharacteristics;
    return loop ? { members: loop.get('paraf:each') ?? '', closer: loop.get('paraf:closer') ?? '', sequential: loop.isSequential } : null;
  };
  const each = now();
  const person = is(element, 'bpmn:Task');
  return [
    choiceField(say('Done by'), each?.members ?? '', [['', say('One holder')], ...words.sets()],
      (members) => intentions.repeat(element, members ? { ...now(), members } : null), { key: 'each' }),
    each && person && roleFields(say('Closed by'), each.closer, (closer) => intentions.repeat(element, { ...now(), closer }), {
      say, words, none: say('Nobody in particular'), key: 'closer' }),
    each && tickField(say('One after another'), each.sequential,
      (sequential) => intentions.repeat(element, { ...now(), sequential }), { key: 'sequential' }),
  ].flat();
}
