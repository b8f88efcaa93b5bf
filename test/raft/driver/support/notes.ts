import { crc32 } from 'node:zlib';
import { bodyOf } from '../../../../src/ordered-log/index.ts';
import type {
  CommittedCommand,
  LogListener,
  NodeId,
  ReadId,
  StateMachine,
  StateRestore,
  SubmissionId,
} from '../../../../src/ordered-log/index.ts';

const PIECE_BYTES = 16 * 1024;

/** The state machine of a lab: what was applied, in order; and the listener, which notes what it was told. */
export class Notes implements LogListener<number>, StateMachine<number> {
  bodies: Uint8Array[] = [];
  behaviour = 1;
  readonly results = new Map<SubmissionId, number>();
  readonly caughtUpTo: number[] = [];
  readonly voidedIds: SubmissionId[] = [];
  readonly lostIds: SubmissionId[] = [];
  readonly safe: ReadId[] = [];
  readonly failed: ReadId[] = [];
  readonly leaders: (NodeId | null)[] = [];
  incarnationsEnded = 0;
  #hash = 0;

  get answered(): number {
    return this.results.size;
  }

  genesis(): void {}

  /** The result is the number of bodies; from behaviour 2 on, ten times as much, and the hash is mixed with it. */
  apply(command: CommittedCommand): number {
    const body = bodyOf(command);
    const count = this.bodies.push(Uint8Array.from(body));
    const result = this.behaviour === 1 ? count : count * 10;
    this.#hash = crc32(body, (this.#hash ^ result) >>> 0);
    return result;
  }

  incarnationChanged(): void {}

  behaviourChanged(version: number): void {
    this.behaviour = version;
  }

  stateHash(): string {
    return `${this.bodies.length}-${this.behaviour}-${this.#hash.toString(16)}-`;
  }

  takeSnapshot(): Iterator<Uint8Array, undefined> {
    const { bodies, behaviour } = this;
    const frozen = bodies.slice();
    const head = { behaviour, hash: this.#hash, lengths: frozen.map(({ length }) => length) };
    return pieces(Buffer.concat([lengthOf(head), Buffer.from(JSON.stringify(head)), ...frozen]));
  }

  beginRestore(): StateRestore {
    const parts: Uint8Array[] = [];
    return {
      add: (piece) => {
        parts.push(Uint8Array.from(piece));
      },
      finish: () => {
        const all = Buffer.concat(parts);
        const headEnd = 4 + all.readUInt32LE(0);
        const head: { behaviour: number; hash: number; lengths: number[] } = JSON.parse(
          all.toString('utf8', 4, headEnd),
        );
        let at = headEnd;
        this.bodies = head.lengths.map((length) => Uint8Array.from(all.subarray(at, (at += length))));
        this.behaviour = head.behaviour;
        this.#hash = head.hash;
      },
    };
  }

  applied(id: SubmissionId, _index: number, result: number): void {
    this.results.set(id, result);
  }
  voided(id: SubmissionId): void {
    this.voidedIds.push(id);
  }
  lost(id: SubmissionId): void {
    this.lostIds.push(id);
  }
  readSafe(id: ReadId): void {
    this.safe.push(id);
  }
  readFailed(id: ReadId): void {
    this.failed.push(id);
  }
  incarnationBegan(): void {}
  incarnationEnded(): void {
    this.incarnationsEnded += 1;
  }
  caughtUp(index: number): void {
    this.caughtUpTo.push(index);
  }
  leaderChanged(leader: NodeId | null): void {
    this.leaders.push(leader);
  }
}

function lengthOf(head: unknown): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Buffer.byteLength(JSON.stringify(head)));
  return bytes;
}

/** All of them in the same memory: a piece is good until the next one is asked for. */
function* pieces(all: Uint8Array): Generator<Uint8Array, undefined> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let at = 0; at < all.length; at += PIECE_BYTES) {
    const part = all.subarray(at, at + PIECE_BYTES);
    piece.set(part);
    yield piece.subarray(0, part.length);
  }
}
