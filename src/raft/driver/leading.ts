import type { NodeId } from '../../ordered-log/index.ts';
import type { Proposal } from '../core/entry.ts';
import type { LogIndex } from '../core/ids.ts';
import type { LogView } from '../core/log-view.ts';
import { ClusterClock } from './cluster-clock.ts';
import type { IntakeAnswer } from './intake.ts';
import { Intake, sessionsAtEndOf } from './intake.ts';
import type { CommandBatch, IncarnationPayload } from './payloads.ts';
import type { Session, Sessions } from './sessions.ts';

interface Gathered {
  readonly from: NodeId;
  readonly proposal: Omit<Proposal, 'clusterTimeMs'>;
}

/** What a driver needs only while its node leads: it is made with the role and dies with it. */
export class Leading {
  #intake: Intake;
  /** The intake as it was before anything was gathered. */
  #inLog: Intake;
  readonly #clock = new ClusterClock();
  #gathered: Gathered[] = [];

  constructor(applied: Sessions, appliedIndex: LogIndex, log: LogView, nowMs: number) {
    this.#intake = new Intake(sessionsAtEndOf(log, applied, appliedIndex));
    this.#inLog = this.#intake.copy();
    const lastStampMs = log.lastIndex === 0 ? 0 : log.entryAt(log.lastIndex).clusterTimeMs;
    this.#clock.restart(lastStampMs, nowMs);
  }

  session(node: NodeId): Session {
    return this.#intake.session(node);
  }

  commands(from: NodeId, batch: CommandBatch): IntakeAnswer {
    return this.#gather(from, this.#intake.commands(batch));
  }

  incarnation(from: NodeId, payload: IncarnationPayload): IntakeAnswer {
    return this.#gather(from, this.#intake.incarnation(payload));
  }

  /** All that was taken since the last call, stamped, to be appended in one go; and whose it is. */
  take(nowMs: number): { readonly proposals: readonly Proposal[]; readonly from: ReadonlySet<NodeId> } {
    const gathered = this.#gathered;
    this.#gathered = [];
    const clusterTimeMs = this.#clock.stamp(nowMs);
    return {
      proposals: gathered.map(({ proposal }) => ({ ...proposal, clusterTimeMs })),
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
    if (answer.kind === 'take')
      this.#gathered.push({ from, proposal: { kind: answer.entry, payload: answer.payload } });
    return answer;
  }
}
