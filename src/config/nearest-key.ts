/** The key that was probably meant, or undefined if none is close. Case does not count. */
export function nearestKey(typed: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(typed.toLowerCase(), candidate.toLowerCase());
    // A key of which every letter would have to change is not close, however short both are.
    if (edits < fewest && edits < candidate.length) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

/** How many letters must be put in, taken out or exchanged to make one word of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const exchange = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(exchange, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
