import { PhpArray, type PhpArrayBuilder, type PhpEntry, type PhpValue, toKey } from "../php-value.ts";

/** `Arr::get`: the value under `a.b.c`, `undefined` when there is none. A key that contains the whole path wins. */
export function dotGet(value: PhpValue, path: string): PhpValue | undefined {
  if (!(value instanceof PhpArray)) return undefined;
  const whole = value.get(toKey(path));
  if (whole !== undefined) return whole;
  let current: PhpValue | undefined = value;
  for (const part of path.split(".")) {
    current = current instanceof PhpArray ? current.get(toKey(part)) : undefined;
    if (current === undefined) return undefined;
  }
  return current;
}

/** `Arr::has` for one path; null values count. */
export function dotHas(value: PhpValue, path: string): boolean {
  return dotGet(value, path) !== undefined;
}

/** `Arr::set` as a function: a copy of the array with the entry under `a.b.c`. */
export function dotSet(array: PhpArray, path: string, entry: PhpEntry): PhpArray {
  const dot = path.indexOf(".");
  if (dot < 0) return array.with(toKey(path), entry);
  const key = toKey(path.slice(0, dot));
  const inner = array.entry(key);
  const child = inner?.value instanceof PhpArray ? inner.value : PhpArray.list([], entry.origin);
  const value = dotSet(child, path.slice(dot + 1), entry);
  return array.with(key, { value, origin: inner?.origin ?? entry.origin });
}

/** `Arr::forget` as a function: a copy of the array without the entry under `a.b.c`, or under a key that is the whole path. */
export function dotForget(array: PhpArray, path: string): PhpArray {
  if (array.entry(toKey(path)) !== undefined) return array.without(toKey(path));
  const dot = path.indexOf(".");
  if (dot < 0) return array;
  const key = toKey(path.slice(0, dot)), inner = array.entry(key);
  if (!(inner?.value instanceof PhpArray)) return array;
  return array.with(key, { ...inner, value: nestedForget(inner.value, path.slice(dot + 1)) });
}

/** Below the first level, keys with a dot in them are not found. */
function nestedForget(array: PhpArray, path: string): PhpArray {
  const dot = path.indexOf(".");
  if (dot < 0) return array.without(toKey(path));
  const key = toKey(path.slice(0, dot)), inner = array.entry(key);
  if (!(inner?.value instanceof PhpArray)) return array;
  return array.with(key, { ...inner, value: nestedForget(inner.value, path.slice(dot + 1)) });
}

/** `Arr::dot`: puts every entry of nested arrays under its path; an empty array stays an entry. */
export function flattenDots(array: PhpArray, prefix: string, into: PhpArrayBuilder): void {
  for (const [key, entry] of array.entries()) {
    const path = `${prefix}${key}`;
    if (entry.value instanceof PhpArray && entry.value.size > 0) flattenDots(entry.value, `${path}.`, into);
    else into.set(toKey(path), entry);
  }
}
