// Builds each island (a folder of web/src with an index.js) into web/static/built, and writes down what
// it was built from, so that a test without Node can tell whether the built files belong to the sources.
//
//   npm ci --ignore-scripts && npm run build
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const place = join(here, '..', 'static', 'built');
// Built beside its place and put there when it is whole: the pages are served meanwhile.
const out = `${place}.new`;
const islands = readdirSync(here).filter((name) => existsSync(join(here, name, 'index.js'))).sort();

const files = (folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  if (name === 'node_modules' || name.startsWith('.')) return [];
  return statSync(path).isDirectory() ? files(path) : [path];
});
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  metafile: true,
  entryPoints: Object.fromEntries(islands.map((name) => [name, join(name, 'index.js')])),
  outdir: out,
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2020',
  format: 'iife',
  legalComments: 'none',
  assetNames: '[name]',
  loader: {
    '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty', '.json': 'json',
  },
});

// Whose work is in the built files, with the licence each package brings along.
const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => {
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name ? [name] : [];
}));
const notices = [...packages].sort().map((name) => {
  const folder = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licensed under ${license}.`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
if (packages.has('bpmn-js')) {
  notices.push('bpmn-font (SIL Open Font License 1.1), part of bpmn-js: the signs of its palette and menus\n');
}
writeFileSync(join(out, 'third-party.txt'), notices.join(`\n${'-'.repeat(78)}\n\n`));

const sources = files(here).map((path) => [relative(here, path), digest(readFileSync(path))]);
const built = readdirSync(out).sort().map((name) => {
  const bytes = readFileSync(join(out, name));
  return [name, { sha256: digest(bytes), bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length }];
});
writeFileSync(join(out, 'built.json'), `${JSON.stringify(
  { sources: Object.fromEntries(sources), built: Object.fromEntries(built) }, null, 1)}\n`);
for (const [name, { bytes, gzip }] of built) console.log(`${name}  ${bytes} bytes, ${gzip} gzip`);
rmSync(place, { recursive: true, force: true });
renameSync(out, place);
