import { readId } from '../../../../src/ordered-log/ids.ts';
import type { NodeId } from '../../../../src/raft/core/ids.ts';
import type { Member } from '../../../../src/raft/core/membership.ts';
import { votersOf } from '../../../../src/raft/core/membership.ts';
import { Cluster } from './cluster.ts';
import { BYTES_PER_COMMAND } from './entries.ts';
import { learner, membersEntry, readMembership, voter } from './memberships.ts';
import { Promises } from './promises.ts';

const LIMITS = { maxAppendBytes: 2 * BYTES_PER_COMMAND, maxInflightBytes: 5 * BYTES_PER_COMMAND };

/**
 * A schedule in which, beside loss, disorder and crashes, logs are compacted, members come and go, and disks forget. A
 * list of small numbers, each read as a choice among what is possible at that moment, so that every shortened list is a
 * schedule too.
 */
export class ChangingSchedule {
  readonly cluster: Cluster;
  readonly promises: Promises;
  /** Their last folder remembered nothing at all. */
  readonly #emptied = new Set<NodeId>();
  #reads = 0;
  #commands = 0;

  /** The founders are voters from the start; the others have empty folders, and may be let in. */
  constructor(founders: readonly NodeId[], joiners: readonly NodeId[]) {
    const birth = membersEntry(
      1,
      1,
      founders.map((id) => voter(id)),
    );
    this.cluster = new Cluster([...founders, ...joiners], (id) =>
      founders.includes(id)
        ? { log: [birth], snapshot: null, options: LIMITS }
        : { standing: 'recovering', snapshot: null, options: LIMITS },
    );
    for (const joiner of joiners) this.#emptied.add(joiner);
    this.cluster.disksAnswer = false;
    this.promises = new Promises(this.cluster);
  }

  play(choices: readonly number[]): void {
    for (const choice of choices) this.#carryOut(choice);
  }

  /** Everything works again: every member counts, a new command commits everywhere, and a read is served. */
  heal(): void {
    const { cluster, promises } = this;
    for (const id of cluster.ids) if (!cluster.isUp(id)) cluster.restart(id);
    for (const id of cluster.ids) cluster.save(id);
    cluster.disksAnswer = true;
    const settled = this.#pass(
      400,
      (leader) =>
        this.#readmit(leader) &&
        this.#members(leader).every(({ id }) => cluster.core(id).standing === 'voting'),
    );
    if (settled === undefined) throw new Error(`not all came back: ${this.#describe()}`);
    cluster.propose(settled);
    this.#reads += 1;
    promises.readBegan(this.#reads);
    cluster.step(settled, { kind: 'read', id: readId(this.#reads) });
    const served = promises.served;
    const equal = this.#pass(100, (leader) => {
      const { log } = cluster.core(leader);
      return this.#members(leader).every(({ id }) => cluster.core(id).commitIndex === log.lastIndex);
    });
    if (equal === undefined || promises.served === served)
      throw new Error(`not all are equal: ${this.#describe()}`);
  }

  /** Time passes until a leader says that it is well; undefined if that does not come. */
  #pass(ticks: number, isWell: (leader: NodeId) => boolean): NodeId | undefined {
    for (let n = 0; n < ticks; n += 1) {
      this.cluster.pass(1);
      this.promises.check();
      const { leaders } = this.cluster;
      const leader = leaders.toSorted((a, b) => this.cluster.core(b).term - this.cluster.core(a).term)[0];
      if (leader !== undefined && isWell(leader)) return leader;
    }
    return undefined;
  }

  #carryOut(choice: number): void {
    this.#choose(choice % 80, Math.floor(choice / 80));
    this.promises.check();
  }

  #choose(what: number, which: number): void {
    const { cluster } = this;
    const { ids } = cluster;
    const node = ids[which % ids.length];
    if (node === undefined) return;
    const more = Math.floor(which / ids.length);
    if (what < 34) this.#post(which, what);
    else if (what < 46) cluster.save(node, what === 34 ? 1 : undefined);
    else if (what < 52) cluster.tick(node, 2);
    else if (what < 54) cluster.tick(node, 12);
    else if (what < 58) cluster.propose(node, (this.#commands += 1) % 256);
    else if (what < 60) this.#read(node);
    else if (what === 60) cluster.step(node, { kind: 'transfer', to: null });
    else if (what === 61) cluster.crash(node);
    else if (what < 65) this.#restart(node);
    else if (what < 69) this.#compact(node, more % 4);
    else if (what < 72) this.#administer(node, more);
    else if (what < 74) this.#readmit(node);
    else if (what === 74) this.#empty(node);
    else if (what < 77) this.#doubt(node, 0);
    else if (what === 77) this.#doubt(node, 1 + (more % 5));
    else this.#suspectLeader(node);
  }

  /** A letter, any of them, arrives; now and then it is lost, or arrives and comes again later. */
  #post(which: number, what: number): void {
    const { letters } = this.cluster;
    for (let count = what < 24 ? 3 : 1; count > 0 && letters.length > 0; count -= 1) {
      const [letter] = letters.splice(what < 24 ? 0 : which % letters.length, 1);
      if (letter === undefined) return;
      if (what === 33) this.cluster.lose(letter);
      else {
        if (what === 32) letters.push(letter);
        this.cluster.deliver(letter);
      }
    }
  }

  #read(node: NodeId): void {
    if (!this.cluster.isUp(node)) return;
    this.#reads += 1;
    this.promises.readBegan(this.#reads);
    this.cluster.step(node, { kind: 'read', id: readId(this.#reads) });
  }

  #restart(node: NodeId): void {
    if (!this.cluster.isUp(node)) this.cluster.restart(node);
  }

  #compact(node: NodeId, trailing: number): void {
    const { commitIndex } = this.cluster.core(node);
    const members = this.promises.committed.slice(0, commitIndex).findLast(({ kind }) => kind === 'members');
    if (this.cluster.isUp(node) && members !== undefined)
      this.cluster.compact(node, members.payload, trailing);
  }

  /** What an operator or the driver may wish for, at a leader: one comes, one goes, one is promoted. */
  #administer(node: NodeId, more: number): void {
    const core = this.cluster.core(node);
    if (!this.cluster.isUp(node) || core.role !== 'leader') return;
    const members = this.#members(node);
    const id = this.cluster.ids[more % this.cluster.ids.length];
    if (id === undefined) return;
    const member = members.find((one) => one.id === id);
    const others = members.filter((one) => one.id !== id);
    const counts = core.peers.some((peer) => peer.id === id && peer.standing === 'voting');
    if (member === undefined)
      this.cluster.changeMembers(node, [...members, learner(id, this.cluster.folderId(id))]);
    else if (member.role === 'learner' && counts)
      this.cluster.changeMembers(node, [...others, { ...member, role: 'voter' }]);
    else if (member.role === 'voter' && this.#mayGo(id)) this.cluster.changeMembers(node, others);
  }

  /** The leader names the folders that its peers greet with. True if there is nothing to be done. */
  #readmit(node: NodeId): boolean {
    const core = this.cluster.core(node);
    if (!this.cluster.isUp(node) || core.role !== 'leader') return false;
    const members = this.#members(node);
    const known = members.map((member) => ({ ...member, folderId: this.cluster.folderId(member.id) }));
    if (known.every(({ folderId }, at) => folderId === members[at]?.folderId))
      return core.membershipCommitted;
    this.cluster.changeMembers(node, known);
    return false;
  }

  /** An operator removes nobody while that leaves too few that could agree to it. */
  #mayGo(id: NodeId): boolean {
    const unsound = this.#unsound().filter((one) => one !== id);
    return this.#smallest() > 3 && unsound.length <= (this.#smallest() - 2) / 2;
  }

  #empty(node: NodeId): void {
    if (!this.#mayForget([...this.#unsound(), node])) return;
    this.promises.disksRemember = false;
    this.cluster.crash(node);
    this.cluster.empty(node);
    this.#emptied.add(node);
  }

  /** Its disk may have lost something: nothing that it acknowledged, if `lost` is 0. */
  #doubt(node: NodeId, lost: number): void {
    const unsound = [...this.#unsound(), node];
    const emptied = unsound.some((id) => this.#emptied.has(id));
    if (emptied && !this.#mayForget(unsound)) return;
    if (lost > 0 && !this.#mayForget(unsound)) return;
    this.cluster.crash(node);
    if (lost > 0) this.promises.disksRemember = false;
    this.cluster.doubt(node, lost);
    if (this.cluster.disk(node).formerFolderIds.length === 0) this.#emptied.add(node);
  }

  #suspectLeader(node: NodeId): void {
    const { leader } = this.cluster.core(node);
    if (leader !== null) this.cluster.step(node, { kind: 'leader-suspected', leader });
  }

  /** As many disks may forget at a time as may fail: fewer than half of the smallest membership that anybody knows. */
  #mayForget(forgetful: readonly NodeId[]): boolean {
    return new Set(forgetful).size <= (this.#smallest() - 1) / 2;
  }

  /** Of the smallest membership that may count. */
  #smallest(): number {
    return Math.min(...this.#electorates().map((voters) => voters.length));
  }

  /**
   * The voters of each membership that may count: those that somebody goes by, which may be rolled back again, so those that were committed last, too; of the
   * two latest, for whoever does not know that the latest is committed asks those of the one before as well.
   */
  #electorates(): readonly (readonly NodeId[])[] {
    const inForce = this.cluster.ids.map((id) => this.cluster.core(id).membership);
    const committed = this.promises.committed.filter(({ kind }) => kind === 'members').slice(-2);
    return [...inForce, ...committed.map(({ payload }) => readMembership(payload))]
      .map(votersOf)
      .filter((voters) => voters.length > 0);
  }

  /** Voters of any membership that may count whose disk cannot vouch for itself. */
  #unsound(): readonly NodeId[] {
    const { cluster } = this;
    for (const id of this.#emptied)
      if (cluster.disk(id).hardState.standing === 'voting') this.#emptied.delete(id);
    const voters = new Set(this.#electorates().flat());
    return [...voters].filter((id) => cluster.disk(id).hardState.standing !== 'voting');
  }

  #members(node: NodeId): readonly Member[] {
    return this.cluster.core(node).membership.members;
  }

  #describe(): string {
    return this.cluster.ids
      .map((id) => {
        const { role, term, standing, commitIndex, log, membership } = this.cluster.core(id);
        const members = membership.members
          .map((member) => `${member.id}:${member.role}:${member.folderId}`)
          .join(',');
        return `\n${id} (${this.cluster.folderId(id)}): ${role} in term ${term}, ${standing}, log ${log.firstIndex} to ${log.lastIndex}, committed ${commitIndex}; members ${members}`;
      })
      .join('');
  }
}
