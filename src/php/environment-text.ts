/**
 * The value that Laravel's `env()` makes of the text of an environment variable: `true`, `false`, `null` and `empty` (also in
 * parentheses, in upper or lower case) become those values, and one pair of quotes around the whole text is removed.
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
  // In PHP's pattern `.` is any character but a line feed, and `\z` the very end; in JavaScript `.` excludes more.
  return /^(['"])([^\n]*)\1$/.exec(text)?.[2] ?? text;
}
