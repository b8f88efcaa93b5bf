import type { ReadId } from '../../ordered-log/ids.ts';
import type { Proposal } from './entry.ts';
import type { NodeId, Ticket } from './ids.ts';
import type { Message } from './messages.ts';

/** Everything that can happen to the core, one at a time. */
export type Input =
  /** One tick of the driver's clock has passed. All of the core's timings are counted in ticks. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'receive'; readonly from: NodeId; readonly message: Message }
  /** Append these, if this node leads; otherwise `proposal-refused`. */
  | { readonly kind: 'propose'; readonly proposals: readonly Proposal[] }
  /** Everything up to this ticket is on disk. */
  | { readonly kind: 'persisted'; readonly ticket: Ticket }
  /** Ask for a ReadIndex; answered by `read-ready` or `read-failed`. */
  | { readonly kind: 'read'; readonly id: ReadId }
  /** Hand leadership to this peer, or with null to the one that is furthest ahead. */
  | { readonly kind: 'transfer'; readonly to: NodeId | null };
