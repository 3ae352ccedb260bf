import { readFileSync } from "node:fs";
import type { Contender, ContenderKind, StartOptions } from "./contenders/contender.ts";
import type { LoadCost } from "./load/load-request.ts";
import { LoadDriver } from "./load/load-driver.ts";
import { cpuSeconds } from "./machine/cpu-seconds.ts";
import type { Figure } from "./figure.ts";

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

/** The share of the warm-up's time that the server must have had as CPU time. */
const WARM_SHARE = 0.6;
/** How many times as long as planned a warm-up takes where the server does not get that much, or has not that much to do. */
const WARM_PATIENCE = 2;
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
   * Runs something without measuring it: shortly before every case, and long before a server's first, until it has had the CPU
   * time that its runtime needs to compile what it does most; on a busy machine that takes longer than on an idle one.
   */
  async warmUp(
    { pid }: Pick<Contender, "pid">,
    run: (milliseconds: number) => Promise<unknown>,
  ): Promise<void> {
    if (this.#warm.has(pid)) return void await run(this.pace.runFor / 3);
    this.#warm.add(pid);
    const { warmUp } = this.pace, startedAt = performance.now(), before = cpuSeconds(pid);
    do await run(warmUp / 2); while (
      cpuSeconds(pid) - before < WARM_SHARE * warmUp / 1000 &&
      performance.now() - startedAt < WARM_PATIENCE * warmUp
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
