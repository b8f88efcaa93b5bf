import { encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { LogListener, NodeId, OrderedLog } from '../../../src/ordered-log/index.ts';
import { ClusterNode } from '../../../src/raft/driver/cluster-node.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import type { MemberAddresses } from '../../../src/raft/driver/members-payload.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { PeerNetwork } from '../../../src/raft/driver/peer-network.ts';
import type { ReplicaStore } from '../../../src/raft/driver/replica-parts.ts';
import type { Disk } from '../../../src/raft/storage/disk.ts';
import type { DiskLogStore, LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import type { OpenedFolder } from '../../../src/raft/storage/open-folder.ts';
import { openFolder } from '../../../src/raft/storage/open-folder.ts';
import type { PipeService } from '../../../src/transport/pipe/pipe-service.ts';
import type { PipeOutput } from '../../../src/transport/pipe/pipe-output.ts';
import type { Stream } from './dice.ts';
import type { Release } from '../../../src/node/release.ts';
import { RecordingMachine } from './recording-machine.ts';
import type { MachineEvents } from './recording-machine.ts';
import type { WorldSettings } from './settings.ts';
import { WatchedService } from './watched-service.ts';
import type { ReadEvents } from './watched-service.ts';

export interface ProcessParts {
  readonly id: NodeId;
  /** As this node's configuration has them. */
  readonly nodes: readonly MemberAddresses[];
  readonly joining: boolean;
  readonly release: Release;
  readonly disk: Disk;
  readonly settings: WorldSettings;
  readonly chance: Stream;
  readonly network: PeerNetwork;
  readonly output: PipeOutput;
  readonly events: ProcessEvents;
  readonly schedule: () => void;
  readonly scheduleLater: () => void;
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
  readonly folder: OpenedFolder;
  /** Those that this process has had. */
  readonly incarnations: number[] = [];
  #service: PipeService | null = null;

  /** Throws what the product throws when it refuses to start. */
  constructor(parts: ProcessParts) {
    const { id, nodes, joining, release, disk, settings, chance, network, events, nowMs } = parts;
    const { schedule, scheduleLater } = parts;
    const randomBytes = (count: number): Uint8Array => chance.bytes(count);
    const folder = openFolder({
      disk,
      nodeId: id,
      segmentBytes: settings.segmentBytes,
      randomBytes,
      readMembership: decodeMembers,
      configured: nodes.map((node) => node.id),
      onAlarm: () => undefined,
      onFailure: () => events.diskFailed(),
    });
    const { folderId, formerFolderIds, forgotCluster, recovered, store } = folder;
    events.recovered(recovered);
    this.folder = folder;
    this.store = store;
    this.machine = new RecordingMachine(events, release.rules);
    this.node = new ClusterNode<ChatResult>(
      {
        ...folder,
        clusterId: clusterOf(folder),
        self: { id, folderId, formerFolderIds, nodes, joining, forgotCluster },
        store: watched(store, events),
        machine: this.machine,
        genesis: encodeGenesis(settings.chat),
        network,
        observer: (event) => {
          if (event.kind === 'incarnation-began') this.incarnations.push(event.incarnation);
          events.raft(event);
        },
        settings: settings.raft,
        program: release.program,
        random: chance,
        randomBytes,
        schedule,
        scheduleLater,
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
    { id, nodes, settings, output, events, nowMs, wallTimeMs }: ProcessParts,
  ): LogListener<ChatResult> {
    const clock = { nowMs, wallTimeMs };
    const context = { node: id, log, views: this.machine, options: settings.pipe, output, clock, nodes };
    this.#service = new WatchedService(context, events);
    return this.#service;
  }
}

/** As `openRaftFolder` does: a process may have died between the log's first entry and the note of its cluster. */
function clusterOf(folder: OpenedFolder): string | null {
  const { clusterId, recovered, snapshots } = folder;
  const payload =
    recovered.entries.findLast(({ kind }) => kind === 'members')?.payload ?? snapshots.newest?.meta.members;
  const told = payload === undefined ? null : decodeMembers(payload).clusterId;
  if (clusterId === null && told !== null) folder.rememberCluster(told);
  return clusterId ?? told;
}

/** The store, with what goes in and what has been made durable told. */
function watched(store: DiskLogStore, events: ProcessEvents): ReplicaStore {
  return {
    append: (batch, done) => {
      events.issued(batch);
      store.append(batch, () => {
        events.durable(batch);
        done();
      });
    },
    dropUpTo: (index) => store.dropUpTo(index),
    get roomBytes() {
      return store.roomBytes;
    },
    get reserveBytes() {
      return store.reserveBytes;
    },
  };
}
