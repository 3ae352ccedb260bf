import { isIP } from "node:net";
import * as v from "valibot";
import { UNIX_CALLER } from "./address-kind.ts";
import type { ValueKind } from "./value-kind.ts";

/** Addresses of callers: a list, or one text with commas between them. */
export const addressList: ValueKind<readonly string[]> = {
  expects: "a list of IP addresses, ranges such as 10.0.0.0/8, and the word unix",
  schema: v.pipe(
    v.union([v.array(v.string()), v.pipe(v.string(), v.transform((list) => list.split(",")))]),
    v.transform((addresses) =>
      addresses.map((address) => address.trim().toLowerCase()).filter((address) => address !== "")
    ),
    v.checkItems(isAddressOrRange),
  ),
  secret: false,
};

function isAddressOrRange(written: string): boolean {
  if (written === UNIX_CALLER) return true;
  const [address = "", length, ...rest] = written.split("/");
  const version = isIP(address);
  // A zone belongs to an interface of this machine, and a range has none.
  if (version === 0 || address.includes("%") || rest.length > 0) return false;
  return length === undefined || /^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128);
}

/** The mode of a file, as `chmod` takes it: three octal digits. A text, since PHP and TOML turn their own octal numbers into decimal ones. */
export const fileMode: ValueKind<string> = {
  expects: "three octal digits such as 660, as a text",
  schema: v.pipe(v.string(), v.trim(), v.regex(/^0?[0-7]{3}$/), v.transform((mode) => mode.slice(-3))),
  secret: false,
};
