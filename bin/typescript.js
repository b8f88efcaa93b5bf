import { register as registerHooks } from 'node:module';
import { register } from 'tsx/esm/api';

/** From here on this process imports TypeScript as it is: no build, no wrapper. */
export function registerTypeScript() {
  // The last one is asked first, and asks the one before it.
  registerHooks('./plain-source.js', import.meta.url);
  register();
  registerHooks('./plain-names.js', import.meta.url);
}
