import type { Effect } from '../../../../src/raft/core/effect.ts';
import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, type LogIndex, type NodeId, type Term } from '../../../../src/raft/core/ids.ts';
import { votersOf } from '../../../../src/raft/core/membership.ts';
import { majorityOf } from '../../../../src/raft/core/quorum.ts';
import type { Raft } from '../../../../src/raft/core/raft.ts';
import type { Cluster } from './cluster.ts';

/** Watches a cluster and throws once something happens that Raft promises never to happen (Figure 3). */
export class Promises {
  readonly #cluster: Cluster;
  readonly #leaders = new Map<Term, NodeId>();
  readonly #committed: Entry[] = [];
  readonly #reads = new Map<number, LogIndex>();
  #effectsRead = 0;
  served = 0;
  installed = 0;
  changed = 0;
  readmitted = 0;
  /** False once a disk has lost what it acknowledged: then nobody can look for it there. */
  disksRemember = true;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get leaderCount(): number {
    return this.#leaders.size;
  }

  get committedCount(): number {
    return this.#committed.length;
  }

  /** What any node has committed so far, in order. */
  get committed(): readonly Entry[] {
    return this.#committed;
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
    if (effect.kind === 'install-snapshot') {
      this.installed += 1;
      this.#checkAgainstCommitted(node, effect.meta.index, effect.meta.term);
    }
    if (effect.kind === 'membership-changed' && effect.committed) this.changed += 1;
    if (effect.kind === 'standing-changed') this.readmitted += 1;
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
    for (const entry of this.#committed.slice(log.baseIndex)) {
      if (log.termAt(entry.index) !== entry.term)
        throw new Error(`leader ${node} of term ${term} lacks committed ${entry.index}`);
    }
  }

  /** State Machine Safety, and every committed entry on the disks of a majority. */
  #checkCommit(node: NodeId, upTo: LogIndex): void {
    const core = this.#cluster.core(node);
    const { log } = core;
    this.#checkAgainstCommitted(node, log.baseIndex, log.baseTerm);
    for (let index = log.firstIndex; index <= upTo && index <= log.lastIndex; index = logIndex(index + 1)) {
      const entry = log.entryAt(index);
      const before = this.#committed[index - 1];
      if (before === undefined) {
        if (this.disksRemember) this.#checkHolders(core, entry);
        this.#committed.push(entry);
      } else if (before !== entry) throw new Error(`${node} committed another entry at ${index}`);
    }
  }

  #checkHolders(core: Raft, entry: Entry): void {
    const voters = votersOf(core.membership);
    const holders = voters.filter((id) => this.#cluster.holds(id, entry));
    if (holders.length < majorityOf(voters.length)) {
      throw new Error(`${core.id} committed ${entry.index}, which only ${holders.join(', ')} have on disk`);
    }
  }

  /** A snapshot stands for nothing but what was committed. */
  #checkAgainstCommitted(node: NodeId, index: LogIndex, term: Term): void {
    if (index === 0) return;
    const entry = this.#committed[index - 1];
    if (entry?.term !== term)
      throw new Error(
        `${node} dropped its log up to ${index} of term ${term}; committed there: ${entry?.term}`,
      );
  }

  /** Log Matching: where two logs have the same term at an index, they are the same up to there. */
  #checkLogMatching(): void {
    const logs = this.#cluster.ids.map((id) => this.#cluster.core(id).log);
    for (const [at, a] of logs.entries()) {
      for (const b of logs.slice(at + 1)) {
        let same = false;
        const from = Math.max(a.baseIndex, b.baseIndex);
        for (let index = Math.min(a.lastIndex, b.lastIndex); index > from; index -= 1) {
          const [left, right] = [a.entryAt(logIndex(index)), b.entryAt(logIndex(index))];
          if (same && left !== right)
            throw new Error(`logs differ at ${index}, below an entry that they share`);
          same ||= left.term === right.term;
        }
      }
    }
  }
}
