import { type ConfigNode, isEmptyNode, nodeAt } from "../sources/config-node.ts";
import type { ApplicationCandidate } from "./application-config.ts";
import type { Findings } from "../findings.ts";
import { findWritten } from "../settings/read-settings.ts";
import { applicationSettings } from "../settings/application-settings.ts";

const { allowedOrigins } = applicationSettings;

/** Warns of origins that are accepted and probably do something else than was meant. */
export function warnAboutOrigins(
  patterns: readonly string[],
  { sources, entry }: ApplicationCandidate,
  findings: Findings,
): void {
  const written = findWritten(sources, allowedOrigins), node = nodeIn(entry);
  if (written === undefined) {
    if (node !== undefined) {
      findings.warn(`${node.keyPlace}: is empty, so that every origin may connect${toSet(node)}`);
    }
    return;
  }
  if (node?.kind === "table" && written.place === node.place) {
    warnAboutEmpty([...node.entries.values()], findings);
  }
  if (patterns.length === 0) findings.warn(`${written.place}: the list is empty, so no browser can connect`);
  for (const pattern of patterns) {
    const reason = uselessBecause(pattern);
    if (reason === undefined) continue;
    findings.warn(`${written.place}: ${JSON.stringify(pattern)} matches nothing, since ${reason}`);
  }
}

/** The setting in a config file; one that cannot be evaluated is an error already. */
function nodeIn(entry: ApplicationCandidate["entry"]): ConfigNode | undefined {
  const node = nodeAt(entry, allowedOrigins.key);
  return node?.kind === "leaf" && node.error !== undefined ? undefined : node;
}

/** Entries of variables that are not set would leave no trace. */
function warnAboutEmpty(items: readonly ConfigNode[], findings: Findings): void {
  for (const item of items) {
    const isEmpty = isEmptyNode(item) ||
      item.kind === "leaf" && item.error === undefined && item.value === "";
    if (isEmpty) findings.warn(`${item.keyPlace}: is empty and left out${toSet(item)}`);
  }
}

/** The advice for a value that came from a variable. */
function toSet(node: ConfigNode): string {
  const [name] = node.kind === "leaf" ? node.env : [];
  return name === undefined ? "" : `; set ${name}`;
}

/** Why no browser sends such an origin, and what to write: it has a scheme of pages, a name in ASCII, perhaps a port, and no path. */
function uselessBecause(pattern: string): string | undefined {
  const origin = /^(?:[^/]*:\/\/)?[^/]*/.exec(pattern)?.[0] ?? pattern;
  if (origin !== pattern) return `an origin has no path; write ${JSON.stringify(origin)}`;
  const socket = /^ws(s?):\/\/(.*)$/i.exec(pattern);
  if (socket !== null) {
    return `an origin has the scheme of the page; write ${JSON.stringify(`http${socket[1]}://${socket[2]}`)}`;
  }
  const mixed = pattern.split(/[.:/]/).find((label) => label.includes("*") && /[^\p{ASCII}]/u.test(label));
  return mixed === undefined
    ? undefined
    : `browsers send a name in ASCII (xn--…), and ${JSON.stringify(mixed)} cannot be turned into that`;
}
