// `conclave` as its next version might be: the whole program, handed another release than its own.
import { registerTypeScript } from '../../../bin/typescript.js';

registerTypeScript();
const { main } = await import('../../../src/cli/main.ts');
const { NEXT_RELEASE } = await import('./next-release.ts');
await main(process.argv, NEXT_RELEASE);
