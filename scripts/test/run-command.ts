/** What a command has written and how it ended. */
export interface CommandResult {
  readonly exitCode: number;
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
  const chunks: string[] = [];
  const show = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      chunks.push(text);
      // Both streams go to one, so that the order is kept when only one of them is redirected.
      write(text);
    }
  };
  await Promise.all([show(child.stdout), show(child.stderr)]);
  return { exitCode: await child.exited, output: chunks.join("") };
}
