/**
 * While so many batches are on their way, commands gather for the next one: a batch costs every node a write, a sync and two
 * messages however small it is, and one that is sent before the last has come back is smaller.
 */
const OPEN_BATCHES = 1;
/** So many commands do not wait for others: they bear that cost, and the nodes work on them while the last batch is synced. */
const ENOUGH_COMMANDS = 128;

/** `gather`: not before a batch has come back, or more commands are there. `next-input`: not yet, but whatever comes in next. */
export type Pace = 'go' | 'gather' | 'next-input';

export interface BatchLimits {
  /** Commands in one batch, and so in one entry of the log. */
  readonly batchCommands: number;
  /** Bytes of commands in one batch; one command is taken however large. */
  readonly batchBytes: number;
}

interface OpenBatch {
  /** The number of its last command. */
  readonly lastSeq: number;
  readonly commands: number;
}

/**
 * When a node's next batch leaves: as soon as none is on its way, or it is large enough. Who has just been answered often has more
 * to say at once, and would come behind those that waited meanwhile: batches would be half as large. So if fewer commands wait
 * than the last batch answered and left behind, they let one more input come in, whatever it is.
 */
export class BatchPacing {
  readonly #limits: BatchLimits;
  /** Handed out since the last doubt and not applied. */
  #open: OpenBatch[] = [];
  /** So many commands may soon be there; 0 unless a batch has come back since this was asked last. */
  #expected = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** Given is what waits for a number. */
  next(waitingCommands: number, waitingBytes: number): Pace {
    const { batchBytes, batchCommands } = this.#limits;
    if (waitingBytes >= batchBytes || waitingCommands >= Math.min(ENOUGH_COMMANDS, batchCommands))
      return 'go';
    if (this.#open.length >= OPEN_BATCHES) return 'gather';
    if (waitingCommands === 0 || waitingCommands >= this.#expected) return 'go';
    this.#expected = 0;
    return 'next-input';
  }

  /** A batch was handed out. */
  sent(lastSeq: number, commands: number): void {
    this.#open.push({ lastSeq, commands });
    this.#expected = 0;
  }

  /** The command of this number was applied, while so many wait. */
  applied(seq: number, waitingCommands: number): void {
    const [oldest] = this.#open;
    if (oldest?.lastSeq !== seq) return;
    this.#open.shift();
    this.#expected = oldest.commands + waitingCommands;
  }

  /** Batches that hold later commands than this one are handed out again. */
  resendAfter(seq: number): void {
    this.#open = this.#open.filter(({ lastSeq }) => lastSeq <= seq);
    this.#expected = 0;
  }
}
