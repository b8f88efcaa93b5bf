/** A trace as a stranger finds it: lines of JSON, and docs/testing.md to read them by. Knows nothing of this project's source. */

export interface TraceEntry {
  readonly term: number;
  readonly index: number;
}

export interface TraceMessage {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly term: number;
  readonly nextTerm?: number;
  readonly logTerm?: number;
  readonly index?: number;
  readonly isTransfer?: boolean;
  readonly entries?: readonly TraceEntry[];
  readonly commit?: number;
  readonly reject?: boolean;
}

export interface TraceLine {
  readonly step: number;
  readonly name: string;
  readonly nid: string;
  readonly state: { readonly term: number; readonly vote: string | null; readonly commit: number };
  readonly role: string;
  readonly log: number;
  readonly durable: number;
  readonly conf: readonly [readonly string[], readonly string[]];
  readonly msg?: TraceMessage;
  readonly terms?: readonly number[];
  readonly keep?: number;
  readonly entries?: readonly TraceEntry[];
  readonly ticket?: number;
  readonly hardState?: { readonly term: number; readonly vote: string | null };
}

/** One atomic transition of one node: its cause, what followed from it, and the state after it. */
export interface TraceStep {
  readonly nid: string;
  readonly cause: TraceLine;
  readonly events: readonly TraceLine[];
}

/** Lines of one step stand together and have its number. */
export function readTrace(text: string): readonly TraceStep[] {
  const steps: { nid: string; cause: TraceLine; events: TraceLine[] }[] = [];
  let last: number | null = null;
  for (const line of text.trimEnd().split('\n')) {
    const event = JSON.parse(line) as TraceLine;
    const open = steps.at(-1);
    if (open === undefined || event.step !== last) steps.push({ nid: event.nid, cause: event, events: [] });
    else open.events.push(event);
    last = event.step;
  }
  return steps;
}
