import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { Rules } from '../../../src/chat/commands/rules.ts';
import type { CommittedCommand, IncarnationChange } from '../../../src/ordered-log/index.ts';

export interface MachineEvents {
  commandApplied(command: CommittedCommand, result: ChatResult, hash: string): void;
  incarnationApplied(change: IncarnationChange, hash: string): void;
  behaviourApplied(version: number, hash: string): void;
}

/** The real chat state machine, which tells of everything that it is made to do. */
export class RecordingMachine extends ChatMachine {
  readonly #events: MachineEvents;

  constructor(events: MachineEvents, rules: readonly Rules[]) {
    super({ rules });
    this.#events = events;
  }

  override apply(command: CommittedCommand): ChatResult {
    const result = super.apply(command);
    this.#events.commandApplied(command, result, this.stateHash());
    return result;
  }

  override incarnationChanged(change: IncarnationChange): void {
    super.incarnationChanged(change);
    this.#events.incarnationApplied(change, this.stateHash());
  }

  override behaviourChanged(version: number): void {
    super.behaviourChanged(version);
    this.#events.behaviourApplied(version, this.stateHash());
  }
}
