import type { Address } from '../config/address.ts';

/** What a node tells the `up` or the `demo` that started it, over the channel between the two processes. */
export type NodeMessage =
  | { readonly kind: 'started'; readonly addresses: NodeAddresses }
  /** It could not start, or had to stop; it exits with this code next. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly exitCode: number };

/** With the ports that it really got. */
export interface NodeAddresses {
  readonly peer: Address;
  readonly client: Address;
  readonly http: Address;
}
