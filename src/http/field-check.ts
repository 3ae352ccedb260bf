import { channelNameFault } from "../protocol/channel-name.ts";
import { ApiError } from "./api-error.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the fields of a request's body as Laravel's validator would, and says what is wrong in its words. All faults are
 * collected first; `done` then throws {@link ApiError} 422 with them, by field.
 */
export class FieldCheck {
  #faults: Record<string, string[]> | undefined;

  /** A field that must be there and be a text. */
  requiredString(fields: Fields, name: string, prefix = ""): string {
    const value = fields[name], path = prefix + name;
    if (isMissing(value)) return this.fault(path, `The ${spoken(path)} field is required.`), "";
    if (typeof value !== "string") return this.fault(path, `The ${spoken(path)} field must be a string.`), "";
    return value;
  }

  /** A field that may be left out. */
  optionalString(fields: Fields, name: string, prefix = ""): string | undefined {
    const value = fields[name], path = prefix + name;
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") {
      return this.fault(path, `The ${spoken(path)} field must be a string.`), undefined;
    }
    return value;
  }

  /** A list of at least one and at most `max` entries; `setting` is where the limit comes from. */
  list(value: unknown, path: string, max: number, setting: string): readonly unknown[] {
    const list = listOf(value);
    if (list === undefined) return this.fault(path, `The ${spoken(path)} field must be an array.`), [];
    if (list.length > max) {
      return this.fault(path, `The ${spoken(path)} field must not have more than ${max} items (${setting}).`),
        [];
    }
    return list;
  }

  /** A text that must be fit as a channel's name. */
  channelName(value: unknown, path: string): string {
    if (typeof value !== "string") return this.fault(path, `The ${spoken(path)} field must be a string.`), "";
    const fault = channelNameFault(value);
    if (fault !== undefined) this.fault(path, `The ${spoken(path)} field is invalid: ${fault}.`);
    return value;
  }

  /** A field that must be there and be fit as a channel's name. */
  requiredChannelName(fields: Fields, name: string, prefix = ""): string {
    if (isMissing(fields[name])) return this.requiredString(fields, name, prefix);
    return this.channelName(fields[name], prefix + name);
  }

  /** Notes one fault of a field. */
  fault(path: string, sentence: string): void {
    ((this.#faults ??= {})[path] ??= []).push(sentence);
  }

  /** Throws when anything was wrong. */
  done(): void {
    if (this.#faults !== undefined) throw new ApiError(422, this.#faults, "api_invalid");
  }
}

/** What Laravel's `required` takes for missing. */
export function isMissing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** PHP writes a list with gaps, as `array_filter` leaves it, as an object with numbers for keys; Reverb takes both. */
function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : undefined;
}

/** Laravel says `socket id` for `socket_id`. */
function spoken(path: string): string {
  return path.replaceAll("_", " ");
}
