import type { Logger } from 'pino';
import type { NodeId } from '../ordered-log/ids.ts';
import type { PeerLinkEvent } from '../transport/peers/peer-link-event.ts';
import type { Alarms } from './alarms.ts';

/** More refused names than any cluster has nodes are strangers': they are told again rather than remembered. */
const MAX_REFUSED = 16;

/** Writes what becomes of the connections to the other nodes as log lines, and raises an alarm while one refuses this node. */
export class PeerNews {
  readonly #logger: Logger;
  readonly #alarms: Alarms;
  /** Whom this node last refused, and why: they come again and again, and are told of once. */
  readonly #refused = new Map<NodeId, string>();

  constructor(logger: Logger, alarms: Alarms) {
    this.#logger = logger;
    this.#alarms = alarms;
  }

  tell(event: PeerLinkEvent): void {
    const logger = this.#logger;
    switch (event.kind) {
      case 'connected':
        this.#alarms.admittedBy(event.peer);
        logger.info({ peer: event.peer }, `connected to ${event.peer}`);
        return;
      case 'disconnected':
        logger.info({ peer: event.peer }, `lost ${event.peer}: ${event.why}`);
        return;
      case 'gone':
        logger.info({ peer: event.peer }, `${event.peer} seems to be gone: nobody listens where it was`);
        return;
      case 'unreachable':
        logger.debug({ peer: event.peer }, `cannot reach ${event.peer}: ${event.why}`);
        return;
      case 'refused-by':
        this.#alarms.refusedBy(event.peer, event.why);
        return;
      case 'refused':
        this.#tellRefused(event.peer, event.why);
        return;
      case 'accepted':
        this.#refused.delete(event.peer);
        logger.debug({ peer: event.peer }, `${event.peer} came in`);
        return;
      case 'closed-incoming':
        logger.debug(
          { peer: event.peer, remote: event.remote },
          `closed an incoming peer connection: ${event.why}`,
        );
        return;
      case 'queue-full':
        logger.warn(
          { peer: event.peer },
          `too much waits for ${event.peer}; dropping frames until it reads again`,
        );
        return;
      default:
        event satisfies never;
    }
  }

  #tellRefused(peer: NodeId, why: string): void {
    const level = this.#refused.get(peer) === why ? 'debug' : 'warn';
    if (this.#refused.has(peer) || this.#refused.size < MAX_REFUSED) this.#refused.set(peer, why);
    this.#logger[level]({ peer }, `refused ${peer}: ${why}`);
  }
}
