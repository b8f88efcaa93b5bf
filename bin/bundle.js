/*
 * The program as one piece of JavaScript, in `dist/`. It is made when the dependencies are installed, or by `npm run build`, and is taken only
 * as long as it is whole, and of these very sources: to load them one by one takes a process a second, and fifty MiB. Whoever changes
 * one of them, or installs without scripts, runs the sources themselves, and nothing has to be built.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SOURCE = 'src/cli/main.ts';
const MAIN = 'main.js';
export const bundlesFolder = (root) => join(root, 'dist');
/** Says which bundle counts: of which sources it was made, what they were, and what it consists of. Replaced as a whole. */
export const currentFile = (root) => join(bundlesFolder(root), 'current.json');
/** Each bundle has a folder of its own, named by what is in it: processes that run from another one are not disturbed. */
export const bundleFolder = (root, made) => join(bundlesFolder(root), made.slice(0, 16));

/** The file to import in place of `SOURCE`; null if there is none, or it is damaged, or of other sources. */
export function freshBundle(root) {
  try {
    const { sources, of, parts, made } = JSON.parse(readFileSync(currentFile(root), 'utf8'));
    const folder = bundleFolder(root, made);
    const isFresh = digestOf(read(root, sources)) === of && digestOf(read(folder, parts)) === made;
    return isFresh ? join(folder, MAIN) : null;
  } catch {
    return null;
  }
}

/** Of these files' names and contents: pairs, in any order. */
export function digestOf(files) {
  const hash = createHash('sha256');
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  return hash.digest('hex');
}

const read = (folder, names) => names.map((name) => [name, readFileSync(join(folder, name))]);
