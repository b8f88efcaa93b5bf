import { register as registerHooks } from 'node:module';
import { register } from 'tsx/esm/api';

/** From here on this process imports TypeScript as it is: no build, no wrapper. */
export function registerTypeScript() {
  register();
  registerHooks('./plain-names.js', import.meta.url);
}
