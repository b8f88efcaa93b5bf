import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { WorldSettings } from '../world/settings.ts';

/** How often the network spoils a message between nodes, and how the nodes' clocks differ. Probabilities from 0 to 1. */
export interface Weather {
  readonly loss: number;
  readonly duplicate: number;
  /** A copy that arrives seconds later, perhaps in another age of both nodes. */
  readonly lateDuplicate: number;
  /** Of what was sent over an earlier connection, perhaps by an earlier process: how much comes again over the next one. */
  readonly ghosts: number;
  /** Messages that are held up so long that others overtake them. */
  readonly straggler: number;
  readonly stragglerMs: number;
  readonly latencyMs: number;
  /** How fast each node's clock runs, 1 being right. */
  readonly clockRates: readonly number[];
  /** Of the connections between clients and nodes: how often a reply's or a command's bytes are the last that get through. */
  readonly clientReset: number;
  /** How often a node that looks at its clock finds that its turn has taken all the time that a turn may take: its core was another's. */
  readonly slowTurns: number;
}

/** At which moment of a node, from `atMs` on, a crash strikes. */
export type Moment =
  | 'at-once'
  | 'write-issued'
  | 'write-done'
  | 'sync-issued'
  | 'sync-done'
  | 'frame-sent'
  | 'vote-sent'
  | 'commit-advanced'
  | 'became-leader'
  | 'snapshot-taken'
  | 'snapshot-sent'
  | 'snapshot-arrives'
  /** Its leader has heard that it has a part of it. */
  | 'snapshot-half-way'
  | 'snapshot-received'
  | 'snapshot-installed'
  | 'became-candidate';

/** What survives a crash: all that was handed to the operating system, or only what was synced. Of the rest, `keep` percent of the sectors. */
export type Loss =
  | { readonly of: 'process'; readonly keep: number }
  /** Records may survive in part; marks and headers that were not synced are lost, so the log is never suspect. */
  | { readonly of: 'power'; readonly keep: number }
  /** Anything may survive. The log may be found suspect, and its node vouches for nothing until it is taken in again. Counts against the budget. */
  | { readonly of: 'power-any'; readonly keep: number };

export type Damage =
  | 'flip'
  /** A bit in what was written last, so that only the mark tells it from a torn tail. */
  | 'flip-end'
  /** A bit in each snapshot. */
  | 'flip-snapshot'
  /** A bit in a segment's header or marks. */
  | 'flip-mark'
  /** A bit in what says whose folder it is. */
  | 'flip-identity'
  /** A segment is gone. */
  | 'cut'
  /** The end of the log is gone, up to a third of it. */
  | 'cut-short'
  /** The end of the last segment is gone, and both its marks, which would tell. */
  | 'unmarked'
  /** The folder is empty. */
  | 'wipe'
  /** In its place is the folder of a node of the same name in another cluster. */
  | 'foreign'
  /** In its place is the folder, or only the log, of another node of this cluster. */
  | 'misplaced';

/** `again`: somebody who was removed, with the folder that it had. `remove-once`: nobody asks again if the leader is lost with it. */
export type MembersChange =
  'add' | 'remove' | 'remove-once' | 'remove-leader' | 'replace' | 'replace-leader' | 'again';

/**
 * How many disks may be destroyed at a time, a disk counting until its node is well again. `within`: a minority, and nothing
 * acknowledged may be lost. `over`: all but one, and what is demanded then is that nobody is told anything wrong, that whoever
 * cannot go on says so, and that nothing is deleted.
 */
export type Budget = 'within' | 'over';

interface Timed {
  /** Names its draws: keeps its luck when other faults are taken away. */
  readonly id: number;
  readonly atMs: number;
}

export type Fault = Timed &
  (
    | {
        readonly kind: 'crash';
        readonly node: NodeId;
        readonly moment: Moment;
        readonly loss: Loss;
        readonly downMs: number;
      }
    /** Strikes whoever leads at that moment: the others go on without it, and it comes back with a log of its own. */
    | {
        readonly kind: 'leader';
        /**
         * `overtaken`: it is isolated, and as soon as its successor has committed anything, the others take snapshots, drop their logs, and
         * it is back, with a tail of its own that reaches beyond them.
         * `in-turn`: it is isolated until its successor has been heard by one more, then that one is, and so on: each comes back with a tail.
         * `half-heard`: for a moment only one of the others hears it, and then its process dies: its last words are that one's alone.
         * `succession`: it is isolated, and as soon as its successor has begun, that one dies and the first is back (Figure 8).
         */
        readonly suffers:
          | 'isolation'
          | 'deafness'
          | 'pause'
          | 'crash'
          | 'hung-disk'
          | 'succession'
          | 'overtaken'
          | 'in-turn'
          | 'half-heard'
          | 'transfer';
        readonly forMs: number;
      }
    /** Several nodes die in the same instant, as in a power cut of the whole rack. */
    | {
        readonly kind: 'crash-all';
        readonly nodes: readonly NodeId[];
        readonly loss: Loss;
        readonly downMs: number;
      }
    | { readonly kind: 'pause'; readonly node: NodeId; readonly forMs: number }
    /** The node goes on, but no tick comes; then this many come in one go. */
    | { readonly kind: 'stall-ticks'; readonly node: NodeId; readonly forMs: number; readonly bunch: number }
    | {
        readonly kind: 'cut';
        readonly from: readonly NodeId[];
        readonly to: readonly NodeId[];
        readonly ways: 'one' | 'both';
        readonly forMs: number;
      }
    | {
        readonly kind: 'flap';
        readonly a: NodeId;
        readonly b: NodeId;
        readonly everyMs: number;
        readonly forMs: number;
      }
    | { readonly kind: 'reset-link'; readonly a: NodeId; readonly b: NodeId }
    | { readonly kind: 'slow-disk'; readonly node: NodeId; readonly factor: number; readonly forMs: number }
    | { readonly kind: 'hang-disk'; readonly node: NodeId; readonly forMs: number }
    | {
        readonly kind: 'fail-disk';
        readonly node: NodeId;
        readonly operation: 'write' | 'sync';
        readonly downMs: number;
      }
    | { readonly kind: 'full-disk'; readonly node: NodeId; readonly forMs: number }
    /** The fault atlas: what was durable is destroyed while the node is down. Counts against the budget. */
    | {
        readonly kind: 'damage';
        readonly node: NodeId;
        readonly how: Damage;
        readonly downMs: number;
      }
    /**
     * The power fails while the node starts, in its so-manieth call that changes something; if it starts with fewer, while its disk has the
     * first of what it writes then. Counts as a crash of which anything may survive.
     */
    | {
        readonly kind: 'cut-start';
        readonly node: NodeId;
        readonly call: number;
        readonly keep: number;
        readonly downMs: number;
      }
    /** A disk gives back a wrong bit of the log until somebody sees to it. Strikes only whoever is alone. */
    | { readonly kind: 'misread'; readonly node: NodeId; readonly downMs: number }
    /** The disks of several nodes are full at the same time. */
    | { readonly kind: 'full-disks'; readonly nodes: readonly NodeId[]; readonly forMs: number }
    /** Somebody changes who belongs to the cluster, and insists for a while. */
    | { readonly kind: 'members'; readonly change: MembersChange; readonly luck: number }
    /**
     * All that stand by are taken in at once. `together`: when the cluster knows their folders their disks hang, until the same moment.
     * `unheard`: a leader dies when it has written that one of them votes, and that one has not heard of it.
     */
    | { readonly kind: 'newcomers'; readonly forMs: number; readonly fate: 'together' | 'unheard' }
    | { readonly kind: 'take-snapshot'; readonly node: NodeId }
    /** The node is stopped, and starts with the next program, or, as long as nothing was raised, with the present one again. */
    | {
        readonly kind: 'release';
        readonly node: NodeId;
        readonly to: 'next' | 'this';
        readonly downMs: number;
      }
    /** Every node is stopped and started with the next program, one after the other; then somebody raises the version. */
    | { readonly kind: 'roll'; readonly everyMs: number }
    /** Without `to`, to whoever has most. */
    | { readonly kind: 'transfer'; readonly node: NodeId; readonly to?: NodeId }
    | { readonly kind: 'leave'; readonly node: NodeId; readonly downMs: number }
    | {
        readonly kind: 'client-cut';
        readonly client: number;
        readonly node: NodeId;
        readonly forMs: number;
      }
    | { readonly kind: 'client-reset'; readonly client: number }
    /** A slow reader: for so long it takes no bytes from its connection. Then it reads on, or is gone. */
    | {
        readonly kind: 'client-stall';
        readonly client: number;
        readonly forMs: number;
        readonly ending: 'reads-on' | 'is-gone';
      }
    | { readonly kind: 'client-restart'; readonly client: number; readonly downMs: number }
  );

/** Everything that a run depends on. The same plan gives the same run, to the last byte. */
export interface Plan {
  readonly seed: number;
  /** What else was asked for when it was drawn, as one types it; without it the same seed draws another. */
  readonly drawnWith: readonly string[];
  readonly nodes: number;
  /** Machines that may join. */
  readonly spares: number;
  /** How long faults and clients go on, in simulated time; then all is healed and must come to rest. */
  readonly forMs: number;
  /** Ends the time of faults early, after so many events; null: never. */
  readonly steps: number | null;
  readonly budget: Budget;
  /** `stormy`: faults strike while the cluster is being born. */
  readonly birth: 'calm' | 'stormy';
  /** Programs with `hello`, whose every message is followed. */
  readonly certainClients: number;
  /** Programs with `hello` that log in as anybody, collect and delete. */
  readonly wildClients: number;
  /** People on plain connections. */
  readonly people: number;
  /** Mean time between the commands of one client. */
  readonly thinkMs: number;
  readonly weather: Weather;
  readonly settings: WorldSettings;
  readonly faults: readonly Fault[];
}
