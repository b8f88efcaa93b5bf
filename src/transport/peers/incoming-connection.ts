import type { Socket } from 'node:net';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';
import { FrameParser, encodeFrames } from './frame-parser.ts';
import { MAX_GREETING_BYTES, decodeOpening, encodeOpening } from './greeting-codec.ts';
import { judgeGreeting } from './judge-greeting.ts';
import type { PeerLinksOptions } from './peer-links-options.ts';
import { PEER_TIMEOUTS } from './peer-links-options.ts';

export interface IncomingConnectionEvents {
  /** Says why a connection of this peer comes too late; null if it does not. Asked before the peer is answered. */
  tooLate(peer: NodeId): string | null;
  /** Whoever came in is a peer: frames will follow. */
  admitted(greeting: Greeting): void;
  /** Called once, whatever happens. `why` is null if the other end went of its own accord. */
  ended(peer: NodeId | null, why: string | null): void;
}

type State =
  | { readonly kind: 'stranger' }
  /** Was told why not, and is waited for to go. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'peer'; readonly id: NodeId }
  | { readonly kind: 'over' };

/** What the reading end writes, now and then, to say that it reads. The other end looks at nothing but its arrival. */
const RECEIPT = encodeFrames([new Uint8Array([1])]);

/** One connection that came in: a greeting in time, then frames, which go to the listener. */
export class IncomingConnection {
  readonly #socket: Socket;
  readonly #options: PeerLinksOptions;
  readonly #events: IncomingConnectionEvents;
  readonly #parser: FrameParser;
  #state: State = { kind: 'stranger' };
  /** Until it is admitted: how long it may take. Afterwards: when to say that we read. */
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: PeerLinksOptions, events: IncomingConnectionEvents) {
    this.#socket = socket;
    this.#options = options;
    this.#events = events;
    this.#parser = new FrameParser({
      firstFrameBytes: MAX_GREETING_BYTES,
      frameBytes: options.maxFrameBytes,
    });
    const { openingMs } = this.#timeouts;
    this.#timer = setTimeout(() => this.close(`did not greet within ${openingMs} ms`), openingMs);
    socket
      .on('data', (chunk) => this.#read(chunk))
      .on('error', () => this.close(null))
      .on('end', () => this.close(null))
      .on('close', () => this.close(null));
  }

  /** Ends the connection; `why` is null if there is nothing to say about it. */
  close(why: string | null): void {
    if (this.#state.kind === 'over') return;
    const peer = this.#state.kind === 'peer' ? this.#state.id : null;
    this.#state = { kind: 'over' };
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#events.ended(peer, why);
  }

  #read(chunk: Uint8Array): void {
    if (this.#state.kind === 'refused' || this.#state.kind === 'over') return;
    const parsed = this.#parser.push(chunk);
    if (parsed.kind === 'broken') return this.close(`sent ${parsed.why}`);
    const frames = this.#state.kind === 'stranger' ? this.#readOpening(parsed.frames) : parsed.frames;
    if (this.#state.kind !== 'peer') return;
    this.#timer ??= setTimeout(() => this.#sendReceipt(), this.#timeouts.receiptMs);
    if (frames.length > 0) this.#options.listener.received(this.#state.id, frames);
  }

  /** Looks at the first frame if it is there; the frames behind it are for the listener. */
  #readOpening([first, ...rest]: readonly Uint8Array[]): readonly Uint8Array[] {
    if (first === undefined) return [];
    const opening = decodeOpening(first);
    if (opening?.kind !== 'greeting') {
      this.close('sent something else than a greeting');
      return [];
    }
    this.#judge(opening.greeting);
    return rest;
  }

  #judge(greeting: Greeting): void {
    const { self, versions, listener } = this.#options;
    const tooLate = this.#events.tooLate(greeting.from);
    if (tooLate !== null) return this.close(tooLate);
    const fits = judgeGreeting(greeting, { self, from: null, versions });
    const judgement = fits.kind === 'admitted' ? listener.admit(greeting) : fits;
    if (judgement.kind === 'refused') return this.#refuse(greeting.from, judgement.why);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = { kind: 'peer', id: greeting.from };
    const answer = listener.greetingFor(greeting.from);
    this.#socket.write(encodeFrames([encodeOpening({ kind: 'greeting', greeting: answer })]));
    this.#events.admitted(greeting);
  }

  /** Says why, and leaves the other end the time to read it: closing at once might swallow the sentence. */
  #refuse(from: NodeId, why: string): void {
    this.#state = { kind: 'refused' };
    this.#options.observe({ kind: 'refused', peer: from, why });
    this.#socket.end(encodeFrames([encodeOpening({ kind: 'refusal', why })]));
  }

  #sendReceipt(): void {
    this.#timer = undefined;
    this.#socket.write(RECEIPT);
  }

  get #timeouts() {
    return this.#options.timeouts ?? PEER_TIMEOUTS;
  }
}
