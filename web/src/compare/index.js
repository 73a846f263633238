// Two versions of a route side by side, moved as one. The page has both pictures and the list without this.
//
// Knows bpmn-js and the marks the server gives; must not know how two versions are compared. Marks are told
// by frame, dashes and a sign, never by colour alone; the watermark of bpmn.io stays as it is, uncovered.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'diagram-js/assets/diagram-js.css';
import './compare.css';

const SIGNS = { added: '+', removed: '−', changed: '≠' };

async function drawn(side, marks) {
  const response = await fetch(side.dataset.file, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(String(response.status));
  const container = document.createElement('div');
  container.className = 'cmp-canvas';
  const viewer = new NavigatedViewer({ container });
  side.append(container);
  await viewer.importXML(await response.text());
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const [name, kind] of Object.entries(marks)) {
    const shape = registry.get(name);
    if (!shape) continue;
    canvas.addMarker(name, `cmp-${kind}`);
    if (shape.waypoints) continue;
    const sign = document.createElement('span');
    sign.className = `cmp-sign cmp-sign-${kind}`;
    sign.textContent = SIGNS[kind];
    overlays.add(name, 'compare', { position: { top: -9, right: 9 }, html: sign });
  }
  return { viewer, canvas, registry, container };
}

/** What one shows the other shows too, at the same size. */
function together(sides) {
  let passing = false;
  for (const { viewer, canvas } of sides) {
    viewer.on('canvas.viewbox.changed', () => {
      if (passing) return;
      passing = true;
      const { x, y, scale } = canvas.viewbox();
      for (const other of sides) {
        if (other.canvas === canvas) continue;
        const { outer } = other.canvas.viewbox();
        other.canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
      }
      passing = false;
    });
  }
}

/** Lead both drawings to an element: the one that has it decides where. */
function goTo(sides, name) {
  const side = sides.find(({ registry }) => registry.get(name));
  if (!side) return;
  for (const { canvas, registry } of sides) {
    for (const one of registry.filter(() => true)) canvas.removeMarker(one.id, 'cmp-here');
    if (registry.get(name)) canvas.addMarker(name, 'cmp-here');
  }
  const shape = side.registry.get(name);
  const points = shape.waypoints ?? [shape, { x: shape.x + shape.width, y: shape.y + shape.height }];
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const { outer } = side.canvas.viewbox();
  const middle = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
  side.canvas.viewbox({
    x: middle.x - outer.width / 2, y: middle.y - outer.height / 2, width: outer.width, height: outer.height,
  });
}

async function begin(root) {
  const marks = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const places = [...root.querySelectorAll('[data-file]')];
  const sides = await Promise.all(places.map((place) => drawn(place, marks[place.dataset.side])));
  root.classList.add('live');
  for (const { canvas } of sides) canvas.resized();
  together(sides);
  const first = document.querySelector('[data-go-to]');
  sides[0].canvas.zoom('fit-viewport');
  if (first) goTo(sides, first.dataset.goTo);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-go-to]');
    if (!link) return;
    event.preventDefault();
    goTo(sides, link.dataset.goTo);
    root.scrollIntoView({ block: 'nearest' });
  });
  root.querySelector('[data-fit]').addEventListener('click', () => sides[0].canvas.zoom('fit-viewport'));
}

const root = document.getElementById('perbandingan');
if (root) {
  begin(root).catch(() => {
    root.classList.remove('live');
    for (const canvas of root.querySelectorAll('.cmp-canvas')) canvas.remove();
  });
}
