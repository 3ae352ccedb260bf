import type { Declarations } from "../evaluate/declarations.ts";

/** PHP's exceptions with their parents, in lower case. */
const parents: ReadonlyMap<string, string> = new Map(
  ("exception=throwable error=throwable errorexception=exception jsonexception=exception runtimeexception=exception " +
    "logicexception=exception outofboundsexception=runtimeexception overflowexception=runtimeexception " +
    "underflowexception=runtimeexception rangeexception=runtimeexception unexpectedvalueexception=runtimeexception " +
    "pdoexception=runtimeexception badfunctioncallexception=logicexception badmethodcallexception=badfunctioncallexception " +
    "domainexception=logicexception invalidargumentexception=logicexception lengthexception=logicexception " +
    "outofrangeexception=logicexception typeerror=error argumentcounterror=typeerror valueerror=error " +
    "symfony\\component\\httpkernel\\exception\\httpexception=runtimeexception " +
    "arithmeticerror=error divisionbyzeroerror=arithmeticerror assertionerror=error unhandledmatcherror=error")
    .split(" ").map((pair): [string, string] => {
      const [name = "", parent = ""] = pair.split("=");
      return [name, parent];
    }),
);

/** True for PHP's own exceptions, whose constructors are known. */
export function isKnownException(className: string): boolean {
  return parents.has(className.toLowerCase());
}

/** Whether an exception of a class is caught as another; `undefined` where a class of the application is not known well enough. */
export function isKindOf(className: string, wanted: string, declared: Declarations): boolean | undefined {
  const goal = wanted.toLowerCase();
  const pending = [className], seen = new Set<string>();
  let isWhole = true;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const lower = name.toLowerCase();
    // Everything that is thrown is one.
    if (lower === goal || goal === "throwable") return true;
    if (seen.has(lower)) continue;
    seen.add(lower);
    const parent = parents.get(lower);
    const written = parent === undefined ? declared.class(name)?.syntax.parents : [parent];
    if (written !== undefined) pending.push(...written);
    else if (lower !== "throwable") isWhole = false;
  }
  return isWhole ? false : undefined;
}
