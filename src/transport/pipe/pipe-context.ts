import type { ChatViews } from '../../chat/views.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { OrderedLog } from '../../ordered-log/ordered-log.ts';
import type { ReachableNode } from './known-nodes.ts';
import type { PipeOptions } from './pipe-options.ts';
import type { PipeOutput } from './pipe-output.ts';

/** Time is an input like any other: a simulator gives its own. */
export interface PipeClock {
  /** Milliseconds that never fall, from any start. For deadlines. */
  nowMs(): number;
  /** Milliseconds since 1970. Shown to people as the time of a message, and used for nothing. */
  wallTimeMs(): number;
}

/** What the service is built on. */
export interface PipeContext {
  readonly node: NodeId;
  readonly log: OrderedLog;
  readonly views: ChatViews;
  readonly options: PipeOptions;
  readonly output: PipeOutput;
  readonly clock: PipeClock;
  /** The nodes of this node's configuration: what clients know of already. */
  readonly nodes?: readonly ReachableNode[];
}
