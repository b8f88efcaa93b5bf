import type { NodeId } from '../../../src/ordered-log/index.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { nodeIds } from '../faults/draw-plan.ts';
import type { Plan } from '../faults/plan.ts';
import type { Told } from './story.ts';
import { TraceState } from './trace-state.ts';
import { frameInWords, inWords, isWorthTelling } from './words.ts';

/** What the page draws, as plain data. Times in milliseconds. */
export interface Picture {
  readonly title: string;
  readonly nodes: readonly NodeId[];
  readonly endMs: number;
  /** Stretches of a node's life in which nothing changed that is drawn. */
  readonly stretches: readonly Stretch[];
  readonly messages: readonly Arrow[];
  readonly marks: readonly Mark[];
  readonly logs: readonly LogState[];
  readonly words: readonly (readonly [atMs: number, text: string])[];
}

interface Stretch {
  readonly node: number;
  readonly from: number;
  to: number;
  readonly term: number;
  readonly role: string;
  readonly state: 'running' | 'down' | 'paused';
}

interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly sent: number;
  /** null: it never arrived. */
  arrived: number | null;
  readonly kind: string;
  readonly text: string;
}

interface Mark {
  readonly at: number;
  readonly node: number | null;
  readonly kind: 'crash' | 'start' | 'leader' | 'fault' | 'refusal';
  readonly text: string;
}

/** A node's log from a moment on: the term of each entry as runs, and how far it is durable and committed. */
interface LogState {
  readonly at: number;
  readonly node: number;
  readonly runs: readonly (readonly [term: number, upTo: number])[];
  readonly commit: number;
}

/** Gathers from a run's happenings what there is to draw. */
export function pictureOf(plan: Plan, told: readonly Told[], verdict: string): Picture {
  const nodes = nodeIds(plan.nodes);
  const state = new TraceState(nodes);
  const place = (node: NodeId): number => nodes.indexOf(node);
  const stretches: Stretch[] = [];
  const current = new Map<number, Stretch>();
  const arrows = new Map<number, Arrow>();
  const marks: Mark[] = [];
  const logs: LogState[] = [];
  const terms = nodes.map((): number[] => []);
  const paused = new Set<number>();
  const endMs = (told.at(-1)?.atUs ?? 0) / 1_000;

  const stretch = (node: number, at: number): void => {
    const { term, role, running } = state.of(nodes[node]!);
    const next = { term, role, state: paused.has(node) ? 'paused' : running ? 'running' : 'down' } as const;
    const now = current.get(node);
    if (now !== undefined && now.term === term && now.role === role && now.state === next.state) return;
    if (now !== undefined) now.to = at;
    const begun = { node, from: at, to: endMs, ...next };
    current.set(node, begun);
    stretches.push(begun);
  };

  for (const { atUs, happening } of told) {
    const at = atUs / 1_000;
    state.take(happening);
    switch (happening.kind) {
      case 'started':
      case 'ended': {
        const node = place(happening.node);
        paused.delete(node);
        const isStart = happening.kind === 'started';
        marks.push({ at, node, kind: isStart ? 'start' : 'crash', text: isStart ? 'starts' : happening.why });
        stretch(node, at);
        break;
      }
      case 'refused-to-start':
        marks.push({ at, node: place(happening.node), kind: 'refusal', text: happening.why });
        break;
      case 'paused':
      case 'resumed': {
        const node = place(happening.node);
        if (happening.kind === 'paused') paused.add(node);
        else paused.delete(node);
        stretch(node, at);
        break;
      }
      case 'role':
        if (happening.role === 'leader')
          marks.push({
            at,
            node: place(happening.node),
            kind: 'leader',
            text: `leads term ${happening.term}`,
          });
        stretch(place(happening.node), at);
        break;
      case 'core':
        stretch(place(happening.node), at);
        break;
      case 'log': {
        const node = place(happening.node);
        const log = terms[node]!;
        log.length = happening.keep;
        log.push(...happening.terms);
        logs.push({ at, node, runs: runsOf(log), commit: happening.commit });
        break;
      }
      case 'fault':
        marks.push({ at, node: null, kind: 'fault', text: happening.what });
        break;
      case 'frame-sent': {
        const { id, from, to, bytes } = happening;
        const frame = decodeFrame(bytes);
        const kind = frame.kind === 'raft' ? frame.message.kind : frame.kind;
        arrows.set(id, {
          from: place(from),
          to: place(to),
          sent: at,
          arrived: null,
          kind,
          text: frameInWords(bytes),
        });
        break;
      }
      case 'frame-arrived': {
        const arrow = arrows.get(happening.id);
        if (arrow !== undefined) arrow.arrived ??= at;
        break;
      }
      default:
        break;
    }
  }
  return {
    title: `seed ${plan.seed}, ${plan.nodes} nodes: ${verdict}`,
    nodes,
    endMs,
    stretches,
    messages: [...arrows.values()],
    marks,
    logs,
    words: told.filter(isWorthTelling).map((it) => [it.atUs / 1_000, inWords(it)]),
  };
}

function runsOf(terms: readonly Entry['term'][] | readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  terms.forEach((term, index) => {
    const last = runs.at(-1);
    if (last !== undefined && last[0] === term) last[1] = index + 1;
    else runs.push([term, index + 1]);
  });
  return runs;
}
