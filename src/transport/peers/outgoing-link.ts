import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';
import { backoffMs } from './backoff.ts';
import { OutgoingConnection } from './outgoing-connection.ts';
import type { ConnectionEnd } from './outgoing-connection.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';
import { Suspicion } from './suspicion.ts';

/** A connection that ended sooner did not stand: two that push each other out must not do so in a tight loop. */
const STABLE_MS = 300;

type LinkState =
  | { readonly kind: 'connecting'; readonly connection: OutgoingConnection }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

/** Keeps one connection to a peer, for sending: when it breaks, dials again, for ever. */
export class OutgoingLink {
  readonly address: Address;
  readonly #peer: NodeId;
  readonly #options: PeerLinksOptions;
  readonly #suspicion: Suspicion;
  #state: LinkState;
  #failures = 0;
  #openedAtMs = 0;
  /** The last failure that was told: the same one again is no news. */
  #toldFailure: string | null = null;

  constructor(peer: NodeId, address: Address, options: PeerLinksOptions) {
    this.address = address;
    this.#peer = peer;
    this.#options = options;
    this.#suspicion = new Suspicion(() => this.#unreachable());
    this.#state = this.#dial();
  }

  send(frames: readonly Uint8Array[]): void {
    if (this.#state.kind === 'connecting') this.#state.connection.send(frames);
  }

  /** The peer has come in: it lives. Do not wait any longer. */
  cameIn(): void {
    this.#suspicion.refuted();
    this.#dialNow();
  }

  /** The connection over which the peer came in has ended. If its process is gone, a dial is refused. */
  wentOut(): void {
    if (this.#state.kind === 'closed') return;
    this.#suspicion.begin();
    this.#dialNow();
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
    this.#suspicion.refuted();
    this.#state = { kind: 'closed' };
  }

  #dialNow(): void {
    if (this.#state.kind !== 'waiting') return;
    clearTimeout(this.#state.timer);
    this.#state = this.#dial();
  }

  #dial(): LinkState {
    const connection = new OutgoingConnection(this.#peer, this.address, this.#options, {
      opened: (greeting) => this.#opened(greeting),
      ended: (end) => this.#ended(end),
      queueFull: () => this.#options.observe({ kind: 'queue-full', peer: this.#peer }),
    });
    return { kind: 'connecting', connection };
  }

  #opened(greeting: Greeting): void {
    this.#openedAtMs = performance.now();
    this.#toldFailure = null;
    this.#suspicion.refuted();
    this.#options.observe({ kind: 'connected', peer: this.#peer });
    this.#options.listener.connected(this.#peer, greeting);
  }

  #ended(end: ConnectionEnd): void {
    const again = this.#dialAgain(end);
    this.#state = again === 'at-once' ? this.#dial() : this.#waitToDial(again);
    this.#tell(end);
  }

  #waitToDial(ms: number): LinkState {
    const timer = setTimeout(() => {
      this.#state = this.#dial();
    }, ms);
    return { kind: 'waiting', timer };
  }

  /** After how many milliseconds to dial again. If a connection stood, at once: it was reset, or its process is gone. */
  #dialAgain({ kind }: ConnectionEnd): number | 'at-once' {
    if (kind === 'lost') this.#suspicion.begin();
    if (kind === 'lost' && performance.now() - this.#openedAtMs >= STABLE_MS) {
      this.#failures = 0;
      return 'at-once';
    }
    if (this.#suspicion.dialFailed(kind) === 'dial-at-once') return 'at-once';
    this.#failures += 1;
    return backoffMs(this.#failures, Math.random());
  }

  #unreachable(): void {
    this.#options.observe({ kind: 'gone', peer: this.#peer });
    this.#options.listener.unreachable(this.#peer);
  }

  #tell({ kind, why }: ConnectionEnd): void {
    const peer = this.#peer;
    if (kind === 'lost') {
      this.#options.observe({ kind: 'disconnected', peer, why });
      this.#options.listener.disconnected(peer, why);
    } else if (this.#toldFailure !== `${kind} ${why}`) {
      this.#toldFailure = `${kind} ${why}`;
      const told = kind === 'refused' || kind === 'refused-by' ? kind : 'unreachable';
      this.#options.observe({ kind: told, peer, why });
      if (kind === 'refused-by') this.#options.listener.refused(peer, why);
    }
  }
}
