/** The commit of the sources, with `-dirty` behind it when they were changed since; `unknown` outside git. */
export async function commitOf(root: string): Promise<string> {
  const hash = await git(root, "rev-parse", "--short=12", "HEAD");
  if (hash === undefined) return "unknown";
  return await git(root, "status", "--porcelain", "--untracked-files=no") === "" ? hash : `${hash}-dirty`;
}

async function git(root: string, ...args: string[]): Promise<string | undefined> {
  try {
    const process = Bun.spawn(["git", ...args], { cwd: root, stdout: "pipe", stderr: "ignore" });
    const text = await new Response(process.stdout).text();
    return await process.exited === 0 ? text.trim() : undefined;
  } catch {
    // git is not installed.
    return undefined;
  }
}
