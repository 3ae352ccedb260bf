import type { ContenderKind } from "./contenders/contender.ts";
import { OtherWorkWatch } from "./machine/other-work.ts";
import {
  type MachineFacts,
  type Problem,
  RESULT_FORMAT,
  type ResultRow,
  type ScenarioResult,
} from "./report/result.ts";
import { median } from "./report/statistics.ts";
import type { Figure } from "./figure.ts";
import type { Scenario } from "./scenario.ts";
import { type Pace, Stage } from "./stage.ts";

/** A contender that takes part, or why it cannot. */
export interface Entrant {
  readonly kind: ContenderKind;
  readonly version: string;
  /** Why it cannot be had here. */
  readonly problem?: string;
}

/** Called with what is being done: for which contender, and in which round of how many. */
export type Progress = (
  step: { readonly round: number; readonly contender: string; readonly doing: string },
) => void;

/** Visits the contenders in turn, as often as there are pairs, and puts together what they gave. */
export async function runScenario(
  scenario: Scenario,
  entrants: readonly Entrant[],
  { pace, pairs, facts, progress }: {
    readonly pace: Pace;
    readonly pairs: number;
    readonly facts: Omit<MachineFacts, "otherWork">;
    readonly progress: Progress;
  },
): Promise<ScenarioResult> {
  const watch = new OtherWorkWatch(), startedAt = performance.now();
  const problems = new Map<string, Problem>();
  for (const { kind, problem } of entrants) {
    const lacking = lack(kind, scenario);
    if (problem !== undefined) problems.set(kind.id, { kind: "unavailable", reason: problem });
    else if (lacking !== undefined) problems.set(kind.id, { kind: "lacking", reason: lacking });
  }
  const notes = new Set<string>();
  const capacities = new Map<string, number>();
  const visits: { readonly id: string; readonly figures: readonly Figure[] }[][] = [];

  const visit = async (
    kind: ContenderKind,
    round: number,
    act: (stage: Stage) => Promise<void>,
  ): Promise<Stage> => {
    const tell = (doing: string): void => progress({ round, contender: kind.name, doing });
    const stage = new Stage(kind, { pace, capacities, progress: tell });
    stage.note("starts");
    try {
      await act(stage);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.set(kind.id, { kind: "failed", reason: `${stage.doing}: ${message}` });
    } finally {
      watch.addOurs(await stage.end());
      for (const remark of stage.remarks) notes.add(remark);
    }
    return stage;
  };
  const able = (): ContenderKind[] => entrants.map(({ kind }) => kind).filter(({ id }) => !problems.has(id));

  const { calibrate } = scenario;
  if (calibrate !== undefined) {
    for (const kind of able()) {
      await visit(kind, 0, async (stage) => void capacities.set(kind.id, await calibrate(stage)));
    }
  }
  for (let round = 1; round <= pairs; round++) {
    const gave: { readonly id: string; readonly figures: readonly Figure[] }[] = [];
    // A contender that failed once is not measured again; the figures that it gave until then stay.
    for (const kind of able()) {
      const { figures } = await visit(kind, round, (stage) => scenario.measure(stage));
      gave.push({ id: kind.id, figures });
    }
    visits.push(gave);
  }
  return {
    format: RESULT_FORMAT,
    scenario: scenario.name,
    title: scenario.title,
    about: scenario.about,
    pace: pace.name,
    pairs,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    contenders: entrants.map(({ kind: { id, name, isOurs }, version }) => {
      const problem = problems.get(id);
      return { id, name, isOurs, version, ...(problem === undefined ? {} : { problem }) };
    }),
    rows: rowsOf(visits),
    notes: [...notes],
    machine: { ...facts, otherWork: watch.end().processors },
  };
}

function lack(kind: ContenderKind, { needs }: Scenario): string | undefined {
  if (needs === undefined || !kind.lacks.includes(needs)) return undefined;
  switch (needs) {
    case "tls":
      return "is not measured with TLS";
    case "redis":
      return "does not meet others in Redis";
    case "workers":
      return "does not serve with several processes on one port";
    case "compression":
      return "is not measured with compression";
    case "pace":
      return "greets all clients at once";
    case "unix socket":
      return "is not measured behind a proxy";
    case "handover":
      return "has no other process take its place";
    case "recovery":
      return "does not send unmodified clients what they have missed";
  }
}

type Visits = readonly (readonly { readonly id: string; readonly figures: readonly Figure[] }[])[];

function rowsOf(visits: Visits): ResultRow[] {
  const all = visits.flat().flatMap(({ figures }) => figures);
  const kinds = new Map(all.map((figure) => [`${figure.label}\n${figure.measure}`, figure]));
  const ids = [...new Set(visits.flat().map(({ id }) => id))];
  return [...kinds.values()].map(({ label, measure, unit, growths = [] }) => {
    const found = (id: string): (Figure | undefined)[] =>
      visits.map((round) =>
        round.find((each) => each.id === id)?.figures.find((each) =>
          each.label === label && each.measure === measure
        )
      );
    const shares = ids.flatMap((id): [string, number][] => {
      const known = found(id).flatMap((figure) => figure?.loadShare ?? []);
      return known.length === 0 ? [] : [[id, median(known)]];
    });
    return {
      label,
      measure,
      unit,
      growths,
      values: Object.fromEntries(ids.map((id) => [id, found(id).map((figure) => figure?.value ?? null)])),
      loadShares: Object.fromEntries(shares),
    };
  });
}
