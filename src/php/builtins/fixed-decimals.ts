/**
 * A float with a fixed number of decimals, rounded as PHP rounds it: half away from zero, decided on the shortest decimal form of
 * the number, so that 1.005 becomes 1.01.
 */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const rounded = roundHalfUp(value, decimals);
  const [mantissa = "0", power = "0"] = Math.abs(rounded).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(power);
  const whole = exponent < 0 ? "0" : digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = exponent < 0 ? "0".repeat(-exponent - 1) + digits : digits.slice(exponent + 1);
  const sign = rounded < 0 || Object.is(rounded, -0) ? "-" : "";
  return sign + whole + (decimals === 0 ? "" : `.${fraction.slice(0, decimals).padEnd(decimals, "0")}`);
}

/** `round()`: half away from zero on the shortest decimal form; negative `decimals` round before the point. */
export function roundHalfUp(value: number, decimals: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const [mantissa = "0", power = "0"] = Math.abs(value).toExponential().split("e");
  const shifted = Number(`${mantissa}e${Number(power) + decimals}`);
  // Far beyond the digits that a float has there is nothing to round.
  if (!(shifted < 1e15)) return value;
  const result = Number(`${Math.round(shifted)}e${-decimals}`);
  return value < 0 ? -result : result;
}

/** A finite float with a fixed number of decimals (53 at most) as `sprintf` prints it: by its exact value, a tie to the even digit. */
export function exactDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return fixed(value, decimals);
  const places = Math.min(53, decimals);
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (size >= 1e21) return sign + BigInt(size) + (places === 0 ? "" : `.${"0".repeat(places)}`);
  const long = size.toFixed(places + 30);
  const kept = long.slice(0, -30).replace(/\.$/, "");
  const even = /[02468]$/.test(kept);
  return sign + (even && /50{29}$/.test(long) ? kept : size.toFixed(places));
}
