import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';
import { backoffMs } from './backoff.ts';
import { OutgoingConnection } from './outgoing-connection.ts';
import type { ConnectionEnd } from './outgoing-connection.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';

type LinkState =
  | { readonly kind: 'connecting'; readonly connection: OutgoingConnection }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

/** Keeps one connection to a peer, for sending: when it breaks, dials again, for ever. */
export class OutgoingLink {
  readonly #peer: NodeId;
  readonly #address: Address;
  readonly #options: PeerLinksOptions;
  #state: LinkState;
  #failures = 0;
  /** The last failure that was told: the same one again is no news. */
  #toldFailure: string | null = null;

  constructor(peer: NodeId, address: Address, options: PeerLinksOptions) {
    this.#peer = peer;
    this.#address = address;
    this.#options = options;
    this.#state = this.#dial();
  }

  send(frames: readonly Uint8Array[]): void {
    if (this.#state.kind === 'connecting') this.#state.connection.send(frames);
  }

  /** The peer has just shown that it lives: do not wait any longer. */
  dialNow(): void {
    if (this.#state.kind !== 'waiting') return;
    clearTimeout(this.#state.timer);
    this.#state = this.#dial();
  }

  /** Ends the link; the listener hears no more of it. */
  close(): void {
    switch (this.#state.kind) {
      case 'connecting':
        this.#state.connection.close();
        break;
      case 'waiting':
        clearTimeout(this.#state.timer);
        break;
      case 'closed':
        break;
      default:
        this.#state satisfies never;
    }
    this.#state = { kind: 'closed' };
  }

  #dial(): LinkState {
    const connection = new OutgoingConnection(this.#peer, this.#address, this.#options, {
      opened: (greeting) => this.#opened(greeting),
      ended: (end) => this.#ended(end),
      queueFull: () => this.#options.observe({ kind: 'queue-full', peer: this.#peer }),
    });
    return { kind: 'connecting', connection };
  }

  #opened(greeting: Greeting): void {
    this.#failures = 0;
    this.#toldFailure = null;
    this.#options.observe({ kind: 'connected', peer: this.#peer });
    this.#options.listener.connected(this.#peer, greeting);
  }

  #ended(end: ConnectionEnd): void {
    this.#failures += 1;
    const timer = setTimeout(
      () => {
        this.#state = this.#dial();
      },
      backoffMs(this.#failures, Math.random()),
    );
    this.#state = { kind: 'waiting', timer };
    this.#tell(end);
  }

  #tell({ kind, why }: ConnectionEnd): void {
    const peer = this.#peer;
    if (kind === 'lost') {
      this.#options.observe({ kind: 'disconnected', peer, why });
      this.#options.listener.disconnected(peer, why);
    } else if (this.#toldFailure !== `${kind} ${why}`) {
      this.#toldFailure = `${kind} ${why}`;
      this.#options.observe({ kind, peer, why });
      if (kind === 'refused-by') this.#options.listener.refused(peer, why);
    }
  }
}
