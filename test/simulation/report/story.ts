import { crc32 } from 'node:zlib';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { CoreFacts, CoreStep } from '../world/core-tap.ts';
import type { RoleChangeReason, RoleName } from '../../../src/raft/core/effect.ts';

/** Something that happened in a run, to be told, traced and counted. */
export type Happening =
  | { readonly kind: 'tick'; readonly node: NodeId }
  | {
      readonly kind: 'frame-sent';
      readonly id: number;
      readonly from: NodeId;
      readonly to: NodeId;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'frame-arrived';
      readonly id: number;
      readonly from: NodeId;
      readonly to: NodeId;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'frame-lost';
      readonly id: number;
      readonly from: NodeId;
      readonly to: NodeId;
      readonly why: string;
    }
  | { readonly kind: 'link'; readonly from: NodeId; readonly to: NodeId; readonly now: string }
  | {
      readonly kind: 'started';
      readonly node: NodeId;
      readonly entries: number;
      readonly term: number;
      readonly vote: NodeId | null;
    }
  /** A core is not what it was when it was last looked at. */
  | {
      readonly kind: 'core';
      readonly node: NodeId;
      readonly term: number;
      readonly vote: NodeId | null;
      readonly commit: number;
      readonly role: RoleName;
      readonly log: number;
      /** Entries that a leader has appended to its own log. */
      readonly appended: number;
    }
  | { readonly kind: 'ended'; readonly node: NodeId; readonly why: string }
  | { readonly kind: 'refused-to-start'; readonly node: NodeId; readonly why: string }
  /** What had happened to its disk is made good: it is a member by its present folder, and has all that is committed. */
  | { readonly kind: 'well-again'; readonly node: NodeId }
  | { readonly kind: 'operator'; readonly what: string }
  | { readonly kind: 'paused'; readonly node: NodeId }
  | { readonly kind: 'resumed'; readonly node: NodeId }
  | {
      readonly kind: 'role';
      readonly node: NodeId;
      readonly role: RoleName;
      readonly term: number;
      readonly reason: RoleChangeReason;
    }
  | { readonly kind: 'disk'; readonly node: NodeId; readonly what: string }
  | { readonly kind: 'durable'; readonly node: NodeId; readonly upTo: number; readonly term: number }
  | { readonly kind: 'committed'; readonly node: NodeId; readonly index: number; readonly term: number }
  | { readonly kind: 'applied'; readonly node: NodeId; readonly ordinal: number; readonly what: string }
  | { readonly kind: 'asks'; readonly who: string; readonly line: string }
  | { readonly kind: 'is-told'; readonly who: string; readonly line: string }
  | { readonly kind: 'fault'; readonly what: string }
  /** A node has a core, on the log that its disk holds; and every step that it takes. For traces only. */
  | {
      readonly kind: 'core-made';
      readonly node: NodeId;
      readonly facts: CoreFacts;
      readonly terms: readonly number[];
    }
  | { readonly kind: 'core-step'; readonly node: NodeId; readonly step: CoreStep }
  /** A node's log has kept this many entries, and goes on with entries of these terms. For pictures only. */
  | {
      readonly kind: 'log';
      readonly node: NodeId;
      readonly keep: number;
      readonly terms: readonly number[];
      readonly commit: number;
    };

export interface Told {
  readonly atUs: number;
  readonly happening: Happening;
}

export type Listener = (told: Told) => void;

const REMEMBERED = 400;

/** Hears everything that happens in a run: keeps the last of it, and a digest of all of it. */
export class Story {
  digest = 0;
  told = 0;
  readonly #last: Told[] = [];
  #oldest = 0;
  readonly #listener: Listener | null;

  constructor(listener: Listener | null) {
    this.#listener = listener;
  }

  tell(atUs: number, happening: Happening): void {
    const told = { atUs, happening };
    this.told += 1;
    this.digest = digestOf(told, this.digest);
    if (this.#last.length < REMEMBERED) this.#last.push(told);
    else {
      this.#last[this.#oldest] = told;
      this.#oldest = (this.#oldest + 1) % REMEMBERED;
    }
    this.#listener?.(told);
  }

  get isListenedTo(): boolean {
    return this.#listener !== null;
  }

  /** For a listener only: no part of the run, nor of its digest. */
  show(atUs: number, happening: Happening): void {
    this.#listener?.({ atUs, happening });
  }

  /** The last happenings, oldest first. */
  get last(): readonly Told[] {
    return [...this.#last.slice(this.#oldest), ...this.#last.slice(0, this.#oldest)];
  }
}

/** Of a frame every byte counts, of the rest every field. */
function digestOf({ atUs, happening }: Told, before: number): number {
  let text = `${atUs}`;
  let digest = before;
  for (const value of Object.values(happening) as readonly unknown[]) {
    if (value instanceof Uint8Array) digest = crc32(value, digest);
    else text += `,${String(value)}`;
  }
  return crc32(text, digest);
}
