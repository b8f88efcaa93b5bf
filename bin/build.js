#!/usr/bin/env node
// Makes the bundle that bin/bundle.js tells of. A process that starts meanwhile finds none, and runs the sources.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleFolder, digestOf, MADE_OF, SOURCE } from './bundle.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = bundleFolder(root);
rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [SOURCE],
  outdir,
  bundle: true,
  // What a command does not need it does not load.
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
});
const files = Object.keys(metafile.inputs).sort();
writeFileSync(join(outdir, MADE_OF), JSON.stringify({ files, digest: digestOf(root, files) }));
