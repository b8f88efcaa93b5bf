import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Input } from '../../../src/raft/core/input.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { PasswordAnswer, PasswordJobId } from '../../../src/transport/pipe/pipe-output.ts';
import type { Loss, Moment } from '../faults/plan.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import type { KeepSector } from '../sim-disk.ts';
import { SimDisk, SimPowerCut } from '../sim-disk.ts';
import type { ArmedCrash } from './armed-crashes.ts';
import { ArmedCrashes } from './armed-crashes.ts';
import { addressesOf } from './addresses.ts';
import { FolderHealth } from './folder-health.ts';
import type { Release } from '../../../src/node/release.ts';
import { THIS_RELEASE } from '../../../src/node/release.ts';
import { NodeProcess } from './node-process.ts';
import type { ProcessEvents } from './node-process.ts';
import { unwatched } from './unwatched.ts';
import { RECORDS_START } from '../../../src/raft/storage/segment-format.ts';
import { MS, PIPE_TICK_MS, TICK_MS } from './settings.ts';
import { factsOf, tapCore, termsOf } from './core-tap.ts';
import type { Stream } from './dice.ts';
import { HostClock } from './host-clock.ts';
import { StartOptions } from './start-options.ts';
import { TimedDisk } from './timed-disk.ts';
import type { World } from './world.ts';

const RETRY_RESERVE_TICKS = 20;

/** A machine of the cluster: its disk outlives its processes, of which there is at most one at a time. Time on it may stand still, run wrong, or bunch up. */
export class NodeHost {
  readonly id: NodeId;
  readonly place: number;
  readonly disk: TimedDisk;
  readonly health: FolderHealth;
  process: NodeProcess | null = null;
  /** A machine that is on refuses connections to a process that is not there; one without power answers nothing. */
  refusesConnections = false;
  release: Release = THIS_RELEASE;
  /** It is not one of the machines that stand by, or were taken out of service. */
  isInUse: boolean;
  restartPlanned = false;
  pausedUntilUs = 0;
  ticksStallUntilUs = 0;
  /** Not one of the first nodes. */
  readonly isSpare: boolean;
  readonly #world: World;
  readonly #turnDelay: Stream;
  readonly #passwordDelay: Stream;
  readonly #clock: HostClock;
  readonly #options: StartOptions;
  readonly #held: (() => void)[] = [];
  readonly #crashes = new ArmedCrashes();
  #lives = 0;
  #turnPlanned = false;
  #ticks = 0;
  #halted: string | null = null;
  #leavingDownMs: number | null = null;
  #tapped: Raft | null = null;
  #cutAtStart: { readonly call: number; readonly keep: KeepSector; readonly crash: ArmedCrash } | null = null;

  /** `founder`: it is configured as one of the first nodes; others have to be taken in. */
  constructor(world: World, id: NodeId, place: number, clockRate: number, founder: 'founder' | 'spare') {
    this.#world = world;
    this.id = id;
    this.place = place;
    this.#clock = new HostClock(world, id, place, clockRate);
    this.isSpare = founder === 'spare';
    this.#options = new StartOptions(world, id, founder);
    this.isInUse = founder === 'founder';
    this.#turnDelay = world.dice.of('turn', id);
    this.#passwordDelay = world.dice.of('password', id);
    const timing = {
      nowUs: () => world.nowUs,
      later: (afterUs: number, complete: () => void) => this.later(afterUs, complete),
      noticed: (what: string) => this.strike(what as Moment),
    };
    this.disk = new TimedDisk(new SimDisk(`/${id}`), timing, world.dice.of('disk', id));
    this.health = new FolderHealth(world, id, this.disk.sim);
  }

  /** Has it all that it promised to keep, or has the cluster taken it in again since? Another disk may be destroyed then. */
  get isWell(): boolean {
    return this.health.hurt === 'no' && !this.isEndangered;
  }

  /** A power cut is to come that may leave anything; nobody knows when. */
  get isEndangered(): boolean {
    return this.#crashes.areDangerous || this.#cutAtStart !== null;
  }

  get isPaused(): boolean {
    return this.pausedUntilUs > this.#world.nowUs;
  }

  start(): void {
    this.restartPlanned = false;
    if (this.process !== null || this.health.lost !== null || !this.isInUse) return;
    this.#lives += 1;
    this.#turnPlanned = false;
    const world = this.#world;
    const before = this.health.contentsBefore();
    const { configured, joining } = this.#options.next(this.disk.sim);
    world.mesh.nodeStarting(this, configured);
    const cut = this.#cutAtStart;
    if (cut !== null) this.disk.sim.cutPowerAt(cut.call, cut.keep);
    try {
      this.process = new NodeProcess({
        id: this.id,
        nodes: configured.map(addressesOf),
        joining,
        release: this.release,
        disk: this.disk,
        settings: world.settings,
        chance: world.dice.of('process', this.id, this.#lives),
        network: world.mesh.endOf(this),
        output: world.sockets.outputOf(this),
        events: this.health.isElsewhere ? unwatched(this.#diskFailed) : this.#events(),
        schedule: () => this.#planTurn(),
        scheduleLater: () => this.#planTurn(),
        nowMs: () => this.#clock.look(),
        wallTimeMs: () => 1_800_000_000_000 + Math.floor(world.nowUs / MS),
      });
    } catch (error) {
      if (error instanceof BrokenInvariant) throw error;
      if (error instanceof SimPowerCut) this.#powerIsCut('the power failed while it started');
      else this.health.refusedToStart(error, before);
      if (!(error instanceof SimPowerCut)) this.#willNotCutStart();
      return;
    }
    this.refusesConnections = true;
    this.#willNotCutStart();
    if (cut !== null) this.arm(cut.crash);
    this.health.started(this.process, before);
    this.#tap(this.process);
    this.#planTick();
    this.#planPipeTick();
    world.mesh.nodeStarted(this);
  }

  /** The next start is cut short: the power fails in its so-manieth blocking call, or, if it starts with fewer, at the moment of this crash. */
  cutNextStart(call: number, keep: KeepSector, crash: ArmedCrash): void {
    this.#cutAtStart = { call, keep, crash };
  }

  /** The process dies at once, and of what was not durable is lost what `loss` says. */
  kill(why: string, loss: Loss, downMs: number | null, fault: number): void {
    if (this.process !== null) {
      const stream = this.#world.dice.of('keep', fault);
      const survives = (): boolean => stream.below(100) < loss.keep;
      if (loss.of === 'process') this.disk.sim.kill(survives);
      else if (loss.of === 'power')
        this.disk.sim.crash((_file, offset) => offset >= RECORDS_START && survives());
      else {
        this.health.mayBeSuspect();
        this.disk.sim.crash(survives);
      }
    }
    this.#end(why, loss.of === 'process' ? 'reset' : 'silence');
    if (downMs !== null) this.restartIn(downMs);
  }

  restartIn(downMs: number): void {
    if (this.restartPlanned) return;
    this.restartPlanned = true;
    this.#world.in(downMs * MS, () => this.start());
  }

  /** A crash that waits for its moment. */
  arm(crash: ArmedCrash): void {
    if (crash.moment === 'at-once') this.kill('crashed', crash.loss, crash.downMs, crash.id);
    else this.#crashes.arm(crash);
  }

  disarm(): void {
    this.#crashes.disarm();
  }

  /** A moment has come at which a crash may strike. It does when the event is over that is being carried out. */
  strike(moment: Moment): void {
    this.#crashes.strike(moment);
  }

  pause(forMs: number): void {
    if (this.process === null) return;
    this.#world.tell({ kind: 'paused', node: this.id });
    this.pausedUntilUs = Math.max(this.pausedUntilUs, this.#world.nowUs + forMs * MS);
    this.#world.at(this.pausedUntilUs, () => this.#resume());
  }

  /** Leaves in good order, and comes back later. */
  leave(downMs: number): void {
    if (this.process === null || this.#leavingDownMs !== null) return;
    this.#leavingDownMs = downMs;
    this.#world.checker.history.record(this.id).isLeaving = true;
    this.act(({ node, service }) => {
      if (node.core?.role === 'leader') node.transfer(null);
      service.shutdown();
    });
  }

  /** Something for this node's present process to do, in a while; forgotten if it dies before. */
  later(afterUs: number, act: (process: NodeProcess) => void): void {
    const life = this.#lives;
    this.#world.in(afterUs, () => {
      if (this.#lives === life) this.act(act);
    });
  }

  /** One event of this node: carried out now, or when it is awake again. */
  act(act: (process: NodeProcess) => void): void {
    const { process } = this;
    if (process === null) return;
    if (this.isPaused) {
      this.#held.push(() => {
        if (this.process === process) this.act(act);
      });
      return;
    }
    try {
      act(process);
    } catch (error) {
      if (error instanceof BrokenInvariant) throw error;
      if (error instanceof SimPowerCut) {
        this.#powerIsCut('the power failed');
        return;
      }
      const what = error instanceof Error ? error.message : String(error);
      throw new BrokenInvariant('A Node Never Breaks', `${this.id} stopped itself: ${what}`, {
        cause: error,
      });
    }
    this.#eventIsOver(process);
  }

  bunchTicks(count: number): void {
    this.act(({ node }) => {
      for (let n = 0; n < count; n += 1) node.tick();
    });
  }

  answerPassword(job: PasswordJobId, answer: PasswordAnswer): void {
    // Long enough, now and then, for the account to become another one meanwhile.
    this.later(1_000 + this.#passwordDelay.skewed(150 * MS), ({ service }) =>
      service.passwordAnswered(job, answer),
    );
  }

  wake(): void {
    this.later(10, ({ service }) => {
      service.flush();
      if (service.work() === 'more') this.wake();
    });
  }

  #resume(): void {
    if (this.isPaused) return;
    this.#world.tell({ kind: 'resumed', node: this.id });
    for (const act of this.#held.splice(0)) act();
  }

  #eventIsOver(process: NodeProcess): void {
    const { core } = process.node;
    this.#tap(process);
    if (core !== null && !this.health.isElsewhere) this.#world.checker.stepped(this, process, core);
    if (core !== null) this.health.stepped(process, core);
    const struck = this.#crashes.takeStruck();
    if (struck !== null) this.kill(`crashed (${struck.moment})`, struck.loss, struck.downMs, struck.id);
    else if (this.#halted !== null) this.#halt();
    else if (this.#leavingDownMs !== null) this.#advanceLeaving(process, this.#leavingDownMs);
  }

  /** A core is there from the start, or from the birth of the cluster on. */
  #tap({ node: { core } }: NodeProcess): void {
    const world = this.#world;
    if (this.health.isElsewhere || core === null || core === this.#tapped) return;
    this.#tapped = core;
    const { id: node } = this;
    const { history, census } = world.checker;
    const takes = (input: Input): void => {
      if (input.kind === 'snapshot-received') this.strike('snapshot-received');
      census.takes(input, core);
      history.takes(node, input);
    };
    if (!world.story.isListenedTo) return tapCore(core, takes, null);
    world.story.show(world.nowUs, { kind: 'core-made', node, facts: factsOf(core), terms: termsOf(core) });
    tapCore(core, takes, (step) => world.story.show(world.nowUs, { kind: 'core-step', node, step }));
  }

  #halt(): void {
    const why = this.#halted ?? 'stopped';
    const downMs = this.restartPlanned ? null : 300;
    this.kill(why, { of: 'process', keep: 50 }, downMs, this.#lives);
  }

  #advanceLeaving({ node, service }: NodeProcess, downMs: number): void {
    if (!service.isIdle) return;
    node.stop();
    if (node.stopped) this.kill('left', { of: 'process', keep: 100 }, downMs, this.#lives);
  }

  #end(why: string, connections: 'reset' | 'silence'): void {
    if (this.process === null) return;
    this.#world.tell({ kind: 'ended', node: this.id, why });
    this.process = null;
    this.refusesConnections = connections === 'reset';
    this.#held.length = 0;
    this.#turnPlanned = false;
    this.#crashes.takeStruck();
    this.#halted = null;
    this.#leavingDownMs = null;
    this.pausedUntilUs = 0;
    this.#world.checker.history.record(this.id).ended();
    this.#world.mesh.nodeEnded(this, connections);
    this.#world.sockets.nodeEnded(this, connections);
  }

  #powerIsCut(why: string): void {
    const stream = this.#world.dice.of('cut', this.id, this.#lives);
    const downMs = this.#cutAtStart?.crash.downMs ?? 50;
    this.#cutAtStart = null;
    this.disk.sim.crash(() => stream.chance(0.5));
    if (this.process === null) this.#world.tell({ kind: 'ended', node: this.id, why });
    else this.#end(why, 'silence');
    this.restartIn(downMs);
  }

  #willNotCutStart(): void {
    this.#cutAtStart = null;
    this.disk.sim.noPowerCut();
  }

  #events(): ProcessEvents {
    const { checker } = this.#world;
    return {
      ...checker.eventsOf(this),
      raft: (event: RaftEvent) => {
        checker.history.told(this.id, event);
        const { process } = this;
        checker.census.told(event, process?.node.core ?? null);
        if (event.kind === 'snapshot-installed' && process !== null)
          checker.installed(this, event.index, process.machine.stateHash());
        this.#strikeOnSnapshot(event);
        if (event.kind !== 'role-changed') return;
        const core = process?.node.core ?? null;
        if (core !== null) checker.lookAt(this, core);
        this.#world.tell({ ...event, kind: 'role', node: this.id });
        if (event.role === 'leader') this.strike('became-leader');
        if (event.role === 'candidate') this.strike('became-candidate');
      },
      diskFailed: this.#diskFailed,
    };
  }

  #strikeOnSnapshot({ kind }: RaftEvent): void {
    if (kind === 'snapshot-taken') this.strike('snapshot-taken');
    if (kind === 'snapshot-installed') this.strike('snapshot-installed');
  }

  readonly #diskFailed = (): void => {
    this.#halted = 'its disk failed';
  };

  #planTurn(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    this.later(this.#turnDelay.between(5, 60), ({ node, service }) => {
      this.#turnPlanned = false;
      node.turn();
      service.flush();
      if (service.work() === 'more') this.wake();
    });
  }

  #planTick(): void {
    this.later((TICK_MS * MS) / this.#clock.rate, (process) => {
      this.#planTick();
      if (this.ticksStallUntilUs > this.#world.nowUs) return;
      this.#world.tell({ kind: 'tick', node: this.id });
      this.#world.checker.history.ticked(this.id, this.disk.conditionAt(this.#world.nowUs));
      process.node.tick();
      this.#ticks += 1;
      if (this.#ticks % RETRY_RESERVE_TICKS === 0) process.store.retryReserve();
    });
  }

  #planPipeTick(): void {
    this.later((PIPE_TICK_MS * MS) / this.#clock.rate, ({ service }) => {
      this.#planPipeTick();
      service.tick();
    });
  }
}
