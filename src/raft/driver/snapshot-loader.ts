import type { StateMachine, StateRestore } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { SnapshotReader, SnapshotStore, StoredSnapshot } from '../storage/snapshot-store.ts';
import type { Program } from './program.ts';
import { assertReadable } from './program.ts';
import type { SnapshotHead } from './snapshot-head.ts';
import { SnapshotHeadReader } from './snapshot-head.ts';
import type { TurnTime } from './turn-time.ts';

/** A whole state, read and built aside; `swap` puts the state machine into it. */
export interface LoadedSnapshot {
  readonly stored: StoredSnapshot;
  readonly head: SnapshotHead;
  readonly tookMs: number;
  readonly swap: () => void;
}

export interface SnapshotLoaderParts<Result> {
  readonly store: SnapshotStore;
  readonly machine: StateMachine<Result>;
  readonly program: Program;
  readonly time: TurnTime;
  readonly nowMs: () => number;
  /** Pieces have been read: there is more to do. */
  readonly schedule: () => void;
}

interface Loading {
  readonly stored: StoredSnapshot;
  readonly reader: SnapshotReader;
  readonly restore: StateRestore;
  readonly startedMs: number;
  readonly headReader: SnapshotHeadReader;
  head: SnapshotHead | null;
  /** Pieces that the next turns look at. */
  waiting: Uint8Array[];
  /** What the disk gave after those: pieces, the end, or why not. */
  arrived: { readonly error: Error | null; readonly pieces: readonly Uint8Array[] | null } | null;
}

/**
 * Brings a stored snapshot back, some pieces a turn, so that heartbeats go on meanwhile. The state is built beside the one that stands,
 * and takes its place all at once (Figure 13, rule 8).
 */
export class SnapshotLoader<Result> {
  readonly #parts: SnapshotLoaderParts<Result>;
  #loading: Loading | null = null;

  constructor(parts: SnapshotLoaderParts<Result>) {
    this.#parts = parts;
  }

  get isBusy(): boolean {
    return this.#loading !== null;
  }

  /** Begins; one that was begun before is dropped: the newer one covers it. */
  begin(stored: StoredSnapshot): void {
    this.#loading?.reader.close();
    const loading: Loading = {
      stored,
      reader: this.#parts.store.read(stored),
      restore: this.#parts.machine.beginRestore(),
      startedMs: this.#parts.nowMs(),
      headReader: new SnapshotHeadReader(),
      head: null,
      waiting: [],
      arrived: null,
    };
    this.#loading = loading;
    this.#next(loading);
  }

  /** Looks at the next pieces, if there are any. Returns the whole once it is all here. Throws if the snapshot cannot be read, `VersionError` if a later program wrote it: the node must stop. */
  turn(): LoadedSnapshot | null {
    const loading = this.#loading;
    if (loading === null) return null;
    if (loading.waiting.length === 0) {
      const { arrived } = loading;
      if (arrived === null) return null;
      loading.arrived = null;
      if (arrived.error !== null) throw arrived.error;
      if (arrived.pieces === null) return this.#finish(loading);
      loading.waiting = [...arrived.pieces];
      // The disk reads the next ones meanwhile.
      this.#next(loading);
    }
    this.#lookAt(loading);
    if (loading.waiting.length > 0 || loading.arrived !== null) this.#parts.schedule();
    return null;
  }

  /** One piece, and as many more as there is time for. */
  #lookAt(loading: Loading): void {
    do {
      const piece = loading.waiting.shift();
      if (piece === undefined) return;
      if (loading.head === null) loading.head = this.#readHead(loading, piece);
      else loading.restore.add(piece);
    } while (this.#parts.time.mayDoMore);
  }

  /** Before the state machine sees any of it: what a later program wrote may mean anything to it. */
  #readHead({ headReader }: Loading, piece: Uint8Array): SnapshotHead | null {
    const { versions, whole } = headReader.add(piece);
    assertReadable(this.#parts.program, versions);
    return whole;
  }

  #next(loading: Loading): void {
    loading.reader.next((error, pieces) => {
      loading.arrived = { error, pieces };
      if (loading === this.#loading) this.#parts.schedule();
    });
  }

  #finish(loading: Loading): LoadedSnapshot {
    const { stored, head, reader, restore, startedMs } = loading;
    reader.close();
    this.#loading = null;
    if (head === null) throw new CodecError('a snapshot ends before its first pieces do');
    return { stored, head, tookMs: this.#parts.nowMs() - startedMs, swap: () => restore.finish() };
  }
}
