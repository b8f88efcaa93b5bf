import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { programFile } from '../../config/program-file.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import { NODE_FLAGS } from '../node-flags.ts';
import type { NodeAddresses, NodeMessage } from '../node-message.ts';

const BIN = programFile('bin/conclave.js');

export interface NodeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NodeProcessOptions {
  readonly node: NodeId;
  readonly configFile: string;
  /** A line of its standard output or standard error, without its end. */
  readonly onLine: (line: string) => void;
  /** The program that is run with `node ID --config FILE`; the command of this project unless a test says otherwise. */
  readonly program?: string;
}

/** A node as a child process: itself, with nothing wrapped around it. */
export class NodeProcess {
  readonly node: NodeId;
  /** Resolves when the process has ended and all that it wrote has been read. */
  readonly exited: Promise<NodeExit>;
  /** Resolves once the node listens; never if it fails before. */
  readonly started: Promise<NodeAddresses>;
  readonly #child: ChildProcess;
  #failure: { readonly sentence: string; readonly exitCode: number } | null = null;
  #over = false;

  constructor(options: NodeProcessOptions) {
    this.node = options.node;
    const args = [
      ...NODE_FLAGS,
      options.program ?? BIN,
      'node',
      options.node,
      '--config',
      options.configFile,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    readLines(child.stdout, options.onLine);
    readLines(child.stderr, options.onLine);
    this.started = new Promise((resolve) => {
      child.on('message', (message) => {
        const news = message as NodeMessage;
        if (news.kind === 'started') resolve(news.addresses);
        else this.#failure = news;
      });
    });
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#failure ??= { sentence: `cannot be run: ${error.message}`, exitCode: 1 };
        this.#over = true;
        resolve({ code: null, signal: null });
      });
      child.once('close', (code, signal) => {
        this.#over = true;
        resolve({ code, signal });
      });
    });
  }

  /** 0 if it could not be run at all. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Why it ended, in its own words, if it said so. */
  get failure(): { readonly sentence: string; readonly exitCode: number } | null {
    return this.#failure;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#over) this.#child.kill(signal);
  }
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}
