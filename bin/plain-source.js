/*
 * A hook for Node's loader, below that of tsx: hands it the text of our modules. Node's own would make five trips through the
 * thread pool for each of some three hundred files.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  return { format: 'module', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
}
