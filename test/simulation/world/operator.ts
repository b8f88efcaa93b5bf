import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { AdminAnswer, AdminWish } from '../../../src/raft/driver/admin.ts';
import { empty } from '../faults/damage.ts';
import type { Fault } from '../faults/plan.ts';
import { addressesOf } from './addresses.ts';
import type { NodeHost } from './node-host.ts';
import { NEXT_RELEASE } from './releases.ts';
import { THIS_RELEASE } from '../../../src/node/release.ts';
import { MS } from './settings.ts';
import type { World } from './world.ts';

/** So often, and for so long, somebody asks again for what was not done. */
const AGAIN_MS = 25;
const INSISTS_MS = 600;
/** A machine that was removed goes on for a while, and may disturb, before it is taken out of service. */
const LINGERS_MS = 700;
const LOOKS_EVERY_MS = 50;

/** The person who runs the cluster: changes who belongs to it, installs programs, and mends what no program can. */
export class Operator {
  readonly #world: World;
  #works = true;
  /** The next program's version was asked for: there is no way back. */
  #raises = false;
  readonly #leaving = new Set<NodeHost>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Asks for nothing more. */
  rest(): void {
    this.#works = false;
  }

  /** What no program can mend: a disk is put right; a folder on which its node refuses to start, or another cluster's, is emptied. */
  mend(host: NodeHost): void {
    if (host.health.repair !== null) {
      this.#tell(`puts the disk of ${host.id} right`);
      host.health.isRepaired();
      return;
    }
    if (host.health.lost !== null || host.health.isElsewhere) this.#makeAnew(host);
  }

  /** When all is calm: whoever refused to start, and whoever would not help to found a cluster of which there is nothing yet. */
  mendWhoWaits(): void {
    const { hosts, checker } = this.#world;
    for (const host of hosts) {
      const { hurt } = host.health;
      const isForgetful = hurt === 'damaged' && host.process?.folder.forgotCluster === true;
      const isUnborn = checker.history.committed.length === 0 && isForgetful;
      if ((host.health.lost === null && !isUnborn) || !host.isInUse) continue;
      if (isUnborn) this.#makeAnew(host);
      else this.mend(host);
      host.restartIn(1);
    }
  }

  #makeAnew(host: NodeHost): void {
    this.#tell(`empties the folder of ${host.id}`);
    host.kill('stopped by hand', { of: 'process', keep: 100 }, null, 0);
    empty(host.disk.sim);
    host.health.isMadeAnew();
  }

  changeMembers({ change, luck }: Pick<Extract<Fault, { kind: 'members' }>, 'change' | 'luck'>): void {
    const voters = this.#members.filter(({ role }) => role === 'voter').map(({ id }) => id);
    const leader = this.#leader?.id;
    const byLuck = <T>(list: readonly T[]): T | undefined => list[luck % Math.max(1, list.length)];
    const leaves = change.endsWith('leader') ? leader : byLuck(voters);
    switch (change) {
      case 'add':
        this.#add(byLuck(this.#standingBy), null);
        return;
      case 'again':
        this.#add(byLuck(this.#removed), null);
        return;
      case 'replace':
      case 'replace-leader':
        if (leaves !== undefined && this.#mayLeave(leaves)) this.#add(byLuck(this.#standingBy), leaves);
        return;
      case 'remove':
      case 'remove-once':
      case 'remove-leader':
        if (leaves === undefined || voters.length < 3 || !this.#mayLeave(leaves)) return;
        this.#insist({ kind: 'remove-member', id: leaves }, change === 'remove-once' ? AGAIN_MS : INSISTS_MS);
        return;
      default:
        change satisfies never;
    }
  }

  /** Everybody who stands by, or was removed, is to be taken in; returns who that is. */
  addAll(): readonly NodeHost[] {
    const all = [...this.#standingBy, ...this.#removed];
    for (const host of all) this.#add(host, null);
    return all;
  }

  /** Stops a node, and starts it with another program. */
  install(host: NodeHost, to: 'this' | 'next', downMs: number): void {
    if (to === 'this' && this.#raises) return;
    this.#tell(`installs ${to === 'next' ? 'the next' : 'the present'} program on ${host.id}`);
    host.release = to === 'next' ? NEXT_RELEASE : THIS_RELEASE;
    host.leave(downMs);
  }

  /** A rolling upgrade of the whole cluster. The version is asked for too early, too: it must be refused then. */
  roll(everyMs: number): void {
    if (this.#raises) return;
    this.#raises = true;
    const { hosts } = this.#world;
    for (const [place, host] of hosts.entries())
      this.#world.in(place * everyMs * MS, () => {
        if (this.#works) this.install(host, 'next', 5);
      });
    this.#insist({ kind: 'raise-version' }, hosts.length * everyMs + INSISTS_MS);
  }

  /** When all is calm what was begun is brought to its end: the next program everywhere, and its version in force. Returns whether it is. */
  finishesRoll(): boolean {
    if (!this.#raises || this.#world.checker.reference.behaviour > 1) return true;
    const behind = this.#world.hosts.find(({ isInUse, release }) => isInUse && release !== NEXT_RELEASE);
    if (behind !== undefined) this.install(behind, 'next', 5);
    else this.#leader?.act(({ node }) => node.administer({ kind: 'raise-version' }, () => undefined));
    return false;
  }

  /** Takes a look now and then. */
  begin(): void {
    this.bringBack();
    for (const host of this.#removed) {
      if (this.#leaving.has(host)) continue;
      this.#leaving.add(host);
      this.#world.in(LINGERS_MS * MS, () => {
        this.#leaving.delete(host);
        this.#retire(host);
      });
    }
    this.#world.in(LOOKS_EVERY_MS * MS, () => {
      if (this.#works) this.begin();
    });
  }

  /** Whoever was taken out of service, and is a member again by a wish that was on its way, comes back. */
  bringBack(): void {
    for (const host of this.#world.hosts) {
      if (host.isInUse || !this.#isMember(host.id)) continue;
      this.#tell(`puts ${host.id} into service again`);
      host.isInUse = true;
      host.start();
    }
  }

  /** Whoever is no member any more is taken out of service. */
  retireRemoved(): void {
    for (const host of this.#removed) this.#retire(host);
  }

  #retire(host: NodeHost): void {
    if (!this.#removed.includes(host)) return;
    this.#tell(`takes ${host.id} out of service`);
    host.isInUse = false;
    host.kill('taken out of service', { of: 'process', keep: 100 }, null, 0);
  }

  /** Whoever runs, and is no member any more. */
  get #removed(): readonly NodeHost[] {
    return this.#world.hosts.filter(
      ({ id, isInUse }) => isInUse && this.#hasBeenMember(id) && !this.#isMember(id),
    );
  }

  get #standingBy(): readonly NodeHost[] {
    return this.#world.hosts.filter(
      ({ id, isInUse, isSpare }) => isSpare && !isInUse && !this.#hasBeenMember(id),
    );
  }

  /** Who belongs to the cluster, as far as that is committed. */
  get memberIds(): readonly NodeId[] {
    return this.#members.map(({ id }) => id);
  }

  get #members() {
    return this.#world.checker.history.memberships.at(-1)?.members ?? [];
  }

  #isMember(id: NodeId): boolean {
    return this.#members.some((member) => member.id === id);
  }

  #hasBeenMember(id: NodeId): boolean {
    const { memberships } = this.#world.checker.history;
    return memberships.some(({ members }) => members.some((member) => member.id === id));
  }

  /** Clients know the first nodes only, to begin with: two of them stay. */
  #mayLeave(id: NodeId): boolean {
    const first = this.#members.filter((member) => this.#world.ids.includes(member.id) && member.id !== id);
    return first.length >= 2;
  }

  #add(host: NodeHost | undefined, old: NodeId | null): void {
    if (host === undefined) return;
    if (this.#raises) host.release = NEXT_RELEASE;
    host.isInUse = true;
    host.start();
    const member = { ...addressesOf(host.id), folderId: null };
    this.#insist(old === null ? { kind: 'add-member', member } : { kind: 'replace-member', old, member });
  }

  get #leader(): NodeHost | undefined {
    return this.#world.hosts
      .filter(({ process }) => process?.node.core?.role === 'leader')
      .toSorted((a, b) => (b.process?.node.core?.term ?? 0) - (a.process?.node.core?.term ?? 0))[0];
  }

  /** Asks whoever leads, again and again, until it is done or nobody cares any more. */
  #insist(wish: Exclude<AdminWish, { kind: 'take-snapshot' }>, leftMs = INSISTS_MS): void {
    if (!this.#works || leftMs <= 0) return;
    let answered = false;
    const hear = (answer: AdminAnswer): void => {
      const what =
        answer.kind === 'done' ? answer.what : answer.kind === 'refused' ? answer.why : answer.kind;
      this.#tell(`is told: ${what}`);
      // A leader that runs the present program knows of no later version, and calls that done.
      const isRaised = this.#world.checker.reference.behaviour > 1;
      answered = answer.kind === 'done' && (wish.kind !== 'raise-version' || isRaised);
    };
    const leader = this.#leader;
    if (leader !== undefined) {
      this.#tell(`asks ${leader.id}: ${JSON.stringify(wish)}`);
      leader.act(({ node }) => node.administer(wish, hear));
    }
    this.#world.in(AGAIN_MS * MS, () => {
      if (!answered) this.#insist(wish, leftMs - AGAIN_MS);
    });
  }

  #tell(what: string): void {
    this.#world.tell({ kind: 'operator', what });
  }
}
