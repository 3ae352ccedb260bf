/** The line of a program's output that says what went wrong: the first that mentions an error, else the last. */
export function telling(output: string): string {
  // deno-lint-ignore no-control-regex -- the colours of a terminal
  const lines = output.replace(/\x1b\[[\d;]*m/g, "").split("\n").map((line) => line.trim()).filter((line) =>
    line !== ""
  );
  return (lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? "it said nothing").slice(0, 300);
}
