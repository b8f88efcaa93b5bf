import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import type { HiddenInput } from './hidden-input.ts';
import { emptyHiddenInput, typeHidden } from './hidden-input.ts';
import { insertAbove } from './typing-line.ts';

export interface KeyboardListener {
  line(typed: string): void;
  /** Ctrl-D on an empty line, Ctrl-C, or the end of the terminal. */
  end(): void;
}

/** A person's terminal: a line that is edited, and text that appears above it. */
export class Keyboard {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #listener: KeyboardListener;
  #readline: Interface | null = null;
  #history: string[] = [];
  #prompt = '> ';
  /** What stands in the last line while a password is asked for. */
  #question: string | null = null;

  constructor(input: ReadStream, output: WriteStream, listener: KeyboardListener) {
    this.#input = input;
    this.#output = output;
    this.#listener = listener;
    this.#open();
  }

  setPrompt(prompt: string): void {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#readline?.setPrompt(prompt);
    this.#readline?.prompt(true);
  }

  /** Shows a text above the line that is being typed, which stays as it is, cursor included. */
  print(text: string): void {
    if (this.#readline === null) {
      this.#output.write(insertAbove(text, 0) + (this.#question ?? ''));
      return;
    }
    this.#output.write(insertAbove(text, this.#readline.getCursorPos().rows));
    this.#readline.prompt(true);
  }

  /** Asks for a line that is not shown; null if it was cancelled. */
  async askHidden(question: string): Promise<string | null> {
    this.#pause();
    this.#question = question;
    this.#output.write(`\r\u001b[J${question}`);
    const answer = await this.#readHidden();
    this.#question = null;
    this.#output.write('\n');
    this.#open();
    return answer;
  }

  /** Gives the terminal back. */
  close(): void {
    this.#pause();
    this.#input.pause();
  }

  #open(): void {
    const readline = createInterface({
      input: this.#input,
      output: this.#output,
      terminal: true,
      prompt: this.#prompt,
      history: this.#history,
    });
    readline.on('line', (typed) => {
      this.#listener.line(typed);
      if (this.#readline === readline) readline.prompt();
    });
    readline.on('history', (history: string[]) => {
      this.#history = history;
    });
    readline.on('SIGINT', () => this.#listener.end());
    readline.on('close', () => {
      // Closed by us, to ask for a password, is not the end.
      if (this.#readline !== readline) return;
      this.#readline = null;
      this.#listener.end();
    });
    this.#readline = readline;
    readline.prompt();
  }

  #pause(): void {
    const readline = this.#readline;
    this.#readline = null;
    readline?.close();
  }

  #readHidden(): Promise<string | null> {
    const input = this.#input;
    return new Promise((resolve) => {
      let state: HiddenInput = emptyHiddenInput;
      const onKeys = (keys: Buffer | string): void => {
        state = typeHidden(state, keys.toString());
        if (state.kind === 'typing') return;
        input.off('data', onKeys);
        input.setRawMode(false);
        resolve(state.kind === 'done' ? state.typed : null);
      };
      input.setRawMode(true);
      input.on('data', onKeys);
      input.resume();
    });
  }
}
