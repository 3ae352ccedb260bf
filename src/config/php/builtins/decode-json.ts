import { toBytes, toText } from "../byte-string.ts";
import { numericString } from "../numeric-string.ts";
import { PhpFault } from "../php-fault.ts";
import { PhpArray, PhpArrayBuilder, type PhpOrigin, type PhpValue, toKey } from "../php-value.ts";

const throwOnError = 4194304n;

/** `json_decode` into arrays; null for text that is not JSON. Objects (`associative` false) are refused: there are none here. */
export function decodeJson(json: string, associative: boolean, flags: bigint, origin: PhpOrigin): PhpValue {
  const text = toText(json);
  const decoded = text === undefined ? undefined : parse(text);
  if (decoded === undefined) {
    if ((flags & throwOnError) !== 0n) throw new PhpFault("json_decode() was given malformed JSON");
    return null;
  }
  return convert(decoded.value, associative, origin, 0);
}

/** A number of the source text, kept as text so that an int stays an int. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    const revive = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
      typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
    return { value: JSON.parse(text, revive) };
  } catch (error) {
    // JSON.parse has no other way to say that the text is malformed.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function convert(value: unknown, associative: boolean, origin: PhpOrigin, depth: number): PhpValue {
  if (depth > 512) throw new PhpFault("json_decode() was given JSON that is nested too deeply");
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return toBytes(value);
  if (value instanceof NumberText) return numericString(value.text) ?? null;
  if (Array.isArray(value)) {
    return PhpArray.list(
      value.map((inner: unknown) => convert(inner, associative, origin, depth + 1)),
      origin,
    );
  }
  if (!associative) throw new PhpFault("json_decode() into objects is not supported; pass true for arrays");
  const builder = new PhpArrayBuilder();
  for (const [key, inner] of Object.entries(value ?? {})) {
    builder.set(toKey(toBytes(key)), { value: convert(inner, associative, origin, depth + 1), origin });
  }
  return builder.build();
}
