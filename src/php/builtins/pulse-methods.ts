import { PhpArray } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** Static methods of `Laravel\Pulse\Pulse` that Pulse's own `config/pulse.php` calls. */
export const pulseMethods: BuiltinTable = defineBuiltins({
  // Patterns of cache keys that a recorder of Pulse's passes over: nothing that concerns a server.
  "defaultVendorCacheKeys()": (_, host) => PhpArray.list([], host.origin),
});
