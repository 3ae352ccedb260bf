import { readFileSync } from "node:fs";
import type { Contender, ContenderKind, StartOptions } from "./contenders/contender.ts";
import type { LoadCost } from "./load/load-request.ts";
import { LoadDriver } from "./load/load-driver.ts";
import { cpuSeconds } from "./machine/cpu-seconds.ts";
import type { Figure } from "./figure.ts";
import { isSteady, workOf } from "./warm-up.ts";

/** How thorough a run is. */
export interface Pace {
  readonly name: "quick" | "normal" | "full";
  /** Milliseconds that one case is measured. */
  readonly runFor: number;
  /** Milliseconds of a visit's first warm-up on a machine that does nothing else. */
  readonly warmUp: number;
  /** How often the contenders take turns, unless the command line says. */
  readonly pairs: number;
}

/** How long a warm-up may take: a server's first in times of what is planned, that before a case in times of the measurement. */
const FIRST_PATIENCE = 6, CASE_PATIENCE = 2;
/** Open files of a process that are not connections. */
const SPARE_FILES = 500;

/** One visit to one contender: the servers and the load client that a scenario uses, which end with the visit. */
export class Stage {
  readonly pace: Pace;
  /** The capacities that `calibrate` found, by contender id. */
  readonly capacities: ReadonlyMap<string, number>;
  readonly figures: Figure[] = [];
  /** What the reader of the figures must know. */
  readonly remarks: string[] = [];
  /** What is being done, for the operator who waits. */
  doing = "";
  readonly #kind: ContenderKind;
  readonly #progress: (doing: string) => void;
  readonly #contenders: Contender[] = [];
  #load: LoadDriver | undefined;
  /** Processes that have had their first warm-up. */
  readonly #warm = new Set<number>();
  /** CPU seconds of all processes of this visit that have ended, to tell them from the work of other processes. */
  #spent = 0;

  constructor(
    kind: ContenderKind,
    { pace, capacities, progress }: Pick<Stage, "pace" | "capacities"> & {
      progress: (doing: string) => void;
    },
  ) {
    this.#kind = kind;
    this.pace = pace;
    this.capacities = capacities;
    this.#progress = progress;
  }

  /** The id of the contender. */
  get contenderId(): string {
    return this.#kind.id;
  }

  /** The name of the contender, for people. */
  get contenderName(): string {
    return this.#kind.name;
  }

  /** The load client of this visit. */
  get load(): LoadDriver {
    return this.#load ??= new LoadDriver();
  }

  /** Starts a server of the contender. */
  async start(options: StartOptions = {}): Promise<Contender> {
    const contender = await this.#kind.start(options);
    this.#contenders.push(contender);
    return contender;
  }

  /** Ends one before the visit does. */
  async stop(contender: Contender): Promise<void> {
    this.#contenders.splice(this.#contenders.indexOf(contender), 1);
    this.#spent += cpuSeconds(contender.pid);
    await contender.stop();
  }

  /** Ends all before the visit does. */
  async stopAll(): Promise<void> {
    for (const contender of [...this.#contenders]) await this.stop(contender);
  }

  /** One has ended by itself. */
  hasEnded(contender: Contender): void {
    this.#contenders.splice(this.#contenders.indexOf(contender), 1);
  }

  /** Says what is being done; an error is reported with the last of it. */
  note(doing: string): void {
    this.doing = doing;
    this.#progress(doing);
  }

  /** Runs something on the load client and returns what it has cost the server: CPU seconds of one contender. */
  async costOf<Answer extends LoadCost>(
    contender: Contender,
    run: () => Promise<Answer>,
  ): Promise<Answer & { readonly serverSeconds: number; readonly loadShare: number }> {
    const before = cpuSeconds(contender.pid);
    const answer = await run();
    const serverSeconds = cpuSeconds(contender.pid) - before;
    return { ...answer, serverSeconds, loadShare: answer.cpuSeconds / answer.seconds };
  }

  /** Warms the server up with something, then measures what it costs; `run` gets the milliseconds that it goes on for. */
  async costWhenWarm<Answer extends LoadCost>(
    contender: Contender,
    run: (milliseconds: number) => Promise<Answer>,
    milliseconds = this.pace.runFor,
  ): Promise<Answer & { readonly serverSeconds: number; readonly loadShare: number }> {
    await this.warmUp(contender, run);
    return await this.costOf(contender, () => run(milliseconds));
  }

  /** Whether so many connections are possible here, of one process; where they are not, the reader is told why. */
  fits(connections: number): boolean {
    const files = openFilesLimit() - SPARE_FILES,
      sockets = this.#kind.mostSockets?.() ?? Number.POSITIVE_INFINITY;
    if (connections <= Math.min(files, sockets)) return true;
    const many = `${connections.toLocaleString("en")} connections do not fit`;
    this.remark(
      sockets < files
        ? `${this.contenderName}: ${many}, its event loop takes ${sockets.toLocaleString("en")} at most.`
        : `${many}: a process may have ${openFilesLimit().toLocaleString("en")} open files here.`,
    );
    return false;
  }

  /** Notes something that the reader must know, such as a size that does not fit. */
  remark(text: string): void {
    this.remarks.push(text);
  }

  /**
   * Runs something without measuring it until three windows in a row have cost the server the same: until its runtime has compiled
   * what it does most, and its buffers have their sizes. Where that takes too long, as on a busy machine, the reader is told.
   */
  async warmUp<Answer extends object>(
    { pid }: Pick<Contender, "pid">,
    run: (milliseconds: number) => Promise<Answer>,
  ): Promise<void> {
    const { warmUp, runFor } = this.pace, isFirst = !this.#warm.has(pid), startedAt = performance.now();
    const window = isFirst ? warmUp / 2 : runFor / 3;
    const patience = isFirst ? FIRST_PATIENCE * warmUp : CASE_PATIENCE * runFor;
    this.#warm.add(pid);
    const costs: number[] = [];
    do {
      const before = cpuSeconds(pid);
      const answer = await run(window);
      costs.push((cpuSeconds(pid) - before) / workOf(answer));
    } while (!isSteady(costs) && performance.now() - startedAt < patience);
    if (isSteady(costs)) return;
    this.remark(
      `${this.contenderName}: some cases still changed by more than 5 % from window to window when they were measured.`,
    );
  }

  add(...figures: readonly Figure[]): void {
    this.figures.push(...figures);
  }

  /** Ends everything; returns the CPU seconds that its processes have used. */
  async end(): Promise<number> {
    await this.#load?.stop();
    this.#spent += this.#load?.cpuSeconds ?? 0;
    for (const contender of [...this.#contenders]) await this.stop(contender);
    return this.#spent;
  }
}

/** How many files and sockets a process may have open at most (the hard limit, which the servers raise theirs to). Linux only. */
function openFilesLimit(): number {
  const hard = /^Max open files +\S+ +(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}
