import { encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { LogListener, NodeId, OrderedLog } from '../../../src/ordered-log/index.ts';
import { ClusterNode } from '../../../src/raft/driver/cluster-node.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { PeerNetwork } from '../../../src/raft/driver/peer-network.ts';
import type { Disk } from '../../../src/raft/storage/disk.ts';
import { assertLogIsThere, openIdentity, writeIdentity } from '../../../src/raft/storage/identity.ts';
import type { DiskLogStore, LogBatch, LogStore, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import { openLog } from '../../../src/raft/storage/open-log.ts';
import type { PipeService } from '../../../src/transport/pipe/pipe-service.ts';
import type { PipeOutput } from '../../../src/transport/pipe/pipe-output.ts';
import type { Stream } from './dice.ts';
import { RecordingMachine } from './recording-machine.ts';
import type { MachineEvents } from './recording-machine.ts';
import type { WorldSettings } from './settings.ts';
import { WatchedService } from './watched-service.ts';
import type { ReadEvents } from './watched-service.ts';

export interface ProcessParts {
  readonly id: NodeId;
  readonly nodes: readonly NodeId[];
  readonly disk: Disk;
  readonly settings: WorldSettings;
  readonly chance: Stream;
  readonly network: PeerNetwork;
  readonly output: PipeOutput;
  readonly events: ProcessEvents;
  readonly schedule: () => void;
  readonly nowMs: () => number;
  readonly wallTimeMs: () => number;
}

export interface ProcessEvents extends MachineEvents, ReadEvents {
  recovered(log: RecoveredLog): void;
  issued(batch: LogBatch): void;
  durable(batch: LogBatch): void;
  raft(event: RaftEvent): void;
  diskFailed(): void;
}

/** One life of a node's program, put together as the product puts itself together. */
export class NodeProcess {
  readonly node: ClusterNode<ChatResult>;
  readonly machine: RecordingMachine;
  readonly store: DiskLogStore;
  /** Those that this process has had. */
  readonly incarnations: number[] = [];
  #service: PipeService | null = null;

  /** Throws what the product throws when it refuses to start. */
  constructor(parts: ProcessParts) {
    const { id, nodes, disk, settings, chance, network, events, schedule, nowMs } = parts;
    const randomBytes = (count: number): Uint8Array => chance.bytes(count);
    const identity = openIdentity(disk, id, randomBytes);
    const { recovered, store } = openLog({
      disk,
      folderId: identity.folderId,
      segmentBytes: settings.segmentBytes,
      randomBytes,
      onAlarm: () => undefined,
      onFailure: () => events.diskFailed(),
    });
    assertLogIsThere(disk, identity, recovered);
    events.recovered(recovered);
    this.store = store;
    this.machine = new RecordingMachine(events);
    this.node = new ClusterNode<ChatResult>(
      {
        self: { id, folderId: identity.folderId, nodes },
        recovered,
        store: watched(store, events),
        machine: this.machine,
        genesis: encodeGenesis(settings.chat),
        network,
        observer: (event) => {
          if (event.kind === 'incarnation-began') this.incarnations.push(event.incarnation);
          events.raft(event);
        },
        settings: settings.raft,
        random: chance,
        randomBytes,
        rememberCluster: (clusterId) => writeIdentity(disk, { ...identity, clusterId }),
        schedule,
        nowMs,
      },
      (log) => this.#listener(log, parts),
    );
  }

  get service(): PipeService {
    if (this.#service === null) throw new Error('the node did not ask for its listener');
    return this.#service;
  }

  #listener(
    log: OrderedLog,
    { id, settings, output, events, nowMs, wallTimeMs }: ProcessParts,
  ): LogListener<ChatResult> {
    const clock = { nowMs, wallTimeMs };
    const context = { node: id, log, views: this.machine, options: settings.pipe, output, clock };
    this.#service = new WatchedService(context, events);
    return this.#service;
  }
}

/** The store, with what goes in and what has been made durable told. */
function watched(store: LogStore, events: ProcessEvents): LogStore {
  return {
    append: (batch, done) => {
      events.issued(batch);
      store.append(batch, () => {
        events.durable(batch);
        done();
      });
    },
  };
}
