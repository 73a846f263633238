// What an element keeps when it is copied or becomes another kind: only what that kind may say.
//
// Knows which extensions stand on which element (`engine/route_limits.py`); must not know menus or fields.
import { isAny } from 'bpmn-js/lib/util/ModelUtil';

import allowed from '../shared/profile.json';

const GROUPS = [
  ['process', ['bpmn:Process']], ['lane', ['bpmn:Lane']], ['person', ['bpmn:UserTask', 'bpmn:ManualTask']],
  ['serviceTask', ['bpmn:ServiceTask']], ['businessRuleTask', ['bpmn:BusinessRuleTask']],
  ['exclusiveGateway', ['bpmn:ExclusiveGateway']],
];

function mayStand(item, element) {
  const group = GROUPS.find(([, types]) => isAny(element, types))?.[0] ?? 'other';
  return allowed[group].includes(item.$type.replace('paraf:', '').toLowerCase());
}

export default class Copying {
  constructor(eventBus, modeling) {
    eventBus.on('moddleCopy.canCopyProperty', 2000, ({ parent, property }) => {
      const foreign = property?.$type?.startsWith('paraf:') && parent?.$parent && !mayStand(property, parent.$parent);
      return foreign ? false : undefined;
    });
    // the members of a set are counted under the name of the very step
    eventBus.on('commandStack.shape.create.postExecuted', ({ context: { shape } }) => {
      const { id, loopCharacteristics } = shape.businessObject ?? {};
      const count = loopCharacteristics?.loopCardinality;
      if (count && count.body !== `each.${id}`) {
        modeling.updateModdleProperties(shape, count, { body: `each.${id}` });
      }
    });
  }
}
Copying.$inject = ['eventBus', 'modeling'];
