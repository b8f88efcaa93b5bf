import type { NodeId } from '../../src/ordered-log/index.ts';
import type { Entry } from '../../src/raft/core/entry.ts';
import { logIndex } from '../../src/raft/core/ids.ts';
import type { Raft } from '../../src/raft/core/raft.ts';

/** A promise of Raft was broken in a run. The message names the property as the paper's Figure 3 does. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Watches all nodes of a run, over their crashes and restarts, and compares after every step what must always hold. */
export class ClusterInvariants {
  readonly #leaderOfTerm = new Map<number, NodeId>();
  /** The one entry that may stand at an index in a term, and the term of the one before it. */
  readonly #entryAt = new Map<string, { readonly entry: Entry; readonly previousTerm: number }>();
  /** `inTerm`: the term of whoever was first seen to have committed it; leaders of later terms must have it. */
  readonly #committed: { readonly entry: Entry; readonly inTerm: number }[] = [];
  readonly #hashAt = new Map<number, { readonly hash: string; readonly node: NodeId }>();
  readonly #voteOf = new Map<string, NodeId>();

  get committedCount(): number {
    return this.#committed.length;
  }

  /** After every step of a node. */
  check(node: NodeId, core: Raft, appliedIndex: number, stateHash: string): void {
    this.#electionSafety(node, core);
    this.#oneVoteATerm(node, core);
    this.#logMatching(node, core);
    this.#stateMachineSafety(node, core);
    if (core.role === 'leader') this.#leaderCompleteness(node, core);
    if (appliedIndex > core.commitIndex)
      throw new BrokenInvariant(`${node} applied ${appliedIndex} but commit is ${core.commitIndex}`);
    const known = this.#hashAt.get(appliedIndex);
    if (known === undefined) this.#hashAt.set(appliedIndex, { hash: stateHash, node });
    else if (known.hash !== stateHash) {
      throw new BrokenInvariant(
        `replicas differ at applied index ${appliedIndex}: ${known.node} has ${known.hash}, ${node} has ${stateHash}`,
      );
    }
  }

  #electionSafety(node: NodeId, core: Raft): void {
    if (core.role !== 'leader') return;
    const other = this.#leaderOfTerm.get(core.term);
    if (other !== undefined && other !== node)
      throw new BrokenInvariant(`Election Safety: ${other} and ${node} both lead term ${core.term}`);
    this.#leaderOfTerm.set(core.term, node);
  }

  /** Only a vote that left the node counts: one that a crash undid before it was durable was never seen. */
  #oneVoteATerm(node: NodeId, core: Raft): void {
    if (core.role !== 'leader' || core.votedFor === null) return;
    const key = `${node}@${core.term}`;
    const other = this.#voteOf.get(key);
    if (other !== undefined && other !== core.votedFor)
      throw new BrokenInvariant(`${node} voted for ${other} and ${core.votedFor} in term ${core.term}`);
    this.#voteOf.set(key, core.votedFor);
  }

  #logMatching(node: NodeId, core: Raft): void {
    let previousTerm: number = core.log.baseTerm;
    for (let index: number = core.log.firstIndex; index <= core.log.lastIndex; index += 1) {
      const entry = core.log.entryAt(logIndex(index));
      const key = `${index}:${entry.term}`;
      const known = this.#entryAt.get(key);
      if (known === undefined) this.#entryAt.set(key, { entry, previousTerm });
      else if (
        known.previousTerm !== previousTerm ||
        (known.entry !== entry && !sameBytes(known.entry.bytes, entry.bytes))
      ) {
        throw new BrokenInvariant(
          `Log Matching: ${node} has another entry ${index} of term ${entry.term}, or other entries before it`,
        );
      }
      previousTerm = entry.term;
    }
  }

  #stateMachineSafety(node: NodeId, core: Raft): void {
    for (let index: number = core.log.firstIndex; index <= core.commitIndex; index += 1) {
      const entry = core.log.entryAt(logIndex(index));
      const known = this.#committed[index - 1];
      if (known === undefined) this.#committed[index - 1] = { entry, inTerm: core.term };
      else if (known.entry.term !== entry.term || !sameBytes(known.entry.bytes, entry.bytes)) {
        throw new BrokenInvariant(`State Machine Safety: ${node} committed another entry at ${index}`);
      }
    }
  }

  #leaderCompleteness(node: NodeId, core: Raft): void {
    for (const { entry, inTerm } of this.#committed.slice(core.log.baseIndex)) {
      if (inTerm < core.term && core.log.termAt(entry.index) !== entry.term) {
        throw new BrokenInvariant(
          `Leader Completeness: ${node} leads term ${core.term} without the committed entry ${entry.index}`,
        );
      }
    }
  }
}
