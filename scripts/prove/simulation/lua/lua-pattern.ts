/** Classes of Lua in the C locale. */
const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  s: "\\s",
  w: "0-9A-Za-z",
  a: "A-Za-z",
  x: "0-9A-Fa-f",
};

const known = new Map<string, RegExp>();

/**
 * A pattern of Lua as a regular expression. Throws where it has what no script of ours uses (`%b`, `%f`, references to captures).
 */
export function luaPattern(pattern: string): RegExp {
  let expression = known.get(pattern);
  if (expression === undefined) known.set(pattern, expression = translate(pattern));
  return expression;
}

function translate(pattern: string): RegExp {
  let source = "", inSet = false;
  for (let at = 0; at < pattern.length; at++) {
    const each = pattern[at]!;
    if (each === "%") {
      const name = pattern[++at] ?? "", members = CLASSES[name];
      if (members === undefined && /\w/.test(name)) {
        throw new Error(`The pattern ${pattern}: %${name} is not supported`);
      }
      source += members === undefined ? `\\${name}` : inSet ? members : `[${members}]`;
    } else if (inSet) {
      inSet = each !== "]";
      source += each === "\\" ? "\\\\" : each;
    } else if (each === "[") {
      inSet = true;
      source += each;
    } else if (each === "-") source += /^$|[(^)]$/.test(pattern.slice(0, at)) ? "-" : "*?";
    else if ("{}|\\".includes(each)) source += `\\${each}`;
    else source += each === "." ? "[^]" : each;
  }
  return new RegExp(source);
}
