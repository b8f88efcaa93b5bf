import type { PipeOptions } from './pipe-options.ts';

/** Counts connections, in all and by address, and says which one is too many. */
export class Admission {
  readonly #options: PipeOptions;
  readonly #byAddress = new Map<string, number>();
  #connections = 0;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  /** Counts the connection in and returns null, or says why it cannot come in. */
  enter(address: string): string | null {
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    const fromAddress = this.#byAddress.get(address) ?? 0;
    if (this.#connections >= maxConnections) {
      return `this node has ${maxConnections} connections already, try another node or later`;
    }
    if (fromAddress >= maxConnectionsPerAddress) {
      return `your address has ${maxConnectionsPerAddress} connections to this node already`;
    }
    this.#connections += 1;
    this.#byAddress.set(address, fromAddress + 1);
    return null;
  }

  leave(address: string): void {
    const fromAddress = this.#byAddress.get(address) ?? 0;
    this.#connections -= 1;
    if (fromAddress > 1) this.#byAddress.set(address, fromAddress - 1);
    else this.#byAddress.delete(address);
  }
}
