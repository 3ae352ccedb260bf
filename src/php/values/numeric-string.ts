/** The number that a text begins with, and whether the text ends with it. */
export interface NumericPrefix {
  readonly number: bigint | number;
  /** True for `" 5 "`, false for `"5 apples"`. */
  readonly whole: boolean;
}

const prefix = /^[ \t\n\r\v\f]*([+-]?(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))([eE][+-]?[0-9]+)?)/;
const blank = /^[ \t\n\r\v\f]*$/;
const largestInt = 2n ** 63n - 1n;

/** A result of int arithmetic as PHP keeps it: a float when it does not fit into 64 bits. */
export function intOrFloat(value: bigint): bigint | number {
  return value > largestInt || value < -largestInt - 1n ? Number(value) : value;
}

/** The number that text starts with, as PHP reads it in arithmetic, or `undefined` when it starts with none. */
export function numericPrefix(text: string): NumericPrefix | undefined {
  const match = prefix.exec(text);
  const digits = match?.[1];
  if (match === null || digits === undefined) return undefined;
  const whole = blank.test(text.slice(match[0].length));
  if (match[2] !== undefined || match[3] !== undefined || match[4] !== undefined || digits.length > 40) {
    return { number: Number(digits), whole };
  }
  return { number: intOrFloat(BigInt(digits.replace("+", ""))), whole };
}

/** The number of text that is numeric as a whole (`is_numeric`), or `undefined`. */
export function numericString(text: string): bigint | number | undefined {
  const found = numericPrefix(text);
  return found?.whole ? found.number : undefined;
}

/**
 * A float as PHP prints it. `digits` is 14 for string conversion (the ini setting `precision`), "shortest" for `json_encode` and
 * `var_export` (`serialize_precision`).
 */
export function floatToString(value: number, digits: 14 | "shortest" = 14): string {
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = (digits === 14 ? fourteenDigits(value) : value.toExponential())
    .split("e");
  const exponent = Number(power);
  const sign = mantissa.startsWith("-") ? "-" : "";
  const significant = mantissa.replace(/[-.]/g, "").replace(/0+$/, "");
  if (exponent < -4 || exponent >= (digits === 14 ? 14 : 17)) {
    const fraction = significant.slice(1) === "" ? "0" : significant.slice(1);
    return `${sign}${significant[0]}.${fraction}E${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${significant}`;
  const whole = significant.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = significant.slice(exponent + 1);
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}

/** 14 significant digits by the exact value; a tie goes to the even digit as in PHP, where JavaScript rounds up. */
function fourteenDigits(value: number): string {
  const [mantissa = "", power = "0"] = value.toExponential(43).split("e");
  const kept = mantissa.slice(0, -30);
  return /[02468]50{29}$/.test(mantissa) ? `${kept}e${power}` : value.toExponential(13);
}
