import type { NodeId } from '../../ordered-log/index.ts';
import type { EntryKind } from '../core/entry.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import { encodeIncarnation, trimCommandBatch } from './payloads.ts';
import type { Session, Sessions } from './sessions.ts';

export type IntakeAnswer =
  | { readonly kind: 'take'; readonly entry: EntryKind; readonly payload: Uint8Array }
  /** Nothing to do: it is in the log already, or its incarnation is over. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'gap'; readonly expected: number };

/**
 * What a leader lets into its log: of each node only what comes next. A resent batch that is there already is
 * dropped here, so doubt does not swell the log; whatever slips through changes nothing when it is applied.
 */
export class Intake {
  readonly #table: Sessions;

  /** `table`: the sessions at the end of the log. It is this intake's own from here on. */
  constructor(table: Sessions) {
    this.#table = table;
  }

  /** One that stands where this one stands, and goes its own way. */
  copy(): Intake {
    return new Intake(this.#table.copy());
  }

  session(node: NodeId): Session {
    return this.#table.get(node);
  }

  sessions(): readonly (readonly [NodeId, Session])[] {
    return this.#table.entries();
  }

  commands(batch: CommandBatch): IntakeAnswer {
    const standing = this.#table.standing(batch);
    switch (standing.kind) {
      case 'next':
        this.#table.advance(batch);
        return { kind: 'take', entry: 'commands', payload: batch.payload };
      case 'overlaps': {
        const rest = trimCommandBatch(batch, standing.from);
        this.#table.advance(rest);
        return { kind: 'take', entry: 'commands', payload: rest.payload };
      }
      case 'gap':
        return { kind: 'gap', expected: standing.expected };
      case 'known':
      case 'wrong-incarnation':
        return { kind: 'drop' };
      default:
        return standing satisfies never;
    }
  }

  incarnation(payload: IncarnationPayload): IntakeAnswer {
    if (!this.#table.replace(payload)) return { kind: 'drop' };
    return { kind: 'take', entry: 'incarnation', payload: encodeIncarnation(payload) };
  }
}
