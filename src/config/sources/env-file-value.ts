/**
 * The value of a `.env` assignment, cut before every `$` that may begin an interpolation, so that all pieces but the first begin with
 * a `$`. They are resolved from the last to the first: of `${A_${B}}` the inner name comes first.
 */
export type EnvValuePieces = readonly [first: string, ...rest: string[]];

/** The pieces of a value, or the reason why phpdotenv refuses it, which never quotes the value. */
export type EnvValueResult =
  | { readonly ok: true; readonly pieces: EnvValuePieces }
  | { readonly ok: false; readonly reason: string };

type State = "unquoted" | "single" | "double" | "escape" | "after" | "comment";

/** PHP's `ctype_space`. */
const space = /[ \t\n\v\f\r]/;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "$": "$",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * Parses the trimmed text after the `=` by the rules of vlucas/phpdotenv 5: in single quotes all is literal, in double quotes there
 * are escapes and interpolation, a value without quotes ends at white space, and a `#` outside quotes begins a comment even without
 * a space before it.
 */
export function parseEnvValue(text: string): EnvValueResult {
  const pieces: [string, ...string[]] = [""];
  // A quote counts only as the first character. Blanks at the beginning are those that phpdotenv does not trim (a form feed and those
  // behind it); its lexer takes them as text.
  const opening = /^(?:['"]|[ \t\v\f]+)/.exec(text)?.[0] ?? "";
  let state: State = opening === "'" ? "single" : opening === '"' ? "double" : "unquoted";
  let piece = state === "unquoted" ? opening : "";
  const cut = (): void => {
    pieces[pieces.length - 1] = piece;
    pieces.push("");
    piece = "";
  };
  for (const character of text.slice(opening.length)) {
    switch (state) {
      case "unquoted":
        if (character === "#") state = "comment";
        else if (space.test(character)) state = "after";
        else {
          if (character === "$") cut();
          piece += character;
        }
        break;
      case "single":
        if (character === "'") state = "after";
        else piece += character;
        break;
      case "double":
        if (character === '"') state = "after";
        else if (character === "\\") state = "escape";
        else {
          if (character === "$") cut();
          piece += character;
        }
        break;
      case "escape": {
        const escaped = escapes[character];
        if (escaped === undefined) {
          return {
            ok: false,
            reason: "an unknown escape sequence in double quotes; write \\\\ for a backslash",
          };
        }
        piece += escaped;
        state = "double";
        break;
      }
      case "after":
        if (character === "#") state = "comment";
        else if (!space.test(character)) {
          return { ok: false, reason: "text after the end of the value; a value with spaces must be quoted" };
        }
        break;
      case "comment":
        break;
    }
  }
  pieces[pieces.length - 1] = piece;
  if (state === "single" || state === "double" || state === "escape") {
    return { ok: false, reason: "a missing closing quote" };
  }
  return { ok: true, pieces };
}
