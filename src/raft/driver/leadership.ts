import type { NodeId } from '../../ordered-log/index.ts';
import type { ChangeRefusal, ProposalRefusal, RoleChangeReason } from '../core/effect.ts';
import { majorityOf } from '../core/quorum.ts';
import type { AdminDone, AdminWish } from './admin.ts';
import type { ClusterMembers } from './cluster-members.ts';
import type { CoreRunner } from './core-runner.ts';
import type { RefusalReason } from './frames.ts';
import { Leading } from './leading.ts';
import { LogEndSessions } from './log-end-sessions.ts';
import { MembershipDesk } from './membership-desk.ts';
import type { ClusterMember, MembersPayload } from './members-payload.ts';
import { encodeMembers } from './members-payload.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import { ENDED } from './payloads.ts';
import type { ReplicaParts } from './replica-parts.ts';
import type { Room } from './room.ts';
import { Silence } from './silence.ts';
import { whyLeaderCannot, whyNotRaised } from './raising.ts';

/** Says to a node that its commands were not taken. */
export type Refuse = (to: NodeId, reason: RefusalReason, incarnation: number, expected: number) => void;

/** What this node does for the others while it leads: takes their commands in, watches over them, changes who they are. */
export class Leadership<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #runner: CoreRunner;
  readonly #members: ClusterMembers;
  readonly #room: Room<Result>;
  readonly #refuse: Refuse;
  readonly #silence: Silence;
  /** Made with the role, and dies with it. */
  #desk: MembershipDesk | null = null;
  /** Made once the state machine stands where the log begins, at the latest: a leader may still be loading a snapshot. */
  #leading: Leading | null = null;
  #logEnd: LogEndSessions | null = null;
  #lagging: readonly NodeId[] = [];
  #proposalRefusal: ProposalRefusal | null = null;
  #changeRefusal: ChangeRefusal | null = null;
  #raising: { readonly writes: number; readonly done: AdminDone } | null = null;
  #ticksToHandOver = 0;
  /** For how long it has led and could take nothing in, because its state machine is still being loaded. */
  #ticksUnready = 0;

  constructor(
    parts: ReplicaParts<Result>,
    runner: CoreRunner,
    members: ClusterMembers,
    room: Room<Result>,
    refuse: Refuse,
  ) {
    this.#parts = parts;
    this.#runner = runner;
    this.#members = members;
    this.#room = room;
    this.#refuse = refuse;
    this.#silence = new Silence([], parts.timings.silenceTicks);
    this.membershipChanged();
  }

  ticksSinceHeard(peer: NodeId): number | null {
    return this.#silence.ticksSince(peer);
  }

  /** Learners that do not keep up, as far as this node knows: while it leads. */
  get lagging(): readonly NodeId[] {
    return this.#lagging;
  }

  heard(peer: NodeId): void {
    this.#silence.heard(peer);
  }

  /** Part of a snapshot arrived there. */
  moved(peer: NodeId): void {
    this.#silence.moved(peer);
  }

  /** The role of this node has changed. A leader that was removed has committed its own removal. */
  roleChanged(reason: RoleChangeReason): void {
    if (reason === 'removed') this.#desk?.committed();
    this.#desk?.end(this.#parts.core.leader);
    this.#giveUpRaising('leadership changed meanwhile: look at the status, and ask again');
    this.#desk = null;
    this.#lagging = [];
    this.#leading = null;
    this.#logEnd = null;
    this.#ticksUnready = 0;
    if (this.#parts.core.role !== 'leader') return;
    this.#desk = new MembershipDesk(this.#parts.timings.electionTicks);
    this.#silence.restart();
  }

  membershipChanged(): void {
    const members = this.#members.inForce?.members ?? [];
    this.#silence.watch(members.map(({ id }) => id).filter((id) => id !== this.#parts.id));
  }

  /** A peer came back with another folder. */
  replaced(peer: NodeId): void {
    this.#desk?.replaced(peer);
  }

  tick(): void {
    this.#silence.tick();
    if (this.#desk === null) return;
    this.#changeMembers(this.#desk);
    this.#tellRaised();
    const leading = this.#ready();
    this.#ticksUnready = this.#isLoading ? this.#ticksUnready + 1 : 0;
    this.#handOverIfUseless();
    if (leading === null || this.#isShort) return;
    const { peers, commitIndex } = this.#parts.core;
    for (const { id, matchIndex } of peers) this.#silence.stands(id, matchIndex, commitIndex);
    for (const node of this.#silence.silent()) this.#end(node, leading);
    this.#endStrangers(leading);
  }

  commands(from: NodeId, batch: CommandBatch): void {
    const leading = this.#ready();
    if (leading === null) this.#refuse(from, 'not-leader', batch.incarnation, 0);
    else if (this.#isFullWith(leading, batch))
      this.#refuse(from, 'too-much-uncommitted', batch.incarnation, 0);
    else if (
      this.#isShort ||
      this.#room.isMajorityShort ||
      this.#room.take(batch.payload.length) === 'no-room'
    )
      this.#refuse(from, 'no-room', batch.incarnation, 0);
    else {
      const answer = leading.commands(from, batch);
      if (answer.kind === 'gap') this.#refuse(from, 'gap', batch.incarnation, answer.expected);
    }
  }

  incarnation(from: NodeId, payload: IncarnationPayload): void {
    if (!this.#isShort) this.#ready()?.incarnation(from, payload);
  }

  administer(wish: Exclude<AdminWish, { kind: 'take-snapshot' }>, done: AdminDone): void {
    const { core, id } = this.#parts;
    if (this.#desk === null) {
      done({ kind: 'not-leader', leader: core.leader === id ? null : core.leader });
      return;
    }
    if (wish.kind === 'transfer') this.#transfer(wish.to, done);
    else if (wish.kind === 'raise-version') this.#raiseVersion(done);
    else this.#desk.request(wish, done);
  }

  /** All that was taken goes into the log in one go, or what did not is refused, each with its reason. */
  proposeTaken(): void {
    if (this.#logEnd !== null) this.#findLogEnd();
    const leading = this.#ready();
    if (leading?.hasGathered !== true) return;
    const { proposals, from } = leading.take(this.#parts.nowMs());
    this.#proposalRefusal = null;
    this.#runner.step({ kind: 'propose', proposals });
    const refusal = this.#proposalRefusal as ProposalRefusal | null;
    if (refusal === null) {
      this.#leading?.appended();
      return;
    }
    this.#leading?.forget();
    this.#giveUpRaising(`the log did not take it (${refusal}); ask again`);
    const reason = refusal === 'too-much-uncommitted' ? refusal : 'not-leader';
    for (const node of from)
      this.#refuse(node, reason, this.#parts.applier.sessions.get(node).incarnation, 0);
  }

  proposalRefused(reason: ProposalRefusal): void {
    this.#proposalRefusal = reason;
  }

  changeRefused(reason: ChangeRefusal): void {
    this.#changeRefusal = reason;
  }

  /** The intake, if this node leads, its state machine is where the log is, and the log's end is known. */
  #ready(): Leading | null {
    if (this.#desk === null || this.#isLoading) return null;
    // The first slice at once, which is all of it for most logs; the others a turn each.
    if (this.#logEnd === null) this.#findLogEnd();
    return this.#leading;
  }

  /** Goes on looking for what stands at the log's end: until that is known nothing can be taken in. */
  #findLogEnd(): void {
    const { core, applier, program, nowMs, schedule } = this.#parts;
    if (this.#desk === null || this.#isLoading || this.#leading !== null) return;
    this.#logEnd ??= new LogEndSessions(applier);
    const sessions = this.#logEnd.goOn(core.log, applier, program.batches);
    if (sessions === null) schedule();
    else {
      const { lastClusterTimeMs } = core.log;
      this.#leading = new Leading({ sessions, lastClusterTimeMs, nowMs: nowMs() });
    }
  }

  /** The state machine is behind where the log begins: it is being loaded from a snapshot. */
  get #isLoading(): boolean {
    const { core, applier } = this.#parts;
    return applier.appliedIndex < core.log.baseIndex;
  }

  #end(node: NodeId, leading: Leading): void {
    const session = leading.session(node);
    if (session.nonce === ENDED) return;
    const answer = leading.incarnation(this.#parts.id, { node, replaces: session.incarnation, nonce: ENDED });
    if (answer.kind === 'take') this.#parts.observer({ kind: 'node-silent', node });
  }

  /** Who is no member any more has nobody's connections either. */
  #endStrangers(leading: Leading): void {
    const { core } = this.#parts;
    if (!core.membershipCommitted) return;
    const members = new Set(core.membership.members.map(({ id }) => id));
    for (const [node] of leading.sessions()) if (!members.has(node)) this.#end(node, leading);
  }

  #changeMembers(desk: MembershipDesk): void {
    const { core, id, folderId, peers } = this.#parts;
    const members = this.#members.inForce;
    if (members === null) return;
    if (desk.isAtRest && core.membershipCommitted && this.#areSettled(members)) {
      this.#lagging = [];
      return;
    }
    const folders = new Map<NodeId, string>([[id, folderId]]);
    for (const peer of peers.greetings.keys()) folders.set(peer, peers.folderOf(peer) ?? '');
    const followers = core.peers;
    const wanted = desk.tick({
      self: id,
      members,
      committed: core.membershipCommitted,
      lastIndex: core.log.lastIndex,
      vouching: new Set(followers.filter(({ standing }) => standing === 'voting').map((peer) => peer.id)),
      matchIndexes: new Map(followers.map((peer) => [peer.id, peer.matchIndex])),
      folders,
    });
    this.#tellLagging(desk.laggingOf(members));
    if (wanted === null) return;
    this.#changeRefusal = null;
    const clusterTimeMs = this.#ready()?.stampMs(this.#parts.nowMs()) ?? core.log.lastClusterTimeMs;
    this.#runner.step({ kind: 'change-members', payload: encodeMembers(wanted), clusterTimeMs });
    const refusal = this.#changeRefusal as ChangeRefusal | null;
    if (refusal === null) desk.appended();
    else desk.refused(refusal);
  }

  #tellLagging(lagging: readonly NodeId[]): void {
    for (const node of lagging)
      if (!this.#lagging.includes(node)) this.#parts.observer({ kind: 'member-lags', node });
    this.#lagging = lagging;
  }

  /** All vote, nobody takes anybody's place, and nobody came with another folder than the log knows: the desk has nothing to do. */
  #areSettled({ members }: MembersPayload): boolean {
    const { id: self, folderId, peers } = this.#parts;
    const isSettled = ({ id, role, replaces, folderId: known }: ClusterMember): boolean => {
      const folder = id === self ? folderId : (peers.folderOf(id) ?? known);
      return role === 'voter' && replaces === null && folder === known;
    };
    return members.every(isSettled);
  }

  /** What is gathered in one turn counts too: the window of every node may come at once. One batch is taken, however small the bound. */
  #isFullWith(leading: Leading, { payload }: CommandBatch): boolean {
    const { core, maxUncommittedBytes } = this.#parts;
    const before = core.uncommittedBytes + leading.gatheredBytes;
    return before > 0 && before + payload.length > maxUncommittedBytes;
  }

  get #isShort(): boolean {
    return this.#parts.peers.short.has(this.#parts.id);
  }

  /**
   * A leader with a full disk can take nothing, nor can one that loads its snapshot for long: it makes way to a voter that has room,
   * as long as a majority has. Whether that one loads, too, nobody says: of those that have as much, it is the next in the membership, so that
   * each gets its turn. Were it the first, two that load would give it to each other and never to the third.
   */
  #handOverIfUseless(): void {
    this.#ticksToHandOver -= 1;
    const { core, peers, timings } = this.#parts;
    const isUseless = this.#isShort || this.#ticksUnready >= timings.electionTicks;
    if (!isUseless || core.transferTarget !== null || this.#ticksToHandOver > 0) return;
    const voters = core.membership.members.filter(({ role }) => role === 'voter').map(({ id }) => id);
    const roomy = voters.filter((voter) => !peers.short.has(voter));
    if (roomy.length < majorityOf(voters.length)) return;
    const place = voters.indexOf(core.id);
    const next = [...voters.slice(place + 1), ...voters.slice(0, place + 1)];
    const [best] = core.peers
      .filter(({ id }) => roomy.includes(id) && peers.greetings.has(id))
      .toSorted((a, b) => b.matchIndex - a.matchIndex || next.indexOf(a.id) - next.indexOf(b.id));
    if (best === undefined) return;
    this.#ticksToHandOver = timings.electionTicks;
    this.#runner.step({ kind: 'transfer', to: best.id });
  }

  #transfer(to: NodeId | null, done: AdminDone): void {
    const { core } = this.#parts;
    this.#runner.step({ kind: 'transfer', to });
    if (core.transferTarget !== null)
      done({ kind: 'done', what: `leadership is being handed to ${to ?? 'the first that has everything'}` });
    else if (to === core.id) done({ kind: 'done', what: `${to} leads already` });
    else
      done({
        kind: 'refused',
        why: `leadership cannot go to ${to ?? 'anybody'}: no voter of that name follows closely enough`,
      });
  }

  #raiseVersion(done: AdminDone): void {
    const { applier, core, program, peers, id } = this.#parts;
    const leading = this.#ready();
    const target = { writes: program.reads.highest, behaviour: program.behaviour };
    const { writes, behaviour } = applier.versions;
    const readers = { self: id, membership: core.membership, greetings: peers.greetings };
    const nothingToRaise = writes >= target.writes && behaviour >= target.behaviour;
    const why = nothingToRaise
      ? whyLeaderCannot(target.writes, readers)
      : whyNotRaised(target.writes, readers);
    if (nothingToRaise && why === null)
      done({ kind: 'done', what: `the cluster writes version ${writes} already` });
    else if (why !== null) done({ kind: 'refused', why });
    else if (leading === null || this.#raising !== null)
      done({
        kind: 'refused',
        why: 'this node has just begun to lead, or raises the version already; ask again',
      });
    else {
      leading.version(id, target);
      this.#raising = { writes: target.writes, done };
    }
  }

  /** Told once the entry has been applied here. */
  #tellRaised(): void {
    const { writes } = this.#parts.applier.versions;
    if (this.#raising === null || writes < this.#raising.writes) return;
    this.#raising.done({ kind: 'done', what: `the cluster writes version ${writes} from now on` });
    this.#raising = null;
  }

  #giveUpRaising(why: string): void {
    this.#raising?.done({ kind: 'refused', why });
    this.#raising = null;
  }
}
