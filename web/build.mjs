// Bundles the page into the folder given (default ../build/web): hashed names below assets/, a .gz beside each file, and
// nothing left over from before. Type checking is tsc's, not ours.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../build/web'));
const TARGET = ['es2020', 'chrome90', 'firefox90', 'safari15'];
const BUDGET = 100 * 1024;
const ICONS = ['icon.svg', 'icon-180.png', 'icon-192.png', 'icon-512.png', 'icon-maskable.png'];

const common = {
  bundle: true,
  minify: true,
  write: false,
  target: TARGET,
  absWorkingDir: here,
  outdir: join(out, 'assets'),
  entryNames: '[name].[hash]',
  chunkNames: '[name].[hash]',
  legalComments: 'none',
  logLevel: 'warning',
};

// Bytes 4..9 of a gzip header are a time and an operating system: always the same here.
function compress(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

function hashed(name, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  const kind = extname(name);
  return `assets/${basename(name, kind)}.${hash}${kind}`;
}

async function bundle() {
  const page = await build({ ...common, metafile: true, entryPoints: ['src/main.ts'], format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact' });
  const style = await build({ ...common, entryPoints: ['src/style/main.css'] });
  const theme = await build({ ...common, entryPoints: ['src/theme.ts'], format: 'iife' });
  const built = [page, style, theme].flatMap((each) => each.outputFiles).map((file) => [`assets/${basename(file.path)}`, Buffer.from(file.contents)]);
  return [built, withImports(page.metafile.outputs, 'start')];
}

// The script called `name` and what it can't begin without, as `assets/…`.
function withImports(outputs, name) {
  const found = new Set();
  const add = (path) => {
    if (!found.has(path)) {
      found.add(path);
      outputs[path].imports.filter((each) => each.kind === 'import-statement').forEach((each) => add(each.path));
    }
  };
  add(Object.keys(outputs).find((path) => plainName(path) === `${name}.js`));
  return [...found].map((path) => `assets/${basename(path)}`);
}

// Its name stays, so that a browser finds the next one; what it keeps is this build's.
async function worker(files) {
  const version = createHash('sha256');
  files.forEach(([path, bytes]) => version.update(path).update(bytes));
  const keeps = files.map(([path]) => path).filter((path) => /^assets\/.*\.(js|css|svg)$/.test(path));
  const define = { VERSION: JSON.stringify(version.digest('hex').slice(0, 12)), FILES: JSON.stringify(keeps) };
  const built = await build({ ...common, entryPoints: ['src/sw.ts'], format: 'iife', define });
  return Buffer.from(built.outputFiles[0].contents);
}

function readIcons() {
  return ICONS.map((name) => [name, readFileSync(join(here, 'icons', name))]).map(([name, bytes]) => [hashed(name, bytes), bytes]);
}

// "assets/main.ABCD.js" -> "main.js"
function plainName(path) {
  const parts = basename(path).split('.');
  return `${parts[0]}.${parts[parts.length - 1]}`;
}

function fill(template, names) {
  const text = readFileSync(join(here, 'src', template), 'utf8');
  return Buffer.from(
    text.replace(/\{\{(.+?)\}\}/g, (_, name) => {
      if (!names.has(name)) {
        throw new Error(`${template}: nothing is called ${name}`);
      }
      return names.get(name);
    }),
  );
}

function writeAll(files) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'assets'), { recursive: true });
  for (const [path, bytes] of files) {
    writeFileSync(join(out, path), bytes);
    writeFileSync(join(out, `${path}.gz`), compress(bytes));
  }
}

// What a browser fetches before it can show something: not the chart, not the icons of the home screen.
function firstLoad(files, names, scripts) {
  const first = ['index.html', 'manifest.webmanifest', ...scripts, ...['main.js', 'main.css', 'theme.js', 'icon.svg'].map((each) => names.get(each))];
  return files.filter(([path]) => first.includes(path)).reduce((sum, [, bytes]) => sum + compress(bytes).length, 0);
}

const [built, scripts] = await bundle();
const assets = [...built, ...readIcons()];
const names = new Map(assets.map(([path]) => [plainName(path), path]));
names.set('preloads', scripts.map((path) => `<link rel="modulepreload" href="${path}">`).join('\n    '));
const files = [
  ...assets,
  ['index.html', fill('index.html', names)],
  ['manifest.webmanifest', fill('manifest.webmanifest', names)],
  ['THIRD_PARTY.txt', readFileSync(join(here, 'THIRD_PARTY.txt'))],
];
writeAll([...files, ['sw.js', await worker(files)]]);
const kB = (bytes) => (bytes / 1024).toFixed(1);
const packed = (names) => files.filter(([path]) => names.includes(plainName(path))).map(([, bytes]) => compress(bytes).length);
const size = firstLoad(files, names, scripts);
const messages = Math.max(...packed(readdirSync(join(here, 'messages')).map((name) => name.replace(/json$/, 'js'))));
console.log(`web: first load ${kB(size)} kB compressed, in another language ${kB(messages)} kB more; the chart, when it is needed, ${kB(packed(['plot.js'])[0])} kB`);
if (size + messages > BUDGET) {
  console.error(`web: first load is over ${kB(BUDGET)} kB`);
  process.exit(1);
}
