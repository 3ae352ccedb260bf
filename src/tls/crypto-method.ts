import type { TlsVersion } from "./tls-settings.ts";

/** PHP's bits; the lowest one distinguishes client and server and means nothing here. */
const TLS_1_2 = 32, TLS_1_3 = 64;

const BITS: Readonly<Record<string, number>> = {
  ANY: 126,
  SSLv2: 2,
  SSLv3: 4,
  SSLv23: 120,
  TLS: 120,
  TLSv1_0: 8,
  TLSv1_1: 16,
  TLSv1_2: TLS_1_2,
  TLSv1_3: TLS_1_3,
};

/**
 * The lowest version that a `crypto_method` allows, of those that are spoken here: PHP's number, or the names of its
 * constants, with `|` between them where the file has no constants (TOML). `undefined` when it allows none, or is none.
 */
export function lowestVersion(method: unknown): TlsVersion | undefined {
  const bits = typeof method === "string" && !/^\d+$/.test(method) ? bitsOfNames(method) : Number(method);
  if (bits === undefined || !Number.isInteger(bits) || bits < 0 || bits > 127) return undefined;
  if ((bits & TLS_1_2) !== 0) return "TLSv1.2";
  return (bits & TLS_1_3) !== 0 ? "TLSv1.3" : undefined;
}

function bitsOfNames(names: string): number | undefined {
  let all = 0;
  for (const name of names.split("|")) {
    const bits = BITS[/^STREAM_CRYPTO_METHOD_(\w+)_(?:SERVER|CLIENT)$/.exec(name.trim())?.[1] ?? ""];
    if (bits === undefined) return undefined;
    all |= bits;
  }
  return all;
}
