import * as fs from 'node:fs';
import { join } from 'node:path';
import { isAside } from './aside.ts';

/** What was set aside in a folder, and nobody has removed since. */
export interface AsideFiles {
  readonly files: number;
  readonly bytes: number;
}

/** Looks at the folder as it is now: an operator may have removed some. A folder that cannot be read has none. */
export function asideFilesIn(path: string): AsideFiles {
  let files = 0;
  let bytes = 0;
  try {
    for (const name of fs.readdirSync(path).filter(isAside)) {
      bytes += fs.statSync(join(path, name)).size;
      files += 1;
    }
  } catch {
    // One that is removed while it is looked at: the next look tells.
  }
  return { files, bytes };
}
