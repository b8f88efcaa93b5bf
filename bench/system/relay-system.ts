import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { judgeByBeginning } from '../../src/cli/bench/reply-lines.ts';
import type { Talk } from '../../src/cli/bench/talker.ts';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import type { LoadSource, System } from './system.ts';

const PROGRAM = fileURLToPath(new URL('../relay/relay-node.js', import.meta.url));
const START_WITHIN_MS = 30_000;
const LINE_LENGTH = 112;
const judge = judgeByBeginning([['OK ', 'acknowledged']]);

/** The bare relay: the ceiling for any replicated line server in Node on this machine. */
export class RelaySystem implements System {
  readonly name = 'relay';
  readonly #folder: string;
  readonly #children: readonly ChildProcess[];
  readonly #port: number;

  private constructor(folder: string, children: readonly ChildProcess[], port: number) {
    this.#folder = folder;
    this.#children = children;
    this.#port = port;
  }

  static async start(): Promise<RelaySystem> {
    const folder = mkdtempSync(join(tmpdir(), 'conclave-relay-'));
    const [leader = 0, ...followers] = await findFreePorts(3);
    const start = (name: string, args: readonly (string | number)[]): ChildProcess => {
      const own = join(folder, name);
      mkdirSync(own);
      const [role = '', port = '', ...rest] = args.map(String);
      return spawn(process.execPath, [PROGRAM, role, port, own, ...rest], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    };
    const children = followers.map((port, place) => start(`f${place}`, ['follower', port]));
    for (const port of followers) await untilOpen(port);
    children.unshift(start('leader', ['leader', leader, ...followers]));
    await untilOpen(leader);
    return new RelaySystem(folder, children, leader);
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid ?? 0);
  }

  load(): Promise<LoadSource> {
    return Promise.resolve({ open: (place) => this.#open(place) });
  }

  stored(): Promise<null> {
    return Promise.resolve(null);
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #open(place: number): Promise<Talk> {
    const socket = await untilOpen(this.#port, 'keep');
    let serial = 0;
    const nextLine = (): string => {
      serial += 1;
      const head = `3|b00000000m${serial % 256}|b00000000t${place} ${serial} `;
      return `${head}${PADDING.slice(head.length)}\n`;
    };
    return { socket, judge, nextLine, listener: null };
  }
}

const PADDING = 'the quick brown fox jumps over the lazy dog and '.repeat(3).slice(0, LINE_LENGTH);

function untilOpen(port: number, then: 'keep' | 'close' = 'close'): Promise<Socket> {
  const untilMs = performance.now() + START_WITHIN_MS;
  const attempt = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    try {
      await once(socket, 'connect');
      if (then === 'close') socket.destroy();
      return socket;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await sleep(20);
      return attempt();
    }
  };
  return attempt();
}
