import type { NodeId } from '../../ordered-log/index.ts';
import type { Proposal } from '../core/entry.ts';
import { ClusterClock } from './cluster-clock.ts';
import type { IntakeAnswer } from './intake.ts';
import { Intake } from './intake.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Versions } from './version-payload.ts';
import { encodeVersions } from './version-payload.ts';

interface Gathered {
  readonly from: NodeId;
  readonly proposal: Omit<Proposal, 'clusterTimeMs'>;
}

/** Where a leadership begins. */
export interface LeadingStart {
  /** At the end of the log: this leadership's own from here on. */
  readonly sessions: Sessions;
  readonly lastClusterTimeMs: number;
  readonly nowMs: number;
}

/** What a driver needs only while its node leads: it is made with the role and dies with it. */
export class Leading {
  #intake: Intake;
  /** The intake as it was before anything was gathered. */
  #inLog: Intake;
  readonly #clock = new ClusterClock();
  #gathered: Gathered[] = [];
  #gatheredBytes = 0;

  constructor({ sessions, lastClusterTimeMs, nowMs }: LeadingStart) {
    this.#intake = new Intake(sessions);
    this.#inLog = this.#intake.copy();
    this.#clock.restart(lastClusterTimeMs, nowMs);
  }

  /** Cluster time now, for what is not gathered here. */
  stampMs(nowMs: number): number {
    return this.#clock.stamp(nowMs);
  }

  session(node: NodeId): Session {
    return this.#intake.session(node);
  }

  /** Of all nodes that ever had one, at the end of the log. */
  sessions(): readonly (readonly [NodeId, Session])[] {
    return this.#intake.sessions();
  }

  version(from: NodeId, versions: Versions): void {
    this.#gathered.push({ from, proposal: { kind: 'version', payload: encodeVersions(versions) } });
  }

  commands(from: NodeId, batch: CommandBatch): IntakeAnswer {
    return this.#gather(from, this.#intake.commands(batch));
  }

  incarnation(from: NodeId, payload: IncarnationPayload): IntakeAnswer {
    return this.#gather(from, this.#intake.incarnation(payload));
  }

  /** Whether anything was taken since the last call to `take`. */
  get hasGathered(): boolean {
    return this.#gathered.length > 0;
  }

  /** Bytes taken since the last call to `take`. */
  get gatheredBytes(): number {
    return this.#gatheredBytes;
  }

  /** All that was taken since the last call, stamped, to be appended in one go; and whose it is. */
  take(nowMs: number): { readonly proposals: readonly Proposal[]; readonly from: ReadonlySet<NodeId> } {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const clusterTimeMs = this.#clock.stamp(nowMs);
    return {
      proposals: gathered.map(({ proposal: { kind, payload } }) => ({ kind, payload, clusterTimeMs })),
      from: new Set(gathered.map(({ from }) => from)),
    };
  }

  /** What was taken is in the log. */
  appended(): void {
    this.#inLog = this.#intake.copy();
  }

  /** What was taken did not get into the log after all: the intake goes back to what is there. */
  forget(): void {
    this.#intake = this.#inLog.copy();
  }

  #gather(from: NodeId, answer: IntakeAnswer): IntakeAnswer {
    if (answer.kind === 'take') {
      this.#gathered.push({ from, proposal: { kind: answer.entry, payload: answer.payload } });
      this.#gatheredBytes += answer.payload.length;
    }
    return answer;
  }
}
