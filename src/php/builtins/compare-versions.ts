import { PhpFault } from "../php-config-error.ts";

/** `version_compare`: -1, 0 or 1. Throws a {@link PhpFault} for versions with other marks than ".", "-", "_" and "+". */
export function compareVersions(left: string, right: string): number {
  if (left === "" || right === "") return left === right ? 0 : left === "" ? -1 : 1;
  if (/[^\w.+#-]/.test(left + right)) throw new PhpFault("version_compare() of these texts is not supported");
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const x = a[index], y = b[index];
    if (x !== undefined && y !== undefined) {
      const sign = comparePart(x, y);
      if (sign !== 0) return sign;
    } else if (x !== undefined) {
      return /^\d/.test(x) ? 1 : compareVersions(a.slice(index).join("."), "#N#");
    } else if (y !== undefined) {
      return /^\d/.test(y) ? -1 : compareVersions("#N#", b.slice(index).join("."));
    }
  }
  return 0;
}

/** A dot between digits and letters, and in the place of "-", "_" and "+". */
function parts(version: string): string[] {
  if (version === "#N#") return ["#"];
  return version.replace(/[-_+]/g, ".").replace(/(\d)([^\d.])/g, "$1.$2").replace(/([^\d.])(\d)/g, "$1.$2")
    .split(".").filter((part) => part !== "");
}

function comparePart(left: string, right: string): number {
  const areNumbers = [/^\d/.test(left), /^\d/.test(right)];
  if (areNumbers[0] && areNumbers[1]) return Math.sign(Number(left) - Number(right));
  if (!areNumbers[0] && !areNumbers[1]) return Math.sign(rank(left) - rank(right));
  return areNumbers[0] ? Math.sign(rank("#") - rank(right)) : Math.sign(rank(left) - rank("#"));
}

/** PHP's order of special forms. */
function rank(form: string): number {
  const forms: readonly (readonly [string, number])[] = [
    ["dev", 0],
    ["alpha", 1],
    ["a", 1],
    ["beta", 2],
    ["b", 2],
    ["RC", 3],
    ["rc", 3],
    ["#", 4],
    ["pl", 5],
    ["p", 5],
  ];
  return forms.find(([name]) => form.startsWith(name))?.[1] ?? -1;
}
