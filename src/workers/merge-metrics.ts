/** The metrics of one worker, in Prometheus' text format. */
export interface WorkerPage {
  readonly number: number;
  readonly text: string;
}

/**
 * One page of all workers' metrics: each series of each of them, with the label `worker`. Nothing is added up here. A worker that
 * was replaced counts from 0 again, which Prometheus makes up for in each series by itself, but could not in a sum.
 */
export function mergeMetrics(pages: readonly WorkerPage[]): string {
  /** Samples by the two lines above them. */
  const families = new Map<string, string[]>();
  for (const { number, text } of pages) {
    let samples: string[] = [];
    let help = "";
    for (const line of text.split("\n")) {
      if (line.startsWith("# HELP ")) help = line;
      else if (line.startsWith("# TYPE ")) {
        const head = `${help}\n${line}`;
        samples = families.get(head) ?? [];
        families.set(head, samples);
      } else if (line !== "" && !line.startsWith("#")) samples.push(withWorker(line, number));
    }
  }
  return [...families].map(([head, samples]) => `${head}\n${samples.join("\n")}\n`).join("\n");
}

/** `name{a="b"} 1` or `name 1`; names have neither braces nor spaces. */
function withWorker(sample: string, number: number): string {
  const label = `worker="${number}"`;
  const end = sample.search(/[{ ]/);
  const name = sample.slice(0, end), rest = sample.slice(end);
  if (!rest.startsWith("{")) return `${name}{${label}}${rest}`;
  return rest.startsWith("{}") ? `${name}{${label}}${rest.slice(2)}` : `${name}{${label},${rest.slice(1)}`;
}
