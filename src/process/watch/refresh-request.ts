/** What `resound apps:refresh` asks a process for: to look up one application again, or all that it knows. */
export interface RefreshRequest {
  readonly id: string | undefined;
}

/** The line that asks for it, with its line break. */
export function refreshLine(id: string | undefined): string {
  return `${JSON.stringify({ refresh: true, id })}\n`;
}

/** Reads such a line; `undefined` when it is another one. */
export function parseRefresh(text: string): RefreshRequest | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  const { refresh, id } = value;
  return refresh === true && (id === undefined || typeof id === "string") ? { id } : undefined;
}

/** The answer: whether the process looks applications up (`source`), or has them from its configuration. */
export function refreshedLine(provider: "source" | "config"): string {
  return `${JSON.stringify({ type: "refreshed", provider })}\n`;
}

/** Reads the answer; `undefined` when it is none. */
export function parseRefreshed(text: string): "source" | "config" | undefined {
  const value = parsed(text);
  if (value?.["type"] !== "refreshed") return undefined;
  const { provider } = value;
  return provider === "source" || provider === "config" ? provider : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? value as Readonly<Record<string, unknown>>
      : undefined;
  } catch {
    // Another program has connected, or the process has ended in between.
    return undefined;
  }
}
