// Plants known bugs in copies of the source, and looks whether the simulator catches each: npm run mutants
import process from 'node:process';
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
