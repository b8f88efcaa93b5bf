import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import { majorityOf, votersOf } from '../invariants/quorum.ts';
import {
  assertClearRefusal,
  assertNothingChanged,
  assertNothingDeleted,
  contentsOf,
} from '../oracle/clear-refusal.ts';
import type { Contents } from '../oracle/clear-refusal.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { NodeProcess } from './node-process.ts';
import type { World } from './world.ts';

/** What has happened to a node's folder, and whether its processes make the right thing of it. */
export class FolderHealth {
  /** Why its node does not run, until somebody does something about it; null as long as it may. */
  lost: string | null = null;
  /** Until its node is well again: the power failed while anything might survive, or something durable was destroyed. */
  hurt: 'no' | 'suspect' | 'damaged' = 'no';
  /** Damaged, with some of its log left. */
  keepsPart = false;
  /** In its place lies that of a node of another cluster. */
  isElsewhere = false;
  /** Puts right what the disk gives back wrongly; null if it gives back what was written. */
  repair: (() => void) | null = null;
  readonly #world: World;
  readonly #id: NodeId;
  readonly #sim: SimDisk;

  constructor(world: World, id: NodeId, sim: SimDisk) {
    this.#world = world;
    this.#id = id;
    this.#sim = sim;
  }

  mayBeSuspect(): void {
    if (this.hurt === 'no') this.hurt = 'suspect';
  }

  /** Its disk is put right: it gives back what was written. */
  isRepaired(): void {
    this.repair?.();
    this.repair = null;
    this.lost = null;
  }

  /** It is emptied: what its node refused to start on is gone. */
  isMadeAnew(): void {
    this.lost = null;
    this.isElsewhere = false;
    this.hurt = 'damaged';
    this.keepsPart = false;
    const record = this.#world.checker.history.record(this.#id);
    record.loses();
    record.isEmptied = true;
  }

  /** What it holds before a start, if it may be found in doubt; null if it must not be. */
  contentsBefore(): Contents | null {
    return this.hurt === 'no' ? null : contentsOf(this.#sim);
  }

  /** A folder that was found in doubt has all that it had, and its node vouches for nothing that it cannot know. */
  started({ folder }: NodeProcess, before: Contents | null): void {
    const { doubt, recovered } = folder;
    const { census, history } = this.#world.checker;
    if (doubt !== null) census.counts.doubts += 1;
    if (doubt !== null && before === null)
      throw new BrokenInvariant(
        'A Killed Node Starts Again',
        `${this.#id} finds its folder in doubt: ${doubt.what}`,
      );
    if (doubt !== null && before !== null) assertNothingDeleted(this.#id, before, this.#sim);
    const isEmptied = !this.isElsewhere && history.record(this.#id).isEmptied;
    if (isEmptied && folder.formerFolderIds.length > 0)
      throw new BrokenInvariant(
        'A Doubtful Disk Does Not Vote',
        `${this.#id} starts as if it carried on its log, which was lost before it was taken in again`,
      );
    const hasLog = recovered.entries.length > 0 || recovered.base.index > 0;
    if (isEmptied && hasLog && recovered.hardState.standing === 'voting')
      throw new BrokenInvariant(
        'A Doubtful Disk Does Not Vote',
        `${this.#id} starts as if nothing were wrong, though its log was lost or is another node's`,
      );
  }

  refusedToStart(error: unknown, before: Contents | null): void {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#world.tell({ kind: 'refused-to-start', node: this.#id, why: what });
    if (before === null)
      throw new BrokenInvariant('A Killed Node Starts Again', `${this.#id} refuses to start: ${what}`, {
        cause: error,
      });
    this.#mayNotBeRepaired(error, what);
    assertClearRefusal(this.#id, error);
    assertNothingChanged(this.#id, before, this.#sim);
    this.lost = what;
    this.#world.checker.census.counts.refusals += 1;
    if (this.repair === null) this.#world.checker.history.record(this.#id).loses();
  }

  /** Where part of a log is left, it is refused only by a node that, by the newest membership that it had, the others are no majority without. */
  #mayNotBeRepaired(error: unknown, what: string): void {
    const { destroyed, isHitAgain, hadBefore } = this.#world.checker.history.record(this.#id);
    if (!destroyed || isHitAgain || !this.keepsPart) return;
    const newest = hadBefore.findLast(({ kind }) => kind === 'members');
    const voters = newest === undefined ? [] : votersOf(decodeMembers(newest.payload));
    if (voters.filter((voter) => voter !== this.#id).length >= majorityOf(voters.length))
      throw new BrokenInvariant(
        'What Is Damaged Is Repaired',
        `${this.#id} refuses to start, though ${voters.join(', ')} vote: ${what}`,
        { cause: error },
      );
  }

  /** Well again is a node that the cluster knows by its present folder, that vouches for it, and whose disk has all that is committed. */
  stepped({ folder }: NodeProcess, core: Raft): void {
    if (this.hurt === 'no' || this.isElsewhere) return;
    const { history } = this.#world.checker;
    const self = history.memberships.at(-1)?.members.find(({ id }) => id === this.#id);
    const { length } = history.committed;
    const isBack = core.standing === 'voting' && self?.folderId === folder.folderId;
    if (!isBack || core.commitIndex < length || core.durableIndex < length) return;
    this.hurt = 'no';
    this.keepsPart = false;
    history.record(this.#id).isWellAgain();
    this.#world.tell({ kind: 'well-again', node: this.#id });
  }
}
