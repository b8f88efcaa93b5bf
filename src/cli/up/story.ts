import type { NodeId } from '../../ordered-log/ids.ts';
import { formatLogLine } from '../log-line.ts';
import type { Painter, Style } from '../painter.ts';

const COLOURS: readonly Style[] = ['cyan', 'magenta', 'yellow', 'blue', 'green', 'red', 'gray'];

/** Puts what several nodes say into one readable stream: every line begins with the name of its node, in its colour. */
export class Story {
  readonly #nodes: readonly NodeId[];
  readonly #paint: Painter;
  readonly #write: (text: string) => void;
  readonly #width: number;

  /** @param write takes whole lines, their ends included. */
  constructor(nodes: readonly NodeId[], paint: Painter, write: (text: string) => void) {
    this.#nodes = nodes;
    this.#paint = paint;
    this.#write = write;
    this.#width = Math.max(...nodes.map((node) => node.length));
  }

  /** A line that a node has written, JSON or not. */
  nodeLine(node: NodeId, line: string): void {
    this.#write(`${this.#prefix(node)} ${formatLogLine(line, this.#paint)}\n`);
  }

  /** Something that is told about a node, not by it. */
  aboutNode(node: NodeId, sentence: string): void {
    this.#write(`${this.#prefix(node)} ${this.#paint('bold', sentence)}\n`);
  }

  /** A block of its own, between blank lines. */
  block(text: string): void {
    this.#write(`\n${text}\n\n`);
  }

  #prefix(node: NodeId): string {
    const colour = COLOURS[this.#nodes.indexOf(node) % COLOURS.length] ?? 'gray';
    return this.#paint(colour, `${node.padEnd(this.#width)} |`);
  }
}
