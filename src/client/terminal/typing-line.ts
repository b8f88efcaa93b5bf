const CLEAR_BELOW = '\u001b[J';

/**
 * What to write to a terminal so that a text appears above the line that is being typed. `rowsAbove`: how many rows of
 * the prompt and the typed line lie above the cursor. The line is gone afterwards, and the cursor is as many rows below
 * the text, where readline expects it when it draws the line anew (`prompt(true)`: it goes up and clears first).
 */
export function insertAbove(text: string, rowsAbove: number): string {
  const up = rowsAbove > 0 ? `\u001b[${rowsAbove}A` : '';
  return `${up}\r${CLEAR_BELOW}${text}\n${'\n'.repeat(rowsAbove)}`;
}
