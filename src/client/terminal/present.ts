import { visibleText } from '../../chat/pipe/visible-text.ts';
import type { ClientReply } from '../client-effect.ts';
import type { PushedMessage } from '../server-line.ts';

/** `id=12;at=2026-01-01T12:00:00.000Z;state=pushed`: the line of a reply to `3` that is for programs. */
const SEND_FACTS = /^id=\d+;.*state=(pushed|kept)/;

/** A reply as the original protocol words it. Safe to print. */
export function presentReply(reply: ClientReply): string {
  const lines = reply.lines.filter((line) => !isFacts(reply, line));
  return [...lines, reply.text].map(visibleText).join('\n');
}

/** What became of a text to the partner, in few words; a refusal is told in full. */
export function presentDelivery(reply: ClientReply, partner: string): string {
  const state = reply.lines.map((line) => SEND_FACTS.exec(line)?.[1]).find((found) => found !== undefined);
  if (reply.code !== 'ok' || state === undefined) return presentReply(reply);
  return state === 'pushed' ? `delivered to ${partner}` : `${partner} is away: kept in the mailbox`;
}

/** A message as the original protocol pushes it. */
export function presentMessage({ from, text }: PushedMessage): string {
  return visibleText(`${from}: ${text}`);
}

/** Hour and minute of a message on the reader's clock: `14:05`; nothing if its time makes no sense. */
export function presentTime({ time }: PushedMessage): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Whether the command has its answer: anything but a client's own "nobody can tell" or "given up". */
export function isAnswered({ code }: ClientReply): boolean {
  return !['unavailable', 'unknown', 'expired', 'kept'].includes(code);
}

function isFacts(reply: ClientReply, line: string): boolean {
  return reply.line.startsWith('3|') && SEND_FACTS.test(line);
}
