import { ChatMachine } from '../../src/chat/chat-machine.ts';
import { encodeGenesis } from '../../src/chat/commands/genesis-codec.ts';
import { sealEntry } from '../../src/raft/codec/entry-codec.ts';
import type { Entry, EntryKind } from '../../src/raft/core/entry.ts';
import { logIndex, term } from '../../src/raft/core/ids.ts';
import type { ApplyVisitor } from '../../src/raft/driver/applier.ts';
import { Applier } from '../../src/raft/driver/applier.ts';
import { BatchPieces, CommandKeeper } from '../../src/raft/driver/kept-commands.ts';
import { encodeMembers } from '../../src/raft/driver/members-payload.ts';
import { encodeCommandBatch, encodeIncarnation, nonceOf } from '../../src/raft/driver/payloads.ts';
import { PROGRAM } from '../../src/raft/driver/program.ts';
import { nodeId, submissionId } from '../../src/ordered-log/index.ts';
import { CollectorWatch } from './collector-watch.ts';
import type { ApplyKind } from './apply-script.ts';
import { ApplyScript } from './apply-script.ts';

export interface ApplyResult {
  readonly kind: ApplyKind;
  /** CPU for each message in microseconds, all threads of this process, of each run. */
  readonly costsUs: readonly number[];
  /** How often the collector went through the whole heap in all runs. */
  readonly majorCollections: number;
  readonly stateHash: string;
}

const NODE = nodeId('n1');
const BATCH = 64;
const RUN = 25_600;
const LIMIT = 10_000_000;
const NOBODY_WAITS: ApplyVisitor<unknown> = {
  command: () => undefined,
  incarnationChanged: () => undefined,
  versionRaised: () => undefined,
};

/** Applies entries as a replica does, without network, disk and connections: `runs` times the same number of messages. */
export async function runApply(kind: ApplyKind, runs: number): Promise<ApplyResult> {
  const machine = new ChatMachine();
  const replica = new Replica(machine);
  const script = new ApplyScript(kind);
  replica.applyAll(replica.batched(script.opening()));
  replica.applyAll(replica.batched(script.messages(RUN)));
  const collector = new CollectorWatch();
  const costsUs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const entries = replica.batched(script.messages(RUN));
    const beganAtMs = performance.now();
    const before = process.cpuUsage();
    replica.applyAll(entries);
    const { user, system } = process.cpuUsage(before);
    costsUs.push((user + system) / RUN);
    collector.span(beganAtMs, performance.now());
  }
  const majorCollections = await collector.majorCollections();
  return { kind, costsUs, majorCollections, stateHash: machine.stateHash() };
}

class Replica {
  readonly #applier: Applier<unknown>;
  #index = 0;
  #seq = 1;

  constructor(machine: ChatMachine) {
    this.#applier = new Applier(machine, PROGRAM);
    const genesis = encodeGenesis({
      mailboxMessages: LIMIT,
      storedMessages: LIMIT,
      accounts: LIMIT,
      clientsPerAccount: 8,
      clientsWithoutAccount: LIMIT,
      outstandingPerClient: 1_024,
      stateBytes: Number.MAX_SAFE_INTEGER,
    });
    const clusterId = '0'.repeat(32);
    this.applyAll([
      this.#entry('members', encodeMembers({ clusterId, members: [], genesis })),
      this.#entry(
        'incarnation',
        encodeIncarnation({ node: NODE, replaces: 0, nonce: nonceOf(new Uint8Array(8).fill(1)) }),
      ),
    ]);
  }

  batched(commands: Iterable<Uint8Array>): Entry[] {
    const entries: Entry[] = [];
    let batch: Uint8Array[] = [];
    const seal = (): void => {
      const keeper = new CommandKeeper();
      const pieces = new BatchPieces();
      for (const command of batch) pieces.add(keeper.keep(submissionId(1), command));
      const { payload } = encodeCommandBatch(NODE, 1, this.#seq, batch.length, pieces.finish());
      entries.push(this.#entry('commands', payload));
      this.#seq += batch.length;
      batch = [];
    };
    for (const command of commands) if (batch.push(command) === BATCH) seal();
    if (batch.length > 0) seal();
    return entries;
  }

  applyAll(entries: readonly Entry[]): void {
    for (const entry of entries) this.#applier.apply(entry, NOBODY_WAITS);
  }

  #entry(kind: EntryKind, payload: Uint8Array): Entry {
    this.#index += 1;
    return sealEntry(term(1), logIndex(this.#index), { kind, clusterTimeMs: this.#index, payload });
  }
}
