import type { Effect } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, type LogIndex, type NodeId, type Term } from '../../../../src/raft/core/ids.ts';
import { majorityOf } from '../../../../src/raft/core/quorum.ts';
import type { Cluster } from './cluster.ts';

/** Watches a cluster and throws once something happens that Raft promises never to happen (Figure 3). */
export class Promises {
  readonly #cluster: Cluster;
  readonly #leaders = new Map<Term, NodeId>();
  readonly #committed: Entry[] = [];
  readonly #reads = new Map<number, LogIndex>();
  #effectsRead = 0;
  served = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get leaderCount(): number {
    return this.#leaders.size;
  }

  get committedCount(): number {
    return this.#committed.length;
  }

  /** A read began: what is committed anywhere now must be covered by its index. */
  readBegan(id: number): void {
    this.#reads.set(id, logIndex(this.#committed.length));
  }

  /** To be called after every step. */
  check(): void {
    const { effects } = this.#cluster;
    for (; this.#effectsRead < effects.length; this.#effectsRead += 1) {
      const told = effects[this.#effectsRead];
      if (told !== undefined) this.#checkEffect(told.node, told.effect);
    }
    this.#checkLogMatching();
  }

  #checkEffect(node: NodeId, effect: Effect): void {
    if (effect.kind === 'role-changed' && effect.role === 'leader') this.#checkElection(node, effect.term);
    if (effect.kind === 'commit') this.#checkCommit(node, effect.index);
    if (effect.kind === 'read-ready') {
      const floor = this.#reads.get(effect.id) ?? 0;
      if (effect.index < floor) throw new Error(`stale read ${effect.id}: ${effect.index} < ${floor}`);
      this.served += 1;
    }
  }

  /** Election Safety, and Leader Completeness. */
  #checkElection(node: NodeId, term: Term): void {
    const other = this.#leaders.get(term);
    if (other !== undefined) throw new Error(`${other} and ${node} both led term ${term}`);
    this.#leaders.set(term, node);
    const { log } = this.#cluster.core(node);
    for (const entry of this.#committed) {
      if (log.termAt(entry.index) !== entry.term)
        throw new Error(`leader ${node} lacks committed ${entry.index}`);
    }
  }

  /** State Machine Safety, and every committed entry on the disks of a majority. */
  #checkCommit(node: NodeId, upTo: LogIndex): void {
    const { log } = this.#cluster.core(node);
    for (let index = 1; index <= upTo && index <= log.lastIndex; index += 1) {
      const entry = log.entryAt(logIndex(index));
      const before = this.#committed[index - 1];
      if (before !== undefined) {
        if (before !== entry) throw new Error(`${node} committed another entry at ${index}`);
        continue;
      }
      const holders = this.#cluster.ids.filter((id) => this.#cluster.durableLog(id)[index - 1] === entry);
      if (holders.length < majorityOf(this.#cluster.ids.length)) {
        throw new Error(`${node} committed ${index}, which only ${holders.join(', ')} have on disk`);
      }
      this.#committed.push(entry);
    }
  }

  /** Log Matching: where two logs have the same term at an index, they are the same up to there. */
  #checkLogMatching(): void {
    const logs = this.#cluster.ids.map((id) => this.#cluster.core(id).log);
    for (const [at, a] of logs.entries()) {
      for (const b of logs.slice(at + 1)) {
        let same = false;
        for (let index = Math.min(a.lastIndex, b.lastIndex); index > 0; index -= 1) {
          const [left, right] = [a.entryAt(logIndex(index)), b.entryAt(logIndex(index))];
          if (same && left !== right)
            throw new Error(`logs differ at ${index}, below an entry that they share`);
          same ||= left.term === right.term;
        }
      }
    }
  }
}
