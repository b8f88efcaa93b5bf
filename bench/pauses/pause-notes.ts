import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROBE = new URL('pause-probe.js', import.meta.url);

/** One time for which a process attended to nothing else. Milliseconds. */
export interface Pause {
  readonly pid: number;
  /** By the wall clock. */
  readonly endedAt: number;
  readonly pauseMs: number;
  /** For so much of it, and of at most 5 ms before it, its main thread was on a core. */
  readonly workedMs: number;
  /** For so much of it it could have been, and others were. */
  readonly waitedMs: number;
}

/** What the probe notes in the processes that are started between its making and its removal. */
export class PauseNotes {
  readonly #folder = mkdtempSync(join(tmpdir(), 'conclave-pauses-'));
  readonly #file = join(this.#folder, 'pauses.ndjson');
  readonly #optionsBefore = process.env['NODE_OPTIONS'] ?? '';

  constructor() {
    process.env['CONCLAVE_BENCH_PAUSES'] = this.#file;
    process.env['NODE_OPTIONS'] = `${this.#optionsBefore} --import=${PROBE.href}`;
  }

  /** All pauses of 10 ms and more that were noted so far. */
  read(): readonly Pause[] {
    const lines = readOrNothing(this.#file).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Pause);
  }

  remove(): void {
    process.env['NODE_OPTIONS'] = this.#optionsBefore;
    rmSync(this.#folder, { recursive: true });
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
