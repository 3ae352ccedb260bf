/**
 * What Laravel's `env()` makes of the text of an environment variable: `true`, `false`, `null` and `empty` (also in parentheses, in
 * any case) stand for themselves, and one pair of quotes around the whole text, left by a shell or a container file, is removed.
 */
export function convertEnvironmentText(text: string): string | boolean | null {
  switch (text.toLowerCase()) {
    case "true":
    case "(true)":
      return true;
    case "false":
    case "(false)":
      return false;
    case "empty":
    case "(empty)":
      return "";
    case "null":
    case "(null)":
      return null;
  }
  // PHP's `.` stops at a line feed only, unlike JavaScript's; and its `\z` is the very end.
  return /^(['"])([^\n]*)\1$/.exec(text)?.[2] ?? text;
}
