/*
 * The program as one piece of JavaScript, `dist/`. It is made when the dependencies are installed (`npm run build`), and is taken only as
 * long as it is of these very sources: to load them one by one takes a process a second, and fifty MiB. Whoever changes one of
 * them, or installs without scripts, runs the sources themselves, and nothing has to be built.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SOURCE = 'src/cli/main.ts';
const FOLDER = 'dist';
const MAIN = 'main.js';
/** Of which sources it was made, and what they were. Written last. */
export const MADE_OF = 'made-of.json';

export const bundleFolder = (root) => join(root, FOLDER);

/** The file to import in place of `SOURCE`; null if there is none, or it is of other sources. */
export function freshBundle(root) {
  const folder = bundleFolder(root);
  try {
    const { files, digest } = JSON.parse(readFileSync(join(folder, MADE_OF), 'utf8'));
    return digestOf(root, files) === digest ? join(folder, MAIN) : null;
  } catch {
    return null;
  }
}

/** Of the texts and names of these files. Throws if one is gone. */
export function digestOf(root, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const text = readFileSync(join(root, file));
    hash.update(`${file}\n${text.length}\n`).update(text);
  }
  return hash.digest('hex');
}
