/** One line of a page in Prometheus' text format. */
export interface MetricSample {
  readonly family: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** The two lines that explain the family. */
  readonly head: string;
  /** Its name and labels as they stand there. */
  readonly series: string;
  readonly value: number;
}

/** Reads the samples of a page as this server writes it. */
export function* readMetrics(page: string): IterableIterator<MetricSample> {
  let help = "", head = "", family = "", type: MetricSample["type"] = "gauge";
  for (const line of page.split("\n")) {
    if (line.startsWith("# HELP ")) help = line;
    else if (line.startsWith("# TYPE ")) {
      const [, , name = "", kind] = line.split(" ");
      family = name;
      type = kind === "counter" || kind === "histogram" ? kind : "gauge";
      head = `${help}\n${line}`;
    } else if (line !== "" && !line.startsWith("#")) {
      const end = line.lastIndexOf(" ");
      yield { family, type, head, series: line.slice(0, end), value: Number(line.slice(end + 1)) };
    }
  }
}
