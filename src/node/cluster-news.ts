import type { Logger } from 'pino';
import type { ClusterConfig } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import type { MemberAddresses } from '../raft/driver/members-payload.ts';
import type { RaftEvent } from '../raft/driver/observer.ts';
import { disagreementWith, removalSentence } from './disagreement.ts';

export interface ClusterNewsParts {
  readonly config: ClusterConfig;
  readonly self: NodeId;
  readonly logger: Logger;
  /** Who belongs to the cluster, by the log; empty while it says nothing. */
  readonly members: () => readonly MemberAddresses[];
  /** Tells the clients where the nodes are. */
  readonly tellClients: (members: readonly MemberAddresses[]) => void;
}

/** What the wiring makes of the news from the log: who belongs to the cluster, whether the configuration agrees, and when there was a snapshot. */
export class ClusterNews {
  readonly #parts: ClusterNewsParts;
  #disagreement: string | null = null;
  #belongs: 'to-it' | 'no-more' = 'to-it';
  #snapshotAt: string | null = null;

  constructor(parts: ClusterNewsParts) {
    this.#parts = parts;
  }

  /** What the configuration says otherwise than the log. */
  get disagreement(): string | null {
    return this.#disagreement;
  }

  /** When this process took or received its newest snapshot, ISO 8601; null if it has not. */
  get snapshotAt(): string | null {
    return this.#snapshotAt;
  }

  tell(event: RaftEvent): void {
    if (event.kind === 'snapshot-taken' || event.kind === 'snapshot-installed')
      this.#snapshotAt = new Date().toISOString();
  }

  /** To be called at the start, and whenever another membership is in force. */
  look(): void {
    const { config, self, logger, members, tellClients } = this.#parts;
    const now = members();
    const disagreement = disagreementWith(config, self, now);
    if (disagreement !== null && disagreement !== this.#disagreement) logger.warn(disagreement);
    this.#disagreement = disagreement;
    this.#sayIfRemoved(now);
    if (now.length > 0) tellClients(now);
  }

  #sayIfRemoved(members: readonly MemberAddresses[]): void {
    const { self, logger } = this.#parts;
    const before = this.#belongs;
    this.#belongs = members.length > 0 && members.every(({ id }) => id !== self) ? 'no-more' : 'to-it';
    if (this.#belongs === 'no-more' && before === 'to-it') logger.warn(removalSentence(self));
  }
}
