import type { PhpConfigError } from "./php-config-error.ts";
import type { PhpEntry, PhpOrigin } from "./php-value.ts";

/**
 * An entry whose value could not be evaluated, which matters only to code that reads it: a read of `value` throws the error. Entries
 * are passed on unread wherever an array is copied or merged.
 */
export function unreadableEntry(error: PhpConfigError, origin: PhpOrigin): PhpEntry {
  return {
    get value(): never {
      throw error;
    },
    origin,
    error,
  };
}
