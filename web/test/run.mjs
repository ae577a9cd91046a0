// Bundles each test/*.test.ts for node and runs it; one `ok NAME` or `not ok NAME` a test on stdout. Works from node 18 on.
import { build } from 'esbuild';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../../build/web-test'));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts'));
await build({
  entryPoints: tests.map((name) => join(here, name)),
  absWorkingDir: join(here, '..'),
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'esm',
  outdir: out,
  outExtension: { '.js': '.mjs' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
  logLevel: 'warning',
});

let failures = 0;
let passes = 0;
// A file is a test of its own to the runner; only what stands inside is ours.
const isFile = (data) => data.name.endsWith('.mjs');
const events = run({ files: tests.map((name) => join(out, name.replace(/\.ts$/, '.mjs'))), concurrency: false });
events.on('test:pass', (data) => {
  if (!isFile(data)) {
    passes += 1;
    console.log(`ok web ${data.name}`);
  }
});
events.on('test:fail', (data) => {
  failures += 1;
  console.log(`not ok web ${data.name}`);
  console.error(data.details?.error?.cause ?? data.details?.error);
});
events.on('end', () => {
  if (passes === 0) {
    console.log('not ok web unit tests: none ran');
  }
  process.exitCode = failures === 0 && passes > 0 ? 0 : 1;
});
events.resume();
