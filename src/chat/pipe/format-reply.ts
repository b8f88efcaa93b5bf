import type { Reply, SentFacts } from './reply.ts';

/** The reply as it is written, newlines included. Every line of a tagged reply carries the tag, and the last one the code. */
export const formatReply = (tag: string | null, reply: Reply): string => {
  if (tag === null) {
    return reply.before.length === 0 ? `${reply.text}\n` : `${reply.before.join('\n')}\n${reply.text}\n`;
  }
  let lines = reply.facts === null ? '' : `#${tag}|+|${factsText(reply.facts)}\n`;
  for (const line of reply.before) lines += `#${tag}|+|${line}\n`;
  return `${lines}#${tag}|${reply.code}|${reply.text}\n`;
};

/** The answer to an untagged `hello`: a notice, for the connection is a program's from here on. */
export const formatHelloReply = (reply: Reply): string => `!hello|${reply.code}|${reply.text}\n`;

const factsText = ({ id, wallTimeMs, state }: SentFacts): string =>
  `id=${id};at=${new Date(wallTimeMs).toISOString()};state=${state}`;
