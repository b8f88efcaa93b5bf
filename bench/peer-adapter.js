// This project as one more system of a harness that compares replicated systems. What it expects of an adapter: name, note,
// start({ dir }) -> { nodes: [{ id, pid, port }], leader(), connect(id), killNow(id), restart(id), count(), stop() }; of a
// client: send(payload, callback), dead, close(). An acknowledgement means: durable on a majority, and applied.
import { register } from 'tsx/esm/api';

register();
const { adapter } = await import('./peer-adapter.ts');

export const { name, note, start } = adapter;
