/** What a command has written and how it ended. */
export interface CommandResult {
  readonly exitCode: number;
  /** What it wrote to stdout, and behind it what it wrote to stderr. */
  readonly output: string;
}

/**
 * Runs a command in the current folder and hands its output to `write` while it comes, to our own output by default. Throws when
 * it cannot be started.
 */
export async function runCommand(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<CommandResult> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const show = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
    const decoder = new TextDecoder(), chunks: string[] = [];
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      chunks.push(text);
      // Both streams go to one, so that the order is kept when only one of them is redirected.
      write(text);
    }
    return chunks.join("");
  };
  const [stdout, stderr] = await Promise.all([show(child.stdout), show(child.stderr)]);
  const gap = stdout === "" || stdout.endsWith("\n") ? "" : "\n";
  return { exitCode: await child.exited, output: `${stdout}${gap}${stderr}` };
}
