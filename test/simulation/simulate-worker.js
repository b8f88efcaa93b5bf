// A worker thread does not inherit its parent's loader: it registers its own.
import { register } from 'tsx/esm/api';

register();
const { work } = await import('./simulate-worker.ts');
work();
