import type { Disk, DiskError } from './disk.ts';
import type { LogStoreAlarm } from './log-store.ts';
import { segmentFileName } from './segment-format.ts';

/** A file full of zeros, ready to become a segment. */
export interface ReservedSegment {
  readonly name: string;
  readonly sequence: number;
  readonly bytes: number;
}

export interface ReserverOptions {
  readonly disk: Disk;
  /** Sequence number of the next segment. */
  readonly sequence: number;
  /** Bytes of an ordinary segment. */
  readonly segmentBytes: number;
  /** Bytes of the next segment's file, if there is one from an earlier run; otherwise 0. */
  readonly spareBytes: number;
  /** An attempt has ended: `take` may give more than before. */
  readonly onReady: () => void;
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  readonly onFailure: (error: DiskError) => void;
}

/**
 * Keeps the next segment ready. A disk without room is no failure: it raises an alarm, once, and reserves when `retry` is
 * called and there is room again.
 */
export class SegmentReserver {
  readonly #options: ReserverOptions;
  #sequence: number;
  #spareBytes: number;
  #wantedBytes = 0;
  #state: 'idle' | 'reserving' | 'no-space' = 'idle';

  constructor(options: ReserverOptions) {
    this.#options = options;
    this.#sequence = options.sequence;
    this.#spareBytes = options.spareBytes;
  }

  /** There was no room for the next segment when it was last tried. */
  get isShort(): boolean {
    return this.#state === 'no-space';
  }

  /** Bytes of the next segment, 0 while there is none. */
  get readyBytes(): number {
    return this.#state === 'reserving' ? 0 : this.#spareBytes;
  }

  /** Reserves the next segment in the background, for at least so many bytes, unless that has been done or is being tried. */
  prepare(bytes: number): void {
    this.#wantedBytes = Math.max(this.#wantedBytes, this.#options.segmentBytes, bytes);
    if (this.#state === 'idle' && this.#spareBytes < this.#wantedBytes) this.#reserve();
  }

  /** The next segment, if one of at least so many bytes is ready. Otherwise it is prepared, and `onReady` follows. */
  take(bytes: number): ReservedSegment | null {
    if (this.#spareBytes < bytes || this.#state === 'reserving') {
      this.prepare(bytes);
      return null;
    }
    const taken = {
      name: segmentFileName(this.#sequence),
      sequence: this.#sequence,
      bytes: this.#spareBytes,
    };
    this.#sequence += 1;
    this.#spareBytes = 0;
    if (this.#state === 'idle') this.#wantedBytes = 0;
    return taken;
  }

  /** Tries again if there was no room. */
  retry(): void {
    if (this.#state === 'no-space') this.#reserve();
  }

  #reserve(): void {
    const shortBefore = this.#state === 'no-space';
    const bytes = this.#wantedBytes;
    this.#state = 'reserving';
    this.#options.disk.reserve(segmentFileName(this.#sequence), bytes, (error) => {
      if (error === null) {
        this.#state = 'idle';
        this.#spareBytes = bytes;
        if (shortBefore) this.#options.onAlarm('space-again');
        this.#options.onReady();
      } else if (error.code === 'no-space') {
        this.#state = 'no-space';
        if (!shortBefore) this.#options.onAlarm('no-space');
        this.#options.onReady();
      } else {
        this.#options.onFailure(error);
      }
    });
  }
}
