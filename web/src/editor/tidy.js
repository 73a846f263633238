// The drawing of the server's layouter put on the open diagram as one step of undoing.
//
// Knows shapes, lines, labels and their places in the file; must not know where the new drawing came from.
// Only geometry is taken over: ids, words and conditions stay those of the open diagram.

const box = ({ x, y, width, height }) => ({ x, y, width, height });
const points = (list) => list.map(({ x, y }) => ({ x, y }));

class TidyHandler {
  constructor(elementRegistry, moddle) {
    Object.assign(this, { elementRegistry, moddle });
  }

  execute(context) {
    context.before = context.before ?? new Map(
      [...context.places.keys()].map((id) => [id, this.placeOf(this.elementRegistry.get(id))]));
    return this.apply(context.places);
  }

  revert(context) {
    return this.apply(context.before);
  }

  placeOf(element) {
    const label = element.label && box(element.label);
    return element.waypoints ? { line: points(element.waypoints), label } : { box: box(element), label };
  }

  apply(places) {
    const changed = [];
    for (const [id, place] of places) {
      const element = this.elementRegistry.get(id);
      const { di } = element;
      if (place.line && element.waypoints) {
        element.waypoints = points(place.line);
        di.waypoint = place.line.map((point) => this.moddle.create('dc:Point', point));
      }
      if (place.box && !element.waypoints) {
        Object.assign(element, place.box);
        Object.assign(di.bounds, place.box);
      }
      const { label } = element;
      if (label) {
        const around = place.label ?? beside(element, label);
        Object.assign(label, around);
        di.label = di.label ?? this.moddle.create('bpmndi:BPMNLabel', {});
        di.label.bounds = this.moddle.create('dc:Bounds', around);
        changed.push(label);
      }
      changed.push(element);
    }
    return changed;
  }
}
TidyHandler.$inject = ['elementRegistry', 'moddle'];

function beside(element, label) {
  const middle = element.waypoints?.[Math.floor(element.waypoints.length / 2)];
  const [x, y] = middle ? [middle.x, middle.y] : [element.x + element.width / 2, element.y + element.height + 12];
  return { x: x - label.width / 2, y, width: label.width, height: label.height };
}

export default class Tidy {
  constructor(commandStack, moddle, elementRegistry) {
    Object.assign(this, { commandStack, moddle, elementRegistry });
    commandStack.registerHandler('paraf.tidy', TidyHandler);
  }

  /** Draw the open diagram as `xml` is drawn. Gives how many shapes and lines were placed. */
  async like(xml) {
    const { rootElement } = await this.moddle.fromXML(xml);
    const drawn = (rootElement.diagrams ?? []).flatMap((diagram) => diagram.plane.planeElement ?? []);
    const places = new Map();
    for (const di of drawn) {
      const id = di.bpmnElement?.id;
      if (!id || !this.elementRegistry.get(id)) continue;
      const label = di.label?.bounds && box(di.label.bounds);
      places.set(id, di.waypoint ? { line: points(di.waypoint), label } : { box: box(di.bounds), label });
    }
    if (places.size) this.commandStack.execute('paraf.tidy', { places });
    return places.size;
  }
}
Tidy.$inject = ['commandStack', 'moddle', 'elementRegistry'];
