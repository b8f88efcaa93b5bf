// Runs the simulator of a copy of the project, seed by seed, as its parent asks. The copy's own source is what runs.
import process from 'node:process';
import { register } from 'tsx/esm/api';

register();
const { serveRuns } = await import('./serve-runs.ts');
await serveRuns(process.argv[2]);
