import { channelNameFault } from "../protocol/channel-name.ts";
import { ApiError } from "./api-error.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the fields of a request's body by the rules and with the sentences of Laravel's validator. It collects all faults; `done`
 * then throws {@link ApiError} 422 with them, by field.
 */
export class FieldCheck {
  #faults: Record<string, string[]> | undefined;

  /** A field that must have a text. */
  requiredString(fields: Fields, name: string, prefix = ""): string {
    const value = fields[name], path = prefix + name;
    if (isMissing(value)) return this.fault(path, `The ${spoken(path)} field is required.`), "";
    if (typeof value !== "string") return this.fault(path, `The ${spoken(path)} field must be a string.`), "";
    return value;
  }

  /** A field that may be missing and must have a text otherwise. */
  optionalString(fields: Fields, name: string, prefix = ""): string | undefined {
    const value = fields[name], path = prefix + name;
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") {
      return this.fault(path, `The ${spoken(path)} field must be a string.`), undefined;
    }
    return value;
  }

  /** The `socket_id` of the connection that an event leaves out, `digits.digits`; none also for an empty text, as in Reverb. */
  socketId(fields: Fields, prefix = ""): string | undefined {
    const value = this.optionalString(fields, "socket_id", prefix);
    if (value === undefined || value === "") return undefined;
    if (/^\d+\.\d+$/.test(value)) return value;
    return this.fault(`${prefix}socket_id`, `The ${prefix}socket id field format is invalid.`), undefined;
  }

  /** A list of at most `max` entries; `setting` is the name of that limit's setting. */
  list(value: unknown, path: string, max: number, setting: string): readonly unknown[] {
    const list = listOf(value);
    if (list === undefined) return this.fault(path, `The ${spoken(path)} field must be an array.`), [];
    if (list.length > max) {
      return this.fault(path, `The ${spoken(path)} field must not have more than ${max} items (${setting}).`),
        [];
    }
    return list;
  }

  /** A value that must be a valid channel name. */
  channelName(value: unknown, path: string): string {
    if (typeof value !== "string") return this.fault(path, `The ${spoken(path)} field must be a string.`), "";
    const fault = channelNameFault(value);
    if (fault !== undefined) this.fault(path, `The ${spoken(path)} field is invalid: ${fault}.`);
    return value;
  }

  /** A field that must have a valid channel name. */
  requiredChannelName(fields: Fields, name: string, prefix = ""): string {
    if (isMissing(fields[name])) return this.requiredString(fields, name, prefix);
    return this.channelName(fields[name], prefix + name);
  }

  /** Adds a fault of one field. */
  fault(path: string, sentence: string): void {
    ((this.#faults ??= {})[path] ??= []).push(sentence);
  }

  /** Throws {@link ApiError} 422 when there are faults. */
  done(): void {
    if (this.#faults !== undefined) throw new ApiError(422, this.#faults, "api_invalid");
  }
}

/** Whether Laravel's rule `required` takes the value for missing. */
export function isMissing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** PHP encodes a list with gaps, such as `array_filter` leaves, as an object with numbers as keys. Reverb takes both forms. */
function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : undefined;
}

/** Laravel's sentences have `socket id` for `socket_id`. */
function spoken(path: string): string {
  return path.replaceAll("_", " ");
}
