/** Says what keeps a text from being JSON, and in which line and column: engines count characters, if at all. */
export function explainJsonError(error: unknown, text: string): string {
  if (text.trim() === '') return 'is empty; it must be a JSON object.';
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
  const offset = offsetOf(message, text);
  if (offset === undefined) return `is not valid JSON: ${message.replace(/ is not valid JSON$/, '')}.`;
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `is not valid JSON at line ${before.length}, column ${column}: ${message.replace(/ in JSON at position .*$/, '')}.`;
}

function offsetOf(message: string, text: string): number | undefined {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  return message.startsWith('Unexpected end') ? text.trimEnd().length : undefined;
}
