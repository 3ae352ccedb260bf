/**
 * Laravel's `Str::is`: `*` in the pattern stands for any text, all other characters for themselves. Looks for the pieces one after another,
 * which takes linear time where a regular expression with many `.*` would not.
 */
export function matchesPattern(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === text) return true;
  const subject = ignoreCase ? text.toLowerCase() : text;
  const pieces = (ignoreCase ? pattern.toLowerCase() : pattern).split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return first === subject;
  if (subject.length < first.length + last.length) return false;
  if (!subject.startsWith(first) || !subject.endsWith(last)) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = subject.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from <= subject.length - last.length;
}
