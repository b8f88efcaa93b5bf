import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import { ALL_FORMATS } from '../world/releases.ts';
import type { Happening, Told } from './story.ts';

/** A happening as a person reads it: `  12.345 ms  n1 tells n2: heartbeat of term 3, commit 17`. */
export function inWords({ atUs, happening }: Told): string {
  return `${(atUs / 1_000).toFixed(3).padStart(10)} ms  ${sentence(happening)}`;
}

/** Ticks say little, and there are many. */
export function isWorthTelling({ happening }: Told): boolean {
  return happening.kind !== 'tick' && happening.kind !== 'core' && happening.kind !== 'log';
}

export function frameInWords(bytes: Uint8Array): string {
  const frame = decodeFrame(bytes, ALL_FORMATS);
  switch (frame.kind) {
    case 'raft':
      return messageInWords(frame.message);
    case 'commands': {
      const { firstSeq, count, incarnation } = frame.batch;
      return `commands ${firstSeq} to ${firstSeq + count - 1} of its incarnation ${incarnation}`;
    }
    case 'incarnation':
      return `asks for the end of incarnation ${frame.payload.replaces} of ${frame.payload.node}`;
    case 'refusal':
      return `refuses commands: ${frame.refusal.reason}, expects ${frame.refusal.expected}`;
    case 'birth':
      return 'the cluster is born';
    case 'cluster':
      return `tells of the cluster, as of entry ${frame.news.commitIndex}`;
    case 'snapshot-chunk': {
      const { file, offset, bytes: chunk } = frame.chunk;
      return `bytes ${offset} to ${offset + chunk.length} of ${file.bytes} of the snapshot at ${file.index}`;
    }
    case 'snapshot-progress': {
      const { file, received } = frame.progress;
      return `has ${received} of ${file.bytes} bytes of the snapshot at ${file.index}`;
    }
    case 'room':
      return frame.room === 'short' ? 'has no room on its disk' : 'has room on its disk';
    default:
      return frame satisfies never;
  }
}

function messageInWords(message: Message): string {
  const { kind, term: _term, ...fields } = message;
  const facts = Object.entries(fields).map(([name, value]) => {
    if (!Array.isArray(value)) return `${name} ${String(value)}`;
    const [first, last] = [value[0] as { index: number }, value.at(-1) as { index: number }];
    return value.length === 0 ? 'no entries' : `entries ${first.index} to ${last.index}`;
  });
  return `${kind} of term ${message.term}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

function sentence(it: Happening): string {
  switch (it.kind) {
    case 'tick':
      return `${it.node}: tick`;
    case 'frame-sent':
      return `${it.from} → ${it.to} [${it.id}] ${frameInWords(it.bytes)}`;
    case 'frame-arrived':
      return `${it.to} ← ${it.from} [${it.id}] arrives`;
    case 'frame-lost':
      return `${it.from} ✗ ${it.to} [${it.id}] ${it.why}`;
    case 'link':
      return `the connection from ${it.from} to ${it.to}: ${it.now}`;
    case 'log':
      return `${it.node}: its log keeps ${it.keep} entries, and goes on with ${it.terms.length}`;
    case 'core':
      return `${it.node}: ${it.role}, term ${it.term}, vote ${it.vote}, commit ${it.commit}, log ${it.log}`;
    case 'core-made':
      return `${it.node} begins with ${it.terms.length} entries`;
    case 'core-step':
      return `${it.node} takes a step: ${it.step.input.kind}`;
    case 'started':
      return `${it.node} starts, with ${it.entries} entries, in term ${it.term}`;
    case 'ended':
      return `${it.node} ends: ${it.why}`;
    case 'refused-to-start':
      return `${it.node} refuses to start: ${it.why}`;
    case 'well-again':
      return `${it.node} is well again`;
    case 'operator':
      return `OPERATOR ${it.what}`;
    case 'paused':
      return `${it.node} is paused`;
    case 'resumed':
      return `${it.node} goes on`;
    case 'role':
      return `${it.node} is ${it.role} in term ${it.term} (${it.reason})`;
    case 'disk':
      return `${it.node}: ${it.what}`;
    case 'durable':
      return `${it.node} has on disk: entries up to ${it.upTo}, term ${it.term}`;
    case 'committed':
      return `${it.node} knows entry ${it.index} to be committed`;
    case 'applied':
      return `${it.node} applies number ${it.ordinal}: ${it.what}`;
    case 'asks':
      return `${it.who} asks: ${it.line}`;
    case 'is-told':
      return `${it.who} is told: ${it.line}`;
    case 'fault':
      return `FAULT ${it.what}`;
    default:
      return it satisfies never;
  }
}
