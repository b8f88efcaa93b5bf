#!/usr/bin/env node
/*
 * Makes the bundle that bin/bundle.js tells of. Processes may start and run meanwhile: what they load is never changed. As `prepare` it
 * may fail without harm (where only the Raft module is wanted its dependencies are not installed): then the sources are run.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleFolder, bundlesFolder, currentFile, digestOf, SOURCE } from './bundle.js';

/** A process loads all that it needs of a bundle within seconds. */
const KEPT_MS = 3_600_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** What was read, as it was read: a file that is changed meanwhile must not pass for what is in the bundle. */
const sources = new Map();

function readSource(path) {
  const bytes = readFileSync(path);
  sources.set(relative(root, path).split(sep).join('/'), bytes);
  return bytes;
}

const remembering = {
  name: 'remembering',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.(ts|json)$/ }, ({ path }) => ({
      contents: readSource(path),
      loader: path.endsWith('.ts') ? 'ts' : 'json',
    }));
  },
};

/** Nobody ever sees half of it. */
function replace(file, bytes) {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, bytes);
  renameSync(aside, file);
}

readSource(join(root, 'bin/build.js'));
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [SOURCE],
  // Nothing is written there, but source maps lead from such a place.
  outdir: bundleFolder(root, 'any'),
  write: false,
  bundle: true,
  // What a command does not need it does not load.
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  tsconfigRaw: {},
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [remembering],
  logLevel: 'warning',
});
const files = outputFiles.map(({ path, contents }) => [basename(path), contents]);
const made = digestOf(files);
const folder = bundleFolder(root, made);
mkdirSync(folder, { recursive: true });
for (const [name, contents] of files) replace(join(folder, name), contents);
const current = {
  sources: [...sources.keys()],
  of: digestOf(sources),
  parts: files.map(([name]) => name),
  made,
};
replace(currentFile(root), JSON.stringify(current));

for (const name of readdirSync(bundlesFolder(root))) {
  const old = join(bundlesFolder(root), name);
  const isOld = Date.now() - statSync(old).mtimeMs > KEPT_MS;
  if (isOld && old !== folder && old !== currentFile(root)) rmSync(old, { recursive: true, force: true });
}
