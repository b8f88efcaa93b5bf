import type { OrderedLog, ReadId } from '../../../src/ordered-log/index.ts';
import type { PipeContext } from '../../../src/transport/pipe/pipe-context.ts';
import { PipeService } from '../../../src/transport/pipe/pipe-service.ts';

export interface ReadEvents {
  /** From here on whatever the read shows is new enough. */
  readAsked(id: ReadId): void;
  /** The local replica may be read now. */
  readSafe(id: ReadId): void;
}

/** The real pipe service, whose reads are told. */
export class WatchedService extends PipeService {
  readonly #events: ReadEvents;

  constructor(context: PipeContext, events: ReadEvents) {
    super({ ...context, log: watched(context.log, events) });
    this.#events = events;
  }

  override readSafe(id: ReadId): void {
    this.#events.readSafe(id);
    super.readSafe(id);
  }
}

function watched(log: OrderedLog, events: ReadEvents): OrderedLog {
  return {
    submit: (command) => log.submit(command),
    withdraw: (id) => log.withdraw(id),
    leader: () => log.leader(),
    read: () => {
      const id = log.read();
      events.readAsked(id);
      return id;
    },
  };
}
