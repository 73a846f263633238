// What may be drawn: palette, context pad and replace menu hold the elements of Paraf's profile only.
//
// Knows bpmn-js's menus and which of their entries the engine runs; must not know what an element says.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import NamingFactory from './names.js';

const REPLACEMENTS = new Set([
  'replace-with-none-start', 'replace-with-message-start', 'replace-with-none-end',
  'replace-with-terminate-end', 'replace-with-error-end', 'replace-with-escalation-end',
  'replace-with-message-intermediate-catch', 'replace-with-timer-intermediate-catch',
  'replace-with-exclusive-gateway', 'replace-with-parallel-gateway', 'replace-with-event-based-gateway',
  'replace-with-user-task', 'replace-with-manual-task', 'replace-with-service-task', 'replace-with-rule-task',
  'replace-with-expanded-subprocess',
  'replace-with-timer-boundary', 'replace-with-error-boundary', 'replace-with-escalation-boundary',
  'replace-with-non-interrupting-timer-boundary', 'replace-with-non-interrupting-escalation-boundary',
  'replace-with-sequence-flow', 'replace-with-default-flow',
]);
const TOOLS = ['hand-tool', 'lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator'];
const PAD = [
  'lane-insert-above', 'lane-divide-two', 'lane-divide-three', 'lane-insert-below',
  'append.message-intermediate-event', 'append.timer-intermediate-event', 'append.end-event',
  'append.text-annotation', 'connect', 'delete',
];
const TIMER = { eventDefinitionType: 'bpmn:TimerEventDefinition' };
const only = (entries, names) => Object.fromEntries(
  names.filter((name) => entries[name]).map((name) => [name, entries[name]]));

class ProfilePalette {
  constructor(palette, create, elementFactory, canvas, translate, eventBus) {
    Object.assign(this, { create, elementFactory, canvas, translate });
    palette.registerProvider(100, this);
    // a pool is offered only where there is none
    eventBus.on('import.done', () => eventBus.fire('i18n.changed'));
  }

  getPaletteEntries() {
    const say = this.translate;
    const draw = (group, type, className, title, options) => {
      const start = (event) => this.create.start(event, this.elementFactory.createShape({ type, ...options }));
      return { group, className, title: say(title), action: { dragstart: start, click: start } };
    };
    return (entries) => ({
      ...only(entries, TOOLS),
      'create.start-event': draw('event', 'bpmn:StartEvent', 'bpmn-icon-start-event-none', 'Create start event'),
      'create.timer': draw('event', 'bpmn:IntermediateCatchEvent', 'bpmn-icon-intermediate-event-catch-timer',
        'Create wait for a time', TIMER),
      'create.end-event': draw('event', 'bpmn:EndEvent', 'bpmn-icon-end-event-none', 'Create end event'),
      'create.exclusive-gateway': draw('gateway', 'bpmn:ExclusiveGateway', 'bpmn-icon-gateway-xor',
        'Create gateway'),
      'create.parallel-gateway': draw('gateway', 'bpmn:ParallelGateway', 'bpmn-icon-gateway-parallel',
        'Create fork or join'),
      'create.user-task': draw('activity', 'bpmn:UserTask', 'bpmn-icon-user-task', "Create person's step"),
      'create.service-task': draw('activity', 'bpmn:ServiceTask', 'bpmn-icon-service-task',
        'Create service step'),
      ...only(entries, ['create.subprocess-expanded', ...this.hasPool() ? [] : ['create.participant-expanded']]),
    });
  }

  hasPool() {
    return is(this.canvas.getRootElement(), 'bpmn:Collaboration');
  }
}
ProfilePalette.$inject = ['palette', 'create', 'elementFactory', 'canvas', 'translate', 'eventBus'];

class ProfilePad {
  constructor(contextPad, popupMenu, create, autoPlace, elementFactory, appendPreview, canvas, translate) {
    Object.assign(this, { canvas, popupMenu, create, autoPlace, elementFactory, appendPreview, translate });
    contextPad.registerProvider(100, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = only(entries, PAD);
      const goesOn = 'append.append-task' in entries;
      const replace = entries.replace && { replace: { ...entries.replace, action: { click: this.replace } } };
      return {
        ...goesOn && !is(element, 'bpmn:EventBasedGateway') && {
          'append.user-task': this.append('bpmn:UserTask', 'bpmn-icon-user-task', "Append person's step"),
          'append.gateway': this.append('bpmn:ExclusiveGateway', 'bpmn-icon-gateway-xor',
            'Append exclusive gateway'),
          'append.service-task': this.append('bpmn:ServiceTask', 'bpmn-icon-service-task',
            'Append service step'),
        },
        ...kept,
        ...replace,
      };
    };
  }

  append(type, className, title) {
    const shape = () => this.elementFactory.createShape({ type });
    return {
      group: 'model',
      className,
      title: this.translate(title),
      action: {
        dragstart: (event, source) => this.create.start(event, shape(), { source }),
        click: (_, source) => this.autoPlace.append(source, shape()),
        hover: (_, source) => {
          this.appendPreview.create(source, type);
          return () => this.appendPreview.cleanUp();
        },
      },
    };
  }

  replace = (event, element) => {
    const pad = this.canvas.getContainer().querySelector('.djs-context-pad').getBoundingClientRect();
    const cursor = { x: event.x, y: event.y };
    this.popupMenu.open(element, 'bpmn-replace', { x: pad.left, y: pad.bottom + 5, cursor }, {
      title: this.translate('Change element'), width: 300,
    });
  };
}
ProfilePad.$inject = [
  'contextPad', 'popupMenu', 'create', 'autoPlace', 'elementFactory', 'appendPreview', 'canvas', 'translate',
];

class ProfileReplacements {
  constructor(popupMenu) {
    popupMenu.registerProvider('bpmn-replace', 100, this);
  }

  getPopupMenuEntries() {
    return (entries) => only(entries, Object.keys(entries).filter((name) => REPLACEMENTS.has(name)));
  }

  getPopupMenuHeaderEntries(element) {
    return (entries) => (is(element, 'bpmn:BoundaryEvent') ? only(entries, ['toggle-non-interrupting']) : {});
  }
}
ProfileReplacements.$inject = ['popupMenu'];

/** The additional modules of the editor. Aligning and distributing write style attributes, which the
    Content-Security-Policy forbids; the layouter of the server does their work. */
export const profile = {
  __init__: ['profilePalette', 'profilePad', 'profileReplacements'],
  profilePalette: ['type', ProfilePalette],
  profilePad: ['type', ProfilePad],
  profileReplacements: ['type', ProfileReplacements],
  bpmnFactory: ['type', NamingFactory],
  alignElementsContextPadProvider: ['value', null],
  alignElementsMenuProvider: ['value', null],
  distributeElementsMenuProvider: ['value', null],
};
