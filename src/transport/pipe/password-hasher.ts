import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';
import type { PasswordAnswer } from './pipe-output.ts';

/** 32 MiB and some tens of milliseconds a password. The parameters stand in each hash, so they can grow. */
const LOG2_N = 15;
const R = 8;
const P = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What one hash may take. A stored hash comes from the log, but it decides how much memory it wants. */
const MAX_MEMORY_BYTES = 256 << 20;

/** At once: the thread pool has four places, and the disk needs some. */
const AT_ONCE = 2;
const MAX_WAITING = 64;

const STORED =
  /^\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\$([A-Za-z0-9+/]{1,88})\$([A-Za-z0-9+/]{1,88})$/;

interface StoredHash {
  readonly options: ScryptOptions;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const FAILED: PasswordAnswer = { kind: 'refused', why: 'the password could not be hashed' };

type Answer = (answer: PasswordAnswer) => void;

/** Hashes passwords off the event loop, a few at once, in the order in which they come; too many are refused. */
export class PasswordHasher {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Answers with `$scrypt$ln=15,r=8,p=1$salt$hash` under a fresh salt. Never throws, and never answers before it returns. */
  hash(password: string, answer: Answer): void {
    this.#enqueue(answer, () => {
      const salt = randomBytes(SALT_BYTES);
      this.#scrypt(password, salt, HASH_BYTES, optionsFor(LOG2_N, R, P), answer, (hash) => ({
        kind: 'hashed',
        passwordHash: `$scrypt$ln=${LOG2_N},r=${R},p=${P}$${base64(salt)}$${base64(hash)}`,
      }));
    });
  }

  /** Answers whether the password has that hash, in a time that does not tell how much of it is right. */
  check(password: string, passwordHash: string, answer: Answer): void {
    this.#enqueue(answer, () => {
      const stored = parseStored(passwordHash);
      if (stored === null) {
        this.#done(answer, {
          kind: 'refused',
          why: "the account's password hash cannot be read by this version",
        });
        return;
      }
      this.#scrypt(password, stored.salt, stored.hash.length, stored.options, answer, (hash) => ({
        kind: 'checked',
        matches: timingSafeEqual(hash, stored.hash),
      }));
    });
  }

  #enqueue(answer: Answer, start: () => void): void {
    if (this.#waiting.length >= MAX_WAITING) {
      setImmediate(answer, { kind: 'refused', why: 'too many passwords are being checked, try again' });
      return;
    }
    this.#waiting.push(start);
    this.#startNext();
  }

  #startNext(): void {
    if (this.#running >= AT_ONCE) return;
    const start = this.#waiting.shift();
    if (start === undefined) return;
    this.#running += 1;
    setImmediate(start);
  }

  #scrypt(
    password: string,
    salt: Buffer,
    bytes: number,
    options: ScryptOptions,
    answer: Answer,
    toAnswer: (hash: Buffer) => PasswordAnswer,
  ): void {
    try {
      scrypt(password, salt, bytes, options, (error, hash) => {
        this.#done(answer, error === null ? toAnswer(hash) : FAILED);
      });
    } catch {
      // Parameters that scrypt does not take are told at once.
      this.#done(answer, FAILED);
    }
  }

  #done(answer: Answer, result: PasswordAnswer): void {
    this.#running -= 1;
    this.#startNext();
    answer(result);
  }
}

const parseStored = (text: string): StoredHash | null => {
  const match = STORED.exec(text);
  const [, log2N, r, p, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined) return null;
  const options = optionsFor(Number(log2N), Number(r), Number(p));
  return { options, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
};

const optionsFor = (log2N: number, r: number, p: number): ScryptOptions => ({
  N: 2 ** log2N,
  r,
  p,
  maxmem: MAX_MEMORY_BYTES,
});

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
