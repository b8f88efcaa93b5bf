import type { ClientLimits } from './client-options.ts';
import type { LineSplitter } from './line-splitter.ts';
import type { ClientNode } from './node-address.ts';

/** The client's connection. At most one; `attempt` tells it from earlier ones. Times on the clock of `handle`. */
export type Link =
  /** Not started, or after `bye`: connects when there is something to send. */
  | { readonly kind: 'resting' }
  | { readonly kind: 'waiting'; readonly untilMs: number }
  | {
      readonly kind: 'connecting';
      readonly attempt: number;
      readonly node: ClientNode;
      readonly untilMs: number;
    }
  | GreetingLink
  | ReadyLink
  | { readonly kind: 'stopped' };

/** Connected; hello was said and not answered yet. */
export interface GreetingLink {
  readonly kind: 'greeting';
  readonly attempt: number;
  readonly node: ClientNode;
  readonly splitter: LineSplitter;
  readonly untilMs: number;
}

/** Hello was answered: commands flow. Changed in place. */
export interface ReadyLink {
  readonly kind: 'ready';
  readonly attempt: number;
  readonly node: ClientNode;
  readonly splitter: LineSplitter;
  readonly sinceMs: number;
  helloPending: 'yes' | 'no';
  /** When the node last sent anything. */
  heardAtMs: number;
  /** When it last answered, or was first owed an answer after that: its silence is counted from here. */
  answeredAtMs: number;
}

/** The attempt of the connection that there is, or that is being made; null without one. */
export function attemptOf(link: Link): number | null {
  return link.kind === 'connecting' || link.kind === 'greeting' || link.kind === 'ready'
    ? link.attempt
    : null;
}

/** When something is to be done about the link of its own accord; Infinity if never. `owed`: what the node owes the client. */
export function dueAtMs(
  link: Link,
  owed: 'an answer' | 'nothing',
  { silenceMs, pingMs }: Pick<ClientLimits, 'silenceMs' | 'pingMs'>,
): number {
  switch (link.kind) {
    case 'waiting':
    case 'connecting':
    case 'greeting':
      return link.untilMs;
    case 'ready':
      return owed === 'an answer' ? link.answeredAtMs + silenceMs : link.heardAtMs + pingMs;
    case 'resting':
    case 'stopped':
      return Infinity;
    default:
      return link satisfies never;
  }
}
