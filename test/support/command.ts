import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until, within } from './until.ts';

const BIN = fileURLToPath(new URL('../../bin/conclave.js', import.meta.url));

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CommandResult extends CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
}

/** `conclave …` as a person or a script runs it: a process of its own, with its outputs kept. */
export class Command {
  readonly ended: Promise<CommandEnd>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;

  /** @param folder the folder in which the command is typed. */
  constructor(args: readonly string[], folder: string) {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, stdio: 'pipe' });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      this.stdout += String(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += String(text);
    });
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Runs a command to its end. */
  static async run(args: readonly string[], folder: string, input = ''): Promise<CommandResult> {
    const command = new Command(args, folder);
    command.#child.stdin?.end(input);
    try {
      const end = await within(`conclave ${args.join(' ')} ended`, command.ended);
      return { ...end, stdout: command.stdout, stderr: command.stderr };
    } finally {
      command.kill();
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until its standard output holds this, and resolves with the match. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`${pattern} is printed`, () => {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (this.isOver) throw new Error(`ended before it printed ${pattern}:\n${this.stdout}${this.stderr}`);
      return undefined;
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.isOver) this.#child.kill(signal);
  }

  kill(): void {
    this.signal('SIGKILL');
  }
}
