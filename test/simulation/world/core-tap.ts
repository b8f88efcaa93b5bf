import type { Effect, RoleName } from '../../../src/raft/core/effect.ts';
import type { Input } from '../../../src/raft/core/input.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import { votersOf } from '../../../src/raft/core/membership.ts';
import { logIndex } from '../../../src/raft/core/ids.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';

/** What can be known of a core between two steps. */
export interface CoreFacts {
  readonly term: number;
  readonly vote: NodeId | null;
  readonly commit: number;
  readonly role: RoleName;
  readonly leader: NodeId | null;
  /** Length of the log, and of the part of it that is on this node's disk. */
  readonly log: number;
  readonly durable: number;
  /** The last index before the log's first entry, and its term: a snapshot stands for all up to there. */
  readonly base: number;
  readonly baseTerm: number;
  /** Who votes, by the membership in force here; and whether this node vouches for its disk. */
  readonly voters: readonly NodeId[];
  readonly standing: Standing;
}

/** One atomic transition: an input, what it made the core ask for, and what the core is after it. */
export interface CoreStep {
  readonly input: Input;
  readonly effects: readonly Effect[];
  readonly after: CoreFacts;
}

export function factsOf(core: Raft): CoreFacts {
  const { term, votedFor: vote, commitIndex: commit, role, leader, durableIndex: durable, standing } = core;
  const { lastIndex: log, baseIndex: base, baseTerm } = core.log;
  const voters = votersOf(core.membership);
  return { term, vote, commit, role, leader, log, durable, base, baseTerm, voters, standing };
}

/** Of the entries after the log's base. */
export function termsOf({ log }: Raft): readonly number[] {
  return Array.from(
    { length: log.lastIndex - log.baseIndex },
    (_, place) => log.entryAt(logIndex(log.firstIndex + place)).term,
  );
}

/**
 * From now on `takes` hears of every input of this core before it is taken, and `stepped`, if there is one, of every step before
 * anything that it asks for is carried out.
 */
export function tapCore(
  core: Raft,
  takes: (input: Input) => void,
  stepped: ((step: CoreStep) => void) | null,
): void {
  const step = core.step.bind(core);
  core.step = (input) => {
    takes(input);
    const effects = step(input);
    stepped?.({ input, effects, after: factsOf(core) });
    return effects;
  };
}
