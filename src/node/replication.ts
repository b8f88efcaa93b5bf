import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from 'pino';
import { ChatMachine } from '../chat/chat-machine.ts';
import { encodeGenesis } from '../chat/commands/genesis-codec.ts';
import type { ChatResult } from '../chat/commands/result.ts';
import type { ClusterConfig, NodeConfig } from '../config/cluster-config.ts';
import { hasJoined } from '../config/joined-config.ts';
import type { Random } from '../raft/core/random.ts';
import { ClusterNode } from '../raft/driver/cluster-node.ts';
import type { RaftEvent } from '../raft/driver/observer.ts';
import type { PeerNetwork } from '../raft/driver/peer-network.ts';
import { PipeServer } from '../transport/pipe/pipe-server.ts';
import { PipeService } from '../transport/pipe/pipe-service.ts';
import { ClusterNews } from './cluster-news.ts';
import type { Halt } from './halt.ts';
import { logRaftEvent } from './log-events.ts';
import { memberAddresses } from './member-addresses.ts';
import type { RaftFolder } from '../raft/runtime/raft-folder.ts';
import type { Release } from './release.ts';
import { chatLimits, pipeOptions, raftSettings } from './settings.ts';
import { Ticker } from '../raft/runtime/ticker.ts';
import { Turns } from '../raft/runtime/turns.ts';

export interface ReplicationParts {
  readonly config: ClusterConfig;
  readonly self: NodeConfig;
  readonly folder: RaftFolder;
  readonly logger: Logger;
  readonly release: Release;
  readonly halt: Halt;
  readonly random: Random;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly network: PeerNetwork;
}

/** How long a graceful end may wait for commands in doubt and for sockets that take nothing. */
const CLOSE_WITHIN_MS = 2_000;
const RETRY_RESERVE_TICKS = 100;

/** The replicated heart of a node: Raft, the chat state and the pipe service, joined, and driven by ticks and turns. */
export class Replication {
  readonly machine: ChatMachine;
  readonly node: ClusterNode<ChatResult>;
  readonly news: ClusterNews;
  readonly pipe = new PipeServer({ closeWithinMs: CLOSE_WITHIN_MS });
  readonly #parts: ReplicationParts;
  readonly #turns = new Turns(() => this.#turn());
  #service: PipeService | null = null;
  #ticker: Ticker | null = null;
  #ticks = 0;
  #onStopped: (() => void) | null = null;
  /** Whether the members are to be looked at when the turn is over: at the start, and whenever they change. */
  #members: 'to-be-looked-at' | 'seen' = 'to-be-looked-at';

  constructor(parts: ReplicationParts) {
    this.#parts = parts;
    const { config, self, folder, logger, release, random, randomBytes, network } = parts;
    this.machine = new ChatMachine({ rules: release.rules });
    this.node = new ClusterNode<ChatResult>(
      {
        ...folder,
        self: {
          id: self.id,
          folderId: folder.folderId,
          formerFolderIds: folder.formerFolderIds,
          nodes: config.nodes.map(memberAddresses),
          joining: hasJoined(config, self.id),
          forgotCluster: folder.forgotCluster,
        },
        machine: this.machine,
        genesis: encodeGenesis(chatLimits(config, getHeapStatistics().heap_size_limit)),
        network,
        observer: (event) => this.#observe(event),
        settings: raftSettings(config),
        program: release.program,
        random,
        randomBytes,
        schedule: this.#turns.schedule,
        scheduleLater: this.#turns.scheduleLater,
        nowMs: () => performance.now(),
      },
      (log) => {
        this.#service = new PipeService({
          node: self.id,
          log,
          views: this.machine,
          options: pipeOptions(config),
          output: this.pipe,
          clock: { nowMs: () => performance.now(), wallTimeMs: () => Date.now() },
          nodes: config.nodes.map(memberAddresses),
        });
        this.pipe.serve(this.#service);
        return this.#service;
      },
    );
    this.news = new ClusterNews({
      config,
      self: self.id,
      logger,
      members: () => this.node.snapshot().members,
      tellClients: (members) => this.#service?.nodesChanged(members),
    });
  }

  get connections(): number {
    return this.#service?.connections ?? 0;
  }

  /** Time begins to pass. */
  begin(): void {
    this.#ticker = new Ticker(this.#parts.config.timings.tickMs, () => this.#tick());
    this.#turns.schedule();
  }

  /** Leaves the cluster's service in good order: leadership first, then the connections, then this node's incarnation. */
  async leave(): Promise<void> {
    if (this.node.core?.role === 'leader') this.node.transfer(null);
    await this.pipe.close();
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    this.node.stop();
    await Promise.race([stopped, this.#parts.halt.reason]);
  }

  /** Ends at once. */
  async close(): Promise<void> {
    this.#ticker?.stop();
    this.#turns.stop();
    await this.pipe.close();
  }

  #tick(): void {
    this.node.tick();
    this.#turns.runNow();
    this.#ticks += 1;
    if (this.#ticks % RETRY_RESERVE_TICKS === 0) this.#parts.folder.store.retryReserve();
  }

  #turn(): void {
    const { halt } = this.#parts;
    if (halt.halted) return;
    try {
      this.node.turn();
      this.pipe.flush();
    } catch (error) {
      // A broken invariant, or a log that cannot be read: to go on would be to guess.
      halt.because(error);
    }
    if (this.#members === 'to-be-looked-at') {
      this.#members = 'seen';
      this.news.look();
    }
    if (this.node.stopped) this.#onStopped?.();
  }

  #observe(event: RaftEvent): void {
    logRaftEvent(this.#parts.logger, event);
    if (event.kind === 'membership-changed' || event.kind === 'cluster-founded')
      this.#members = 'to-be-looked-at';
    if (event.kind === 'snapshot-taken' || event.kind === 'snapshot-installed') this.news.tell(event);
  }
}
