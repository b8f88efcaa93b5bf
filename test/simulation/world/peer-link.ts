import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Dice, Stream } from './dice.ts';

/** What one node says to another: a connection that it dials, over which frames go one way. */
export interface Link {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly fate: Stream;
  readonly ghosts: Stream;
  state: 'down' | 'dialing' | 'open';
  /** Counts the connections: what was sent over one does not arrive over the next, but as a late duplicate. */
  epoch: number;
  /** The latest dial is the one that counts. */
  dials: number;
  /** The identities of both folders, as the greetings told them. */
  folders: string;
  /** Whether the process at the other end seems to be gone. */
  suspicion: 'none' | 'to-be-proved' | 'confirmed';
  /** Why the other would not have this one, as last told. */
  refusal: string | null;
  /** Of what was sent over it, some that may come again. */
  readonly remembered: { readonly bytes: Uint8Array; readonly folders: string }[];
  /** Cuts that lie on it. */
  cuts: number;
  lastArrivalUs: number;
}

export function newLink(from: NodeId, to: NodeId, dice: Dice): Link {
  return {
    from,
    to,
    fate: dice.of('frame', from, to),
    ghosts: dice.of('ghost', from, to),
    state: 'down',
    epoch: 0,
    dials: 0,
    folders: '',
    suspicion: 'none',
    refusal: null,
    remembered: [],
    cuts: 0,
    lastArrivalUs: 0,
  };
}
