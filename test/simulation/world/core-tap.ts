import type { Effect, RoleName } from '../../../src/raft/core/effect.ts';
import type { Input } from '../../../src/raft/core/input.ts';
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
}

/** One atomic transition: an input, what it made the core ask for, and what the core is after it. */
export interface CoreStep {
  readonly input: Input;
  readonly effects: readonly Effect[];
  readonly after: CoreFacts;
}

export function factsOf(core: Raft): CoreFacts {
  const { term, votedFor: vote, commitIndex: commit, role, leader, durableIndex: durable } = core;
  return { term, vote, commit, role, leader, log: core.log.lastIndex, durable };
}

export function termsOf({ log }: Raft): readonly number[] {
  return Array.from({ length: log.lastIndex }, (_, place) => log.entryAt(logIndex(place + 1)).term);
}

/** From now on `stepped` hears of every step of this core, before anything that the step asks for is carried out. */
export function tapCore(core: Raft, stepped: (step: CoreStep) => void): void {
  const step = core.step.bind(core);
  core.step = (input) => {
    const effects = step(input);
    stepped({ input, effects, after: factsOf(core) });
    return effects;
  };
}
