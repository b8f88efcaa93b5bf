import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Address } from '../../config/address.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';
import { FrameParser, encodeFrames, wireBytes, wirePieces } from './frame-parser.ts';
import { MAX_GREETING_BYTES, decodeOpening, encodeOpening } from './greeting-codec.ts';
import { judgeGreeting } from './judge-greeting.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';
import { PEER_TIMEOUTS } from './peer-links-options.ts';
import { describeSocketError } from './socket-error.ts';

export interface ConnectionEnd {
  readonly kind:
    | 'lost'
    /** It had not been opened: nobody listens at the address. */
    | 'not-listening'
    /** The same: it was made, and broken off before a greeting came. */
    | 'broken-off'
    /** The same, for any other reason. */
    | 'unreachable'
    /** The peer would not have us. */
    | 'refused-by'
    /** We would not have who answered. */
    | 'refused';
  readonly why: string;
}

export interface OutgoingConnectionEvents {
  /** Greetings were exchanged and admitted: frames can be sent. */
  opened(greeting: Greeting): void;
  /** Called once, whatever happens, except after `close`. */
  ended(end: ConnectionEnd): void;
  queueFull(): void;
}

/** One attempt to reach a peer: dials, exchanges greetings, then carries frames one way until it breaks. */
export class OutgoingConnection {
  readonly #peer: NodeId;
  readonly #options: PeerLinksOptions;
  readonly #events: OutgoingConnectionEvents;
  readonly #socket: Socket;
  readonly #parser = new FrameParser({ firstFrameBytes: MAX_GREETING_BYTES, frameBytes: MAX_GREETING_BYTES });
  #state: 'opening' | 'open' | 'over' = 'opening';
  /** Runs out while opening, and later while what was sent stays unread. */
  #deadline: NodeJS.Timeout | undefined;
  #toldQueueFull = false;

  constructor(peer: NodeId, address: Address, options: PeerLinksOptions, events: OutgoingConnectionEvents) {
    this.#peer = peer;
    this.#options = options;
    this.#events = events;
    this.#setDeadline(this.#timeouts.openingMs, 'does not answer');
    this.#socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true })
      .on('connect', () => this.#greet())
      .on('data', (chunk) => this.#read(chunk))
      .on('drain', () => {
        this.#toldQueueFull = false;
      })
      .on('error', (error) => this.#failed(error))
      .on('end', () => this.#brokenOff('closed the connection'))
      .on('close', () => this.#brokenOff('closed the connection'));
  }

  /** Writes frames with one write. Drops them if the connection is not open, or if too much waits already. */
  send(frames: readonly Uint8Array[]): void {
    if (this.#state !== 'open' || frames.length === 0) return;
    const waiting = this.#socket.writableLength;
    if (waiting > 0 && waiting + wireBytes(frames) > this.#options.maxQueueBytes) return this.#dropped();
    const pieces = wirePieces(frames);
    // Corked, several pieces are still one write to the system.
    if (pieces.length > 1) this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    if (pieces.length > 1) this.#socket.uncork();
    if (this.#deadline === undefined) {
      const { unreadMs } = this.#timeouts;
      this.#setDeadline(unreadMs, `left what was sent to it unread for ${unreadMs} ms`);
    }
  }

  /** Ends the connection without a word to the events. */
  close(): void {
    this.#state = 'over';
    clearTimeout(this.#deadline);
    this.#socket.destroy();
  }

  #greet(): void {
    if (this.#state !== 'opening') return;
    const greeting = this.#options.listener.greetingFor(this.#peer);
    this.#socket.write(encodeFrames([encodeOpening({ kind: 'greeting', greeting })]));
    this.#setDeadline(this.#timeouts.openingMs, 'does not greet');
  }

  #read(chunk: Uint8Array): void {
    switch (this.#state) {
      case 'opening':
        return this.#readOpening(chunk);
      case 'open':
        // Nothing but receipts comes this way once it is open: the peer reads.
        return this.#clearDeadline();
      case 'over':
        return;
      default:
        return this.#state satisfies never;
    }
  }

  #readOpening(chunk: Uint8Array): void {
    const parsed = this.#parser.push(chunk);
    if (parsed.kind === 'broken') return this.#end(`answered with ${parsed.why}: that is no node`, 'refused');
    const [frame] = parsed.frames;
    if (frame === undefined) return;
    const opening = decodeOpening(frame);
    if (opening === null)
      return this.#end('answered with something else than a greeting: that is no node', 'refused');
    switch (opening.kind) {
      case 'refusal':
        return this.#end(opening.why, 'refused-by');
      case 'greeting':
        return this.#judge(opening.greeting);
      default:
        return opening satisfies never;
    }
  }

  #judge(greeting: Greeting): void {
    const { self, versions, listener } = this.#options;
    const fits = judgeGreeting(greeting, { self, from: this.#peer, versions });
    const judgement = fits.kind === 'admitted' ? listener.admit(greeting) : fits;
    if (judgement.kind === 'refused') return this.#end(judgement.why, 'refused');
    this.#clearDeadline();
    this.#state = 'open';
    this.#events.opened(greeting);
  }

  #dropped(): void {
    if (this.#toldQueueFull) return;
    this.#toldQueueFull = true;
    this.#events.queueFull();
  }

  #failed(error: Error): void {
    const { code } = error as NodeJS.ErrnoException;
    const why = describeSocketError(error);
    if (this.#state === 'opening' && code === 'ECONNREFUSED') this.#end(why, 'not-listening');
    else if (code === 'ECONNRESET' || code === 'EPIPE') this.#brokenOff(why);
    else this.#end(why);
  }

  #brokenOff(why: string): void {
    this.#end(why, this.#state === 'open' ? 'lost' : 'broken-off');
  }

  #end(why: string, kind: ConnectionEnd['kind'] = this.#state === 'open' ? 'lost' : 'unreachable'): void {
    if (this.#state === 'over') return;
    this.close();
    this.#events.ended({ kind, why });
  }

  get #timeouts() {
    return this.#options.timeouts ?? PEER_TIMEOUTS;
  }

  #setDeadline(afterMs: number, why: string): void {
    clearTimeout(this.#deadline);
    const deadline = setTimeout(() => {
      // Timers run before sockets are read: after a stall of this very process the answer may lie there already.
      setImmediate(() => setImmediate(() => this.#deadline === deadline && this.#end(why)));
    }, afterMs);
    this.#deadline = deadline;
  }

  #clearDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }
}
