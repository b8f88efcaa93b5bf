import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';
import { plant } from './mutant.ts';

/** The root of this project. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What a run of the simulator needs, or a test file. */
const COPIED = ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** A copy of the project in a temporary folder, with a bug in it or without. */
export interface Copy {
  readonly folder: string;
  /** The bug is taken out again, and the folder is free for another. */
  giveBack(): void;
}

/**
 * The copies in which bugs are planted, all of the source as it was when the first was made; the project itself is never
 * touched. A folder is used again: what is compiled once for it need not be compiled for every bug.
 */
export class Copies {
  readonly #root = mkdtempSync(join(tmpdir(), 'conclave-mutants-'));
  readonly #free: string[] = [];
  #made = 0;

  constructor() {
    this.#fill(PROJECT, this.#pristine);
  }

  take(mutant: Mutant | null): Copy {
    const folder = this.#free.pop() ?? this.#make();
    if (mutant === null) return { folder, giveBack: () => this.#free.push(folder) };
    const file = join(folder, mutant.file);
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, plant(mutant, source));
    return {
      folder,
      giveBack: () => {
        writeFileSync(file, source);
        this.#free.push(folder);
      },
    };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  get #pristine(): string {
    return join(this.#root, 'pristine');
  }

  #make(): string {
    this.#made += 1;
    const folder = join(this.#root, `copy-${this.#made}`);
    this.#fill(this.#pristine, folder);
    return folder;
  }

  #fill(from: string, to: string): void {
    for (const part of COPIED) cpSync(join(from, part), join(to, part), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(to, 'node_modules'), 'dir');
  }
}
