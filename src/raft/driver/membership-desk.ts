import type { NodeId } from '../../ordered-log/index.ts';
import type { ChangeRefusal } from '../core/effect.ts';
import type { AdminDone, MembersWish } from './admin.ts';
import type { Pace } from './catching-up.ts';
import { CatchingUp } from './catching-up.ts';
import { changeFor, withMembers, wordsFor } from './members-change.ts';
import type { ClusterMember, MembersPayload } from './members-payload.ts';

/** What the leader knows when the desk is asked. */
export interface DeskFacts {
  readonly self: NodeId;
  /** In force, and whether it is committed. */
  readonly members: MembersPayload;
  readonly committed: boolean;
  readonly lastIndex: number;
  /** By follower: up to where its log is known to be this one. */
  readonly matchIndexes: ReadonlyMap<NodeId, number>;
  /** Followers who say that they vouch for their disks. */
  readonly vouching: ReadonlySet<NodeId>;
  /** Of this node and of those that are connected: the folder with which each one came. */
  readonly folders: ReadonlyMap<NodeId, string>;
}

interface Request {
  readonly wish: MembersWish;
  readonly done: AdminDone;
}

/** Wishes that may wait for their turn: each takes a round trip, or as long as a quorum is missing. */
const MAX_WAITING = 64;

/** Why a change that was asked for is not tried again, in words. The other reasons pass by themselves. */
const FINAL_REFUSALS: ReadonlyMap<ChangeRefusal, string> = new Map([
  ['too-many-at-once', 'more than one voter would come or go at once; ask for one change after the other'],
  ['nobody-left', 'no node that votes would be left'],
  [
    'too-few-would-count',
    'of the nodes that would vote then, fewer than a majority are there and count; bring one of them back first',
  ],
]);

/**
 * What the leader wants changed about who belongs to the cluster: readmission of members that came back with another folder, what an
 * operator asked for, promotion of learners, removal of who was replaced. One change at a time (dissertation §4.1). All policy;
 * the core refuses what would not be safe, and then it is asked again later. Made with the leadership, and dies with it.
 */
export class MembershipDesk {
  readonly #retryTicks: number;
  readonly #catchingUp: CatchingUp;
  readonly #waiting: Request[] = [];
  /** The request whose change is in the log and not committed yet. */
  #underWay: Request | null = null;
  /** The request whose change was handed out last. */
  #asked: Request | null = null;
  #holdTicks = 0;

  constructor(electionTicks: number) {
    this.#retryTicks = electionTicks;
    this.#catchingUp = new CatchingUp(electionTicks);
  }

  /** Learners that are not made voters, because they would hold the others up: they have had all their rounds (dissertation §4.2.1). */
  laggingOf({ members }: MembersPayload): readonly NodeId[] {
    const learners = members.filter(({ role, promote }) => role === 'learner' && promote);
    return learners.map(({ id }) => id).filter((id) => this.#catchingUp.lagging.has(id));
  }

  request(wish: MembersWish, done: AdminDone): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ wish, done });
    else done({ kind: 'refused', why: 'too many changes wait already; ask again later' });
  }

  /** Nobody waits for a change, and none is held back. */
  get isAtRest(): boolean {
    return this.#waiting.length === 0 && this.#underWay === null && this.#holdTicks === 0;
  }

  /** Asked once a tick: the membership to propose now, or null. Answered by `appended` or `refused`. */
  tick(facts: DeskFacts): MembersPayload | null {
    const readmitted = this.#readmission(facts);
    const promoted = this.#promotion(facts);
    if (this.#holdTicks > 0) this.#holdTicks -= 1;
    if (!facts.committed) return null;
    this.committed();
    if (this.#holdTicks > 0) return null;
    this.#asked = null;
    return readmitted ?? this.#requested(facts) ?? promoted ?? withoutReplaced(facts.members);
  }

  /** What was proposed last is in the log. */
  appended(): void {
    if (this.#asked === null) return;
    this.#underWay = this.#asked;
    this.#waiting.shift();
    this.#asked = null;
  }

  /** What was proposed last is not, and never will be. Most reasons pass: it is proposed again. */
  refused(reason: ChangeRefusal): void {
    this.#holdTicks = this.#retryTicks;
    const asked = this.#asked;
    this.#asked = null;
    const why = FINAL_REFUSALS.get(reason);
    if (asked === null || why === undefined) return;
    this.#waiting.shift();
    asked.done({ kind: 'refused', why });
  }

  /** The leadership is over. */
  end(leader: NodeId | null): void {
    this.#underWay?.done({
      kind: 'refused',
      why: 'leadership changed before the change was committed: it may have been made or not; look at the status, and ask again',
    });
    for (const { done } of this.#waiting) done({ kind: 'not-leader', leader });
    this.#underWay = null;
    this.#waiting.length = 0;
  }

  /** The change that was under way is committed. */
  committed(): void {
    const settled = this.#underWay;
    this.#underWay = null;
    settled?.done({ kind: 'done', what: wordsFor(settled.wish) });
  }

  #requested({ members }: DeskFacts): MembersPayload | null {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const change = changeFor(first.wish, members);
      if (change.kind === 'change') {
        this.#asked = first;
        return change.members;
      }
      this.#waiting.shift();
      first.done(change);
    }
    return null;
  }

  /** Members that came with another folder than the log knows, and hold all that they must: the log shall know the new one. */
  #readmission(facts: DeskFacts): MembersPayload | null {
    const isReady = (member: ClusterMember): boolean => {
      const folder = facts.folders.get(member.id);
      if (folder === undefined || folder === member.folderId) return false;
      if (member.id === facts.self) return true;
      // One that lags counts among the voters already, and for nothing: to take it in costs nobody anything.
      return this.#paceOf(member.id, facts) !== 'catching-up';
    };
    const ready = new Set(facts.members.members.filter(isReady).map(({ id }) => id));
    if (ready.size === 0) return null;
    return withMembers(
      facts.members,
      facts.members.members.map((member) =>
        ready.has(member.id)
          ? { ...member, folderId: facts.folders.get(member.id) ?? member.folderId }
          : member,
      ),
    );
  }

  /** A learner that is to vote, and would hold nobody up (dissertation §4.2.1). It vouches for its disk by then: it counts from the start. */
  #promotion(facts: DeskFacts): MembersPayload | null {
    const caughtUp = facts.members.members.filter(
      ({ id, role, promote, folderId }) =>
        role === 'learner' &&
        promote &&
        facts.folders.get(id) === folderId &&
        facts.vouching.has(id) &&
        this.#paceOf(id, facts) === 'caught-up',
    );
    const [first] = caughtUp;
    if (first === undefined) return null;
    const voter: ClusterMember = { ...first, role: 'voter', promote: false };
    return withMembers(
      facts.members,
      facts.members.members.map((member) => (member === first ? voter : member)),
    );
  }

  #paceOf(id: NodeId, { matchIndexes, lastIndex, folders }: DeskFacts): Pace {
    const matchIndex = matchIndexes.get(id);
    if (matchIndex === undefined || !folders.has(id)) {
      this.#catchingUp.forget(id);
      return 'catching-up';
    }
    return this.#catchingUp.tick(id, matchIndex, lastIndex);
  }

  /** A peer came back with another folder: it begins anew. */
  replaced(id: NodeId): void {
    this.#catchingUp.forget(id);
  }
}

/** The membership without the first one whose replacement votes; null if there is none. */
function withoutReplaced(now: MembersPayload): MembersPayload | null {
  const successor = now.members.find(
    ({ role, replaces }) =>
      role === 'voter' && replaces !== null && now.members.some(({ id }) => id === replaces),
  );
  if (successor === undefined) return null;
  const rest = now.members
    .filter(({ id }) => id !== successor.replaces)
    // Another that was to take the same place need not wait for it any more.
    .map((member) => (member.replaces === successor.replaces ? { ...member, replaces: null } : member));
  return withMembers(now, rest);
}
