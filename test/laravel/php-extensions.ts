/** Why PHP here cannot do what a test needs of it: the first of the extensions that is missing; `undefined` when all are there. */
export function lacksPhpExtension(...extensions: readonly string[]): string | undefined {
  if (Bun.which("php") === null) return "php is not installed";
  const loaded = Bun.spawnSync(["php", "-m"]).stdout.toString().toLowerCase().split("\n");
  const missing = extensions.find((extension) => !loaded.includes(extension));
  return missing === undefined ? undefined : `PHP's extension ${missing} is not installed`;
}
