// The diagram of a draft: drawn and edited where there is room, read where there is not.
//
// Knows how the parts of the editor hang together; must not know what any of them does inside.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import Modeler from 'bpmn-js/lib/Modeler';
import Search from 'bpmn-js/lib/features/search';
import Minimap from 'diagram-js-minimap';
import { is } from 'bpmn-js/lib/util/ModelUtil';

import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './editor.css';

import bpmnWords from '../shared/indonesian.json';
import { speaker, translation } from '../shared/language.js';
import descriptor from '../shared/paraf.json';
import { Autosave } from './autosave.js';
import Copying from './copying.js';
import { chooseFile, download, Notices } from './exchange.js';
import { FindingList } from './findings.js';
import ownWords from './indonesian.json';
import Intentions from './intentions.js';
import { Panel } from './panel.js';
import { profile } from './profile.js';
import { Server } from './server.js';
import Tidy from './tidy.js';
import { keyboardHelp, toolbar } from './toolbar.js';
import { Words } from './words.js';

const say = speaker(bpmnWords, ownWords);
const NARROW = '(max-width: 47.5rem)';
const EDGE = 12;
const part = (name) => document.getElementById(`penyunting-${name}`);

const commands = {
  __init__: ['copying', 'intentions', 'tidy'],
  copying: ['type', Copying],
  intentions: ['type', Intentions],
  tidy: ['type', Tidy],
};

async function begin(stage) {
  const { dataset } = stage;
  const server = new Server({ base: dataset.draft, words: dataset.words, csrf: dataset.csrf });
  const notices = new Notices(part('kabar'));
  let draft;
  let words;
  try {
    [draft, words] = await Promise.all([server.draft(), server.words()]);
  } catch (refusal) {
    notices.show(refusal.message || say('The server cannot be reached. Please load the page again.'), [], 'red');
    return;
  }
  const narrow = matchMedia(NARROW).matches;
  const readOnly = narrow || dataset.edits !== 'yes' || draft.way !== 'publish' || draft.state !== 'open';
  if (narrow && dataset.edits === 'yes') part('sempit').hidden = false;

  const shared = {
    container: part('kanvas'),
    moddleExtensions: { paraf: descriptor },
    // where Arial is missing its stand-ins are wider, and labels keep the boxes the layouter gave them
    textRenderer: { externalStyle: { fontSize: 10 } },
  };
  const diagram = readOnly
    ? new NavigatedViewer({ ...shared, additionalModules: [translation(say), Search, Minimap] })
    : new Modeler({ ...shared, additionalModules: [translation(say), profile, Minimap, commands] });
  const services = Object.fromEntries(['eventBus', 'canvas', 'elementRegistry', 'overlays', 'selection',
    ...readOnly ? [] : ['modeling']].map((name) => [name, diagram.get(name)]));
  stage.classList.toggle('reading', readOnly);

  const { canvas, selection } = services;
  const show = (element) => {
    if (element !== canvas.getRootElement()) {
      selection.select(element);
      canvas.scrollToElement(element, { top: 80, bottom: 80, left: 120, right: 120 });
    } else selection.select([]);
    tab('sifat');
  };
  // shows the drawing from its left edge on, beside the palette and not beneath it
  const seen = (scale, middle) => {
    const { inner, outer } = canvas.viewbox();
    const [width, height] = [outer.width / scale, outer.height / scale];
    const y = inner.height < height ? inner.y + (inner.height - height) / 2 : Math.max(inner.y - EDGE / scale, middle - height / 2);
    canvas.viewbox({ x: inner.x - aside() / scale, y, width, height });
  };
  const aside = () => {
    const palette = part('kanvas').querySelector('.djs-palette');
    return EDGE + (palette ? palette.offsetLeft + palette.offsetWidth : 0);
  };
  const fitting = () => {
    const { inner, outer } = canvas.viewbox();
    return Math.min(1, (outer.width - aside() - EDGE) / inner.width, (outer.height - 2 * EDGE) / inner.height);
  };
  const whole = () => {
    // a long route fitted into the window cannot be read: begin where it begins instead
    const start = fitting() < 0.45 && services.elementRegistry.find((one) => is(one, 'bpmn:StartEvent'));
    if (start) seen(0.75, start.y + start.height / 2);
    else seen(fitting());
  };
  if (!readOnly) diagram.get('bpmnFactory').remember([`f${draft.highest_flow}`]);
  // where bpmn-js cannot go on, the server's findings say why
  let kept = draft.bpmn;
  let drawn = await opened(diagram, draft.bpmn, notices);
  if (drawn) whole();
  const text = async () => (drawn ? (await diagram.saveXML({ format: true })).xml : kept);

  const list = new FindingList({ host: part('temuan'), strip: part('jalan'), told: count }, services,
    { say, server, text, show, icons: dataset.icons });
  list.soon(0);

  const intentions = readOnly ? null : diagram.get('intentions');
  new Panel(part('sifat'), services, {
    say, intentions, readOnly, show,
    words: new Words({ ...words, tables: draft.tables }, services.elementRegistry, canvas, say),
  });
  tabs();
  if (narrow) tab('temuan');
  services.eventBus.on('selection.changed', ({ newSelection }) => newSelection.length === 1 && tab('sifat'));

  const search = () => {
    const pad = diagram.get('searchPad');
    const open = pad.isOpen();
    // a click anywhere closes it, this one too: so it opens after the click
    setTimeout(() => (open ? pad.close() : pad.open()));
  };
  services.eventBus.on('searchPad.closed', () => canvas.focus());
  const reading = [
    { name: 'search', words: say('Search in diagram'), sign: 'search', plain: true, act: search },
    { name: 'closer', words: say('Closer'), sign: 'zoom-in', plain: true, act: () => diagram.get('zoomScroll').stepZoom(1) },
    { name: 'farther', words: say('Farther'), sign: 'zoom-out', plain: true, act: () => diagram.get('zoomScroll').stepZoom(-1) },
    { name: 'fit', words: say('The whole diagram'), sign: 'fit', plain: true, act: () => seen(fitting()) },
    { name: 'export', words: say('Export'), sign: 'download', act: async () => download(`${draft.route_key}.bpmn`, await text()) },
  ];
  if (readOnly) {
    toolbar(part('alat'), reading, dataset.icons);
    stage.dataset.ready = 'yes';
    return;
  }

  const saving = new Autosave(server, draft.revision, text, told);
  const stack = diagram.get('commandStack');
  const keys = keyboardHelp(say);
  const buttons = toolbar(part('alat'), [
    { name: 'undo', words: say('Undo'), sign: 'undo', act: () => stack.undo() },
    { name: 'redo', words: say('Redo'), sign: 'redo', act: () => stack.redo() },
    { name: 'tidy', words: say('Tidy'), sign: 'tidy', act: () => tidy() },
    { name: 'import', words: say('Import'), sign: 'upload', act: () => bringIn() },
    ...reading.toReversed(),
    { name: 'keys', words: say('Keys in the diagram'), sign: 'keyboard', plain: true, act: keys },
  ], dataset.icons);
  const enable = () => {
    buttons.undo.disabled = !stack.canUndo();
    buttons.redo.disabled = !stack.canRedo();
  };
  enable();
  services.eventBus.on('commandStack.changed', () => {
    enable();
    changed();
  });
  told('saved', null, draft.updated_at);
  // an unfinished field is taken over and saved before the page is left by a link
  document.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || link.target || link.hasAttribute('download') || event.defaultPrevented || !saving.pending) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute('href').startsWith('#')) return;
    if (link.closest('.djs-container')) return;
    event.preventDefault();
    await saving.now();
    location.assign(link.href);
  });
  document.addEventListener('focusout', () => saving.pending && saving.now());
  stage.dataset.ready = 'yes';

  // --- what the buttons do ------------------------------------------------------------------------

  function changed() {
    // what could not be drawn is not overwritten by the little that stands on the canvas
    if (!drawn) return;
    saving.changed();
    list.soon();
  }

  async function tidy() {
    buttons.tidy.disabled = true;
    try {
      const answer = await server.tidy(await text());
      if (!drawn) await replaceBy(answer.bpmn);
      else await diagram.get('tidy').like(answer.bpmn);
      whole();
    } catch (refusal) {
      notices.show(refusal.message || say('The server cannot be reached. Please try again.'), [], 'red');
    }
    buttons.tidy.disabled = false;
  }

  async function bringIn() {
    const given = await chooseFile();
    if (given === null) return notices.show(say('The file is larger than 1 MiB.'), [], 'red');
    const before = await text();
    if (await replaceBy(given)) {
      notices.show(say('The file has taken the place of the diagram.'), [[say('Back to the diagram before'), () => replaceBy(before)]]);
    } else {
      kept = before;
      drawn = await opened(diagram, before, notices, true);
      if (drawn) whole();
    }
    return undefined;
  }

  async function replaceBy(xml) {
    let fresh = await opened(diagram, xml, notices, true);
    if (!fresh) {
      const answer = await server.tidy(xml).catch((refusal) => {
        notices.show(refusal.message || say('The server cannot be reached. Please try again.'), [], 'red');
      });
      fresh = Boolean(answer) && await opened(diagram, answer.bpmn, notices);
    }
    if (!fresh) return false;
    drawn = true;
    keepKey();
    whole();
    changed();
    return true;
  }

  /** The process keeps the key of the route, whatever the file calls it. */
  function keepKey() {
    const root = canvas.getRootElement();
    const pool = services.elementRegistry.find((one) => is(one, 'bpmn:Participant'));
    const process = pool?.businessObject.processRef ?? root.businessObject;
    if (process.id === draft.route_key || !is(process, 'bpmn:Process')) return;
    process.id = draft.route_key;
    process.isExecutable = true;
  }

  function told(state, detail, at) {
    const clock = new Date(at ?? Date.now()).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    const sentences = {
      saved: at ? say('Nothing has been changed yet') : say('Saved at {clock}', { clock }),
      changed: say('Not saved yet'),
      saving: say('Saving'),
      offline: say('Offline; saved as soon as the server can be reached'),
      conflict: say('Not saved: somebody else saved this draft'),
      refused: say('Not saved: {detail}', { detail: detail ?? '' }),
    };
    const host = part('simpanan');
    host.textContent = sentences[state];
    const revision = document.querySelector('[data-draft-revision]');
    if (revision && saving) revision.textContent = say('revision {n}', { n: saving.revision });
    host.dataset.state = state;
    const mine = [say('Download mine'), async () => { download(`${draft.route_key}.bpmn`, await text()); told(state, detail); }];
    if (state === 'refused') notices.show(sentences.refused, [mine], 'red');
    if (state === 'conflict') {
      notices.show(detail.detail, [
        [say('Open the newer one'), () => { saving.saved = saving.changes; location.reload(); }],
        mine,
      ], 'red');
    }
  }
}

/** Whether bpmn-js could draw the file; otherwise why not, unless `quietly`. */
async function opened(diagram, xml, notices, quietly = false) {
  try {
    const { warnings } = await diagram.importXML(xml);
    if (warnings.length) {
      notices.show(say('{n} parts of this file are not understood here. They are lost once a change is saved.', { n: warnings.length }), [], 'amber');
    }
    return true;
  } catch (fault) {
    if (!quietly) {
      notices.show(say('This file cannot be drawn as it is. The findings say why; tidying or the step table may help.'), [], 'amber');
    }
    stageOf(diagram).dataset.fault = fault.message;
    return false;
  }
}

const stageOf = (diagram) => diagram.get('canvas').getContainer();

// --- the two pages of the side --------------------------------------------------------------------

function tab(name) {
  for (const one of ['sifat', 'temuan']) {
    const button = part(`tab-${one}`);
    button.setAttribute('aria-selected', String(one === name));
    button.tabIndex = one === name ? 0 : -1;
    part(`muka-${one}`).hidden = one !== name;
  }
}

function tabs() {
  for (const [one, other] of [['sifat', 'temuan'], ['temuan', 'sifat']]) {
    part(`tab-${one}`).addEventListener('click', () => tab(one));
    part(`tab-${one}`).addEventListener('keydown', (event) => {
      if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
      tab(other);
      part(`tab-${other}`).focus();
    });
  }
}

function count({ error, warning, note }) {
  const badge = part('jumlah');
  badge.textContent = error + warning + note || '';
  badge.className = error ? 'count wrong-count' : 'count';
}

// a page taken out of the browser's memory may hold a revision that is old by now
addEventListener('pageshow', (event) => event.persisted && location.reload());

const stage = document.getElementById('penyunting');
if (stage) begin(stage);
