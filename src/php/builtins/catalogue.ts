import { PhpArray, type PhpValue } from "../php-value.ts";
import { applicationFunctions, applicationMethods, appMethods } from "./application.ts";
import { arrMoreMethods } from "./arr-more-methods.ts";
import { arrMethods } from "./arr-methods.ts";
import { arrayChangeFunctions } from "./array-change-functions.ts";
import { arrayFunctions } from "./array-functions.ts";
import { arraySetFunctions } from "./array-set-functions.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { collectionChangeMethods } from "./collection-change.ts";
import { collectionFunctions, collectionMethods } from "./collection.ts";
import { collectionMoreMethods } from "./collection-more.ts";
import { collectionPartMethods } from "./collection-part.ts";
import { collectionSearchMethods } from "./collection-search.ts";
import { collectionSortMethods } from "./collection-sort.ts";
import { dataFunctions } from "./data-functions.ts";
import { encodingFunctions } from "./encoding-functions.ts";
import { environmentFunctions, envMethods } from "./environment.ts";
import { exceptionMethods } from "./exception-methods.ts";
import { fileFunctions } from "./file-functions.ts";
import { helperFunctions } from "./helper-functions.ts";
import { mbFunctions } from "./mb-functions.ts";
import { numberFunctions } from "./number-functions.ts";
import { pathFunctions } from "./path-functions.ts";
import { regexFunctions } from "./regex-functions.ts";
import { runtimeFunctions } from "./runtime-functions.ts";
import { sortFunctions } from "./sort-functions.ts";
import { staticStrMethods, stringableFunctions, stringableMethods } from "./stringable.ts";
import { stringFunctions } from "./string-functions.ts";
import { stringSearchFunctions } from "./string-search-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { typeFunctions } from "./type-functions.ts";
import { urlFunctions } from "./url-functions.ts";

/** Every function that a configuration file may call, by lower-case name. */
export const functions: BuiltinTable = new Map(
  [
    applicationFunctions,
    arrayChangeFunctions,
    arrayFunctions,
    arraySetFunctions,
    collectionFunctions,
    dataFunctions,
    encodingFunctions,
    environmentFunctions,
    fileFunctions,
    helperFunctions,
    mbFunctions,
    numberFunctions,
    pathFunctions,
    regexFunctions,
    runtimeFunctions,
    sortFunctions,
    stringableFunctions,
    stringFunctions,
    stringSearchFunctions,
    textFunctions,
    typeFunctions,
    urlFunctions,
  ].flatMap((table) => [...table]),
);

/** The methods of an object, `undefined` for a value that has none. */
export function methodsOf(value: PhpValue): BuiltinTable | undefined {
  if (value === null || typeof value !== "object" || value instanceof PhpArray) return undefined;
  switch (value.kind) {
    case "collection":
      return allCollectionMethods;
    case "application":
      return applicationMethods;
    case "exception":
      return exceptionMethods;
    case "stringable":
      return stringableMethods;
    case "closure":
    case "enum":
      return undefined;
  }
}

/** Static methods of `Laravel\Pulse\Pulse` that Pulse's own `config/pulse.php` calls. */
const pulseMethods: BuiltinTable = defineBuiltins({
  // Patterns of cache keys that a recorder of Pulse leaves out, which no server needs to know.
  "defaultVendorCacheKeys()": (_, host) => PhpArray.list([], host.origin),
});

const allArrMethods: BuiltinTable = new Map([...arrMethods, ...arrMoreMethods]);
const allCollectionMethods: BuiltinTable = new Map([
  ...collectionChangeMethods,
  ...collectionMoreMethods,
  ...collectionPartMethods,
  ...collectionSearchMethods,
  ...collectionSortMethods,
  ...collectionMethods,
]);

/** Static methods by lower-case class name: the full name, and Laravel's alias where it registers one. */
export const classes: ReadonlyMap<string, BuiltinTable> = new Map([
  ["illuminate\\support\\env", envMethods],
  ["env", envMethods],
  ["illuminate\\support\\str", staticStrMethods],
  ["str", staticStrMethods],
  ["illuminate\\support\\arr", allArrMethods],
  ["arr", allArrMethods],
  ["illuminate\\support\\facades\\app", appMethods],
  ["app", appMethods],
  ["laravel\\pulse\\pulse", pulseMethods],
]);
